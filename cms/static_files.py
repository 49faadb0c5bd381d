"""Static files whose addresses are worked out once: every page names a dozen of them, and they change only with a release."""

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class KeptAddresses:
    """Remembers the address of each file for as long as the process lives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """Return the address of a file."""
        if (key := str(name)) not in self._addresses:
            self._addresses[key] = super().url(name, *args, **kwargs)  # type: ignore[misc]
        return self._addresses[key]


class Plain(KeptAddresses, StaticFilesStorage):
    """For trying it: files under their own names."""


class Released(KeptAddresses, CompressedManifestStaticFilesStorage):
    """For production: compressed, and named by what is in them."""
