"""Files in an S3-compatible bucket, shown to browsers under this site's own addresses."""

from collections.abc import Iterator
from typing import Any

from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """A folder of the bucket. Browsers never talk to the bucket: they ask this site, which decides who may see what."""

    def get_default_settings(self) -> dict[str, Any]:
        """Add `base_url`: the address under which this site serves the folder."""
        return {**super().get_default_settings(), "base_url": "/"}

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Return an address of this site, as a folder on the disk would; never a signed one of the bucket's."""
        return str(self.base_url) + str(filepath_to_uri(name))

    def read_part(self, name: str, first: int, last: int, piece: int) -> Iterator[bytes]:
        """Yield the bytes from `first` to `last` of a file, in pieces of so many bytes."""
        found = self.bucket.Object(self._normalize_name(name)).get(Range=f"bytes={first}-{last}")
        yield from found["Body"].iter_chunks(piece)
