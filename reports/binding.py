"""A portfolio bound from what WeasyPrint drew: pages of somebody's own PDFs put in the places kept for them, and files attached.

A place is a picture of the same shape. What is drawn in it is changed for the page, so it keeps its tag and its words for a
screen reader, and the numbers of pages stay right. Such pages are foreign: untagged, with fonts of any kind. What conforms is
decided before (reports/rendering.py).

Loads pikepdf, which the web process never needs: import it where rendering does.
"""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Matrix, Name, Rectangle

from reports.attached import Attached, Theirs
from reports.finishing import finish, walk

Size = tuple[float, float]
# What a file of hers may do to its reader. Not every exception: the limit of a task's time is one too.
UNREADABLE = (
    pikepdf.exceptions.PikepdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    OSError,
    MemoryError,
)


def pages_in(file: BinaryIO, *, most: int) -> list[Size]:
    """Return the width and height of each page of somebody's PDF, in points; nothing where there are more, or they cannot be taken out."""
    try:
        with pikepdf.open(file) as opened, pikepdf.new() as scratch:
            if len(opened.pages) > most:
                return []
            sheets = list(_sheets(opened))
            scratch.Root.Tried = Array([scratch.copy_foreign(form) for form, _size in sheets])
            scratch.save(io.BytesIO())
    except UNREADABLE:
        return []
    return [size for _form, size in sheets]


def bind(out: BinaryIO, pdf: bytes, theirs: Iterable[Theirs], attached: Iterable[Attached], *, seal: str) -> None:
    """Write a portfolio into a file, with room for a seal that is called `seal`, from what WeasyPrint drew of it."""
    with ExitStack() as files, pikepdf.open(io.BytesIO(pdf)) as own:
        places = _places(own)
        for one in theirs:
            opened = files.enter_context(pikepdf.open(files.enter_context(one.opens())))
            for says, (form, _size) in zip(one.says, _sheets(opened), strict=True):
                page, name = places[says]
                page.Resources.XObject[name] = own.copy_foreign(form)
        _attach(own, attached)
        finish(own, out, seal=seal)


def _sheets(opened: pikepdf.Pdf) -> Iterator[tuple[Any, Size]]:
    """Yield each page as a drawing that fills a square of side 1, as a picture does, and its width and height."""
    opened.flatten_annotations("all")  # what was typed into a form is drawn; the rest of a form means nothing here
    for page in opened.pages:
        form: Any = page.as_form_xobject()
        turned = Matrix(form.Matrix) if "/Matrix" in form else Matrix()
        box: Any = turned.transform(Rectangle(form.BBox))
        moved = Matrix(1, 0, 0, 1, -box.llx, -box.lly)
        form.Matrix = (turned @ moved @ Matrix(1 / box.width, 0, 0, 1 / box.height, 0, 0)).as_array()
        yield form, (float(box.width), float(box.height))


def _places(own: pikepdf.Pdf) -> dict[str, tuple[Any, str]]:
    """Return where each picture stands, by its words for a screen reader: its page, and the name of what is drawn there."""
    found: dict[str, tuple[Any, str]] = {}
    for element in walk(own.Root.StructTreeRoot.K[0]):
        if element.S == "/Figure" and "/Alt" in element:
            (mark,) = (kid for kid in element.K if isinstance(kid, int))
            drawn = re.search(rb"/MCID %d>>\nBDC\n.*?(/\S+) Do" % mark, element.Pg.Contents.read_bytes(), re.DOTALL)
            if drawn:
                found[str(element.Alt)] = (element.Pg, drawn[1].decode())
    return found


def _attach(own: pikepdf.Pdf, attached: Iterable[Attached]) -> None:
    """Attach files to the whole document, and say what each is to it (ISO 19005-3, 6.8)."""
    all_of_it: list[Any] = []
    for one in attached:
        day = one.made_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
        file = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]  # its stubs know of no relationship
            own,
            one.content,
            description=one.about,
            filename=one.name,
            mime_type=one.mime_type,
            creation_date=day,
            mod_date=day,
            relationship=Name(f"/{one.relation}"),
        )
        own.attachments[one.name] = file
        all_of_it.append(own.attachments[one.name].obj)
    own.Root.AF = Array(all_of_it)
