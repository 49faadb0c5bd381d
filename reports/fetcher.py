"""What a rendering may load: our own print assets, by name, and nothing else on this machine or any other."""

from pathlib import Path
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse


class PrintAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Hands out the files of one folder under one private scheme.

    Everything else is refused with ValueError: WeasyPrint then leaves the picture out and goes on.
    (Its own FatalURLFetchingError is a BaseException and would pass `except Exception`.)
    """

    def __init__(self, folder: Path, scheme: str) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._files = {f"{scheme}{path.name}": path for path in folder.iterdir() if path.suffix == ".woff2"}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return one of our files; raise ValueError for any other address, which the message does not repeat."""
        path = self._files.get(url)
        if path is None:
            raise ValueError("Not one of our print assets.")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})
