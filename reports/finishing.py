"""What WeasyPrint leaves undone in a tagged PDF, done on the finished file.

- Both conformances in one file: it writes PDF/A-3a, and the identifier of PDF/UA-1 is added in the same `rdf:RDF`, with the
  schema that PDF/A wants for it (ISO 19005-3, 6.6.2; ISO 14289-1, 5).
- A header cell says whether it is of a column or a row (ISO 32000-1, 14.8.5.7). WeasyPrint gives it an ID instead (its issue 2508).
- A table that goes on over a page is one table, its repeated head read once (its issue 2903).
- Running heads and page numbers are no part of what is read (its issue 1836).
- Arabic and Hebrew letters are drawn from left to right (reports/right_to_left.py).
- It names each attachment twice in the list of associated files.
- What is to be sealed has an empty field for the seal, named for a screen reader (ISO 14289-1, 7.18.4).

It knows nothing of WeasyPrint's insides, only of what stands in the file. `tests/reports/test_conformance.py` reads the tree, and
asks a validator.
"""

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Rectangle

from reports.right_to_left import say_in_reading_order

MARKED = re.compile(rb"/\w+\n<</MCID (\d+)>>\nBDC\n")  # how WeasyPrint begins marked content
SEAL_FIELD = "Seal"
PRINTED_AND_LOCKED = 4 + 128  # flags of an annotation (ISO 32000-1, 12.5.3); hidden ones are no PDF/A
SIGNATURES_ONLY_APPEND = 3  # ISO 32000-1, 12.7.2: there are signatures, and the file is only ever added to
END_OF_RDF = b"</rdf:RDF>"
UA_PART = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def finished(pdf: bytes, *, seal: str = "") -> bytes:
    """Return a tagged PDF/A-3a of WeasyPrint with its structure mended, and PDF/UA-1 said of it too. The same bytes give the same bytes.

    `seal`: what a screen reader says of the seal that will be put in; nothing for a file that gets none.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        finish(opened, out, seal=seal)
    return out.getvalue()


def finish(opened: pikepdf.Pdf, out: BinaryIO, *, seal: str = "") -> None:
    """Write the same into a file, from an opened PDF. One that WeasyPrint made without saying that it is PDF/A says nothing of UA either."""
    root = opened.Root.StructTreeRoot.K[0]
    _join_what_goes_on(root)
    _say_whose_head_a_cell_is(root)
    _take_running_text_out(opened, root)
    say_in_reading_order(opened)
    if "/Metadata" in opened.Root:
        _say_both(opened)
    if "/AF" in opened.Root:
        opened.Root.AF = Array({file.objgen: file for file in opened.Root.AF}.values())
    if seal:
        _leave_room_for_a_seal(opened, root, seal)
    opened.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def kids(element: Any) -> list[Any]:
    """Return the structure elements right below one, in reading order."""
    below = element.get("/K", [])
    found = below if isinstance(below, Array) else [below]
    return [kid for kid in found if isinstance(kid, Dictionary) and "/S" in kid]


def walk(element: Any) -> Iterator[Any]:
    """Yield a structure element and all below it, in reading order."""
    yield element
    for kid in kids(element):
        yield from walk(kid)


def _join_what_goes_on(root: Any) -> None:
    """Join what a page break cut in two, wherever it holds a table: the last of one page with the first of the next."""
    whole: list[Any] = []
    for element in kids(root):
        if whole and _goes_on(whole[-1], element):
            _join(whole[-1], element)
        else:
            whole.append(element)
    root.K = Array(whole)


def _goes_on(before: Any, after: Any) -> bool:
    """Whether `after` is the rest of `before`: a section without a heading, whose first element is the rest of a table, or a table.

    In our templates a heading or a sentence stands before every table, so a table that begins a page is never a new one.
    """
    if before.S != after.S or before.Pg.objgen == after.Pg.objgen:
        return False
    if before.S == "/Table":
        return True
    return before.S == "/Sect" and bool(kids(before) and kids(after)) and _goes_on(kids(before)[-1], kids(after)[0])


def _join(before: Any, after: Any) -> None:
    """Put what is in `after` behind what is in `before`. Of a table's rest the head is left out: it repeats."""
    if before.S == "/Table":
        body = next(part for part in kids(before) if part.S == "/TBody")
        for part in kids(after):
            if part.S == "/TBody":
                _take_in(body, kids(part))
        return
    first, *rest = kids(after)
    _join(kids(before)[-1], first)
    _take_in(before, rest)


def _take_in(parent: Any, elements: list[Any]) -> None:
    for element in elements:
        element.P = parent
        parent.K.append(element)


def _say_whose_head_a_cell_is(root: Any) -> None:
    """Give every header cell its scope, in place of numbers that name it."""
    for element in walk(root):
        if element.S == "/THead":
            _scope(element, Name.Column)
        elif element.S == "/TBody":
            _scope(element, Name.Row)


def _scope(part: Any, scope: Name) -> None:
    for cell in (cell for row in kids(part) for cell in kids(row)):
        if "/ID" in cell:
            del cell["/ID"]
        if "/A" in cell and "/Headers" in cell.A:
            del cell.A["/Headers"]
        if cell.S == "/TH":
            cell.A = Dictionary(O=Name.Table, Scope=scope)


def _take_running_text_out(pdf: pikepdf.Pdf, root: Any) -> None:
    """Mark as an artifact what is in no element that is read: running heads, page numbers, the repeated head of a table."""
    is_read = {element.objgen for element in walk(root)}
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for number, page in enumerate(pdf.pages):
        parents = numbers[2 * number + 1]
        outside = {mark for mark, parent in enumerate(parents) if parent.objgen not in is_read}
        if outside:
            page.Contents.write(_as_artifacts(page.Contents.read_bytes(), outside))
            numbers[2 * number + 1] = Array([None if mark in outside else parent for mark, parent in enumerate(parents)])


def _as_artifacts(content: bytes, marks: set[int]) -> bytes:
    """Return the drawing of a page with some of its marked content marked as artifacts instead."""
    return MARKED.sub(lambda mark: b"/Artifact\nBMC\n" if int(mark[1]) in marks else mark[0], content)


def _say_both(pdf: pikepdf.Pdf) -> None:
    metadata = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(metadata.replace(END_OF_RDF, UA_PART + END_OF_RDF, 1))


def _leave_room_for_a_seal(pdf: pikepdf.Pdf, root: Any, says: str) -> None:
    """Put an empty signature field on the last page, of no size, which is read as the last thing.

    A field that the signing program makes itself is not tagged, and breaks both conformances.
    """
    page = pdf.pages[-1].obj
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    number = int(numbers[-2]) + 1
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=SEAL_FIELD,
            TU=says,
            Contents=says,
            Rect=Rectangle(0, 0, 0, 0).as_array(),
            F=PRINTED_AND_LOCKED,
            P=page,
            StructParent=number,
        )
    )
    read = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=root, Pg=page, Alt=says))
    read.K = Array([pdf.make_indirect(Dictionary(Type=Name.OBJR, Obj=field, Pg=page))])
    root.K.append(read)
    numbers.append(number)
    numbers.append(read)
    page.Annots = Array([*page.get("/Annots", []), field])
    page.Tabs = Name.S
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=SIGNATURES_ONLY_APPEND)
