"""The progress logs of many people as one ZIP, put together while it is sent: nothing is kept twice, and who may be in it is asked at that moment."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from io import RawIOBase
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.files.base import File
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from reports.cells import csv_of
from reports.models import CollectedLog, LogCollection, LogExport

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

logger = logging.getLogger(__name__)

LIST = "list-of-logs.csv"


def zip_of(collection: LogCollection) -> Iterator[bytes]:
    """Yield the ZIP of a collection, PDF by PDF, and last a table of what is in it and what is not."""
    items = list(_items(collection))
    in_folders = len({item.log.workplace_id for item in items}) > 1
    out, taken = _Out(), Counter[str]()
    rows: list[Sequence[object]] = [_head()]
    with ZipFile(out, "w") as pack:
        for item in items:
            name, content = _name(item, taken, in_folders=in_folders), _content(item)
            if content is not None:
                _put(pack, name, content, item.export, ZIP_STORED)
                yield out.sent()
            rows.append(_row(item, name if content is not None else ""))
        _put(pack, LIST, csv_of(rows), None, ZIP_DEFLATED)
    yield out.sent()


class _Out(RawIOBase):
    """What a ZIP is written into, and handed out from as it grows. It cannot go back, so a ZIP notes each size behind its file."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, some: "ReadableBuffer", /) -> int:
        """Take some bytes."""
        self.waiting.append(bytes(some))
        return len(self.waiting[-1])

    def sent(self) -> bytes:
        """Return what was written since the last call."""
        some, self.waiting = b"".join(self.waiting), []
        return some


def _items(collection: LogCollection) -> Iterator[CollectedLog]:
    found = collection.of_today().select_related("log__learner", "log__framework", "log__workplace", "export")
    return iter(found.order_by("log__workplace__name", "log__learner__full_name", "log__framework__title", "pk"))


def _name(item: CollectedLog, taken: Counter[str], *, in_folders: bool) -> str:
    """Return a name that no other log in this ZIP has: two people may be called the same."""
    base = f"{slugify(item.log.learner.full_name)[:60] or 'learner'}-{item.log.framework.key}"
    if in_folders:
        base = f"{slugify(item.log.workplace.name)[:60] or 'workplace'}/{base}"
    taken[base] += 1
    return f"{base}-{taken[base]}.pdf" if taken[base] > 1 else f"{base}.pdf"


def _content(item: CollectedLog) -> bytes | None:
    """Return the PDF, None where there is none, or none any more."""
    if item.export is None or not item.export.is_ready:
        return None
    file: File[bytes] = item.export.file
    try:
        with file.open("rb") as opened:
            return bytes(opened.read())
    except FileNotFoundError:  # the others' are wanted all the same
        logger.error("The file of export %s is missing.", item.export_id)
        return None


def _put(pack: ZipFile, name: str, content: bytes, export: LogExport | None, packed: int) -> None:
    made_at = timezone.localtime(export.finished_at if export and export.finished_at else None)
    about = ZipInfo(name, made_at.timetuple()[:6])
    about.external_attr, about.compress_type = 0o644 << 16, packed
    pack.writestr(about, content)


def _head() -> list[str]:
    return [_("File"), _("Name"), _("Workplace"), _("Knowledge set"), _("Signed off"), _("Outcomes"), _("As of"), "SHA-256"]


def _row(item: CollectedLog, name: str) -> list[object]:
    whose: list[object] = [name or _why_none(item), item.log.learner.full_name, item.log.workplace.name, item.log.framework.label]
    export = item.export
    if not name or export is None or export.finished_at is None:
        return [*whose, "", "", "", ""]
    return [*whose, export.signed_off, export.outcomes, timezone.localdate(export.finished_at).isoformat(), export.sha256]


def _why_none(item: CollectedLog) -> str:
    if item.export is None:
        return _("Could not be made")
    return _("Missing: tell the person who runs this site") if item.export.is_ready else _("Deleted: words in it were erased")
