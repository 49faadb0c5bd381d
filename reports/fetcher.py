"""What a rendering may load: our own print assets, by name, and nothing else on this machine or any other."""

from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

Opens = Callable[[], bytes]
TYPES = {
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}


class PrintAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Hands out the files of one folder under one private scheme.

    Everything else is refused with ValueError: WeasyPrint then leaves the picture out and goes on.
    (Its own FatalURLFetchingError is a BaseException and would pass `except Exception`.)
    """

    def __init__(self, folder: Path, scheme: str) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._opens: dict[str, Opens] = {f"{scheme}{path.name}": path.read_bytes for path in folder.iterdir() if path.suffix == ".woff2"}
        self._scheme = scheme

    def showing(self, pictures: Mapping[str, Opens]) -> "PrintAssets":
        """Return one that hands out these pictures too, by the names after the scheme."""
        other = copy(self)
        other._opens = self._opens | {f"{self._scheme}{name}": opens for name, opens in pictures.items()}
        return other

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return one of our files; raise ValueError for any other address, which the message does not repeat."""
        opens = self._opens.get(url)
        if opens is None:
            raise ValueError("Not one of our print assets.")
        return URLFetcherResponse(url, opens(), {"Content-Type": TYPES[Path(url).suffix]})
