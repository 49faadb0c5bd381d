"""Names in Arabic, Hebrew and other letters that run from right to left, in the order in which they are read.

WeasyPrint draws the letters of a line from left to right as they stand on paper, and a reader of the file would speak them backwards. What
is drawn stays; the element above says what it is in words (`ActualText`, ISO 32000-1, 14.9.4).
"""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

PAIR = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]{4,})>\n")  # a glyph, and the text it stands for, in a ToUnicode map
# The runs of a line that are read from right to left: their letters, with the spaces and marks between.
LETTER = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U0001e900-\U0001e95f]"
RUN = re.compile(rf"{LETTER}(?:[\s\W]*{LETTER})*")
Glyphs = dict[int, str]


def say_in_reading_order(pdf: pikepdf.Pdf) -> None:
    """Give every element that holds such letters its words; a file without them is left as it is."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for number, page in enumerate(pdf.pages):
        fonts = {str(name): _glyphs(font) for name, font in page.Resources.get("/Font", {}).items()}
        if not any(RUN.search("".join(glyphs.values())) for glyphs in fonts.values()):
            continue
        said: dict[tuple[int, int], tuple[Any, str]] = {}
        for mark, text in _marked(page, fonts):
            element = numbers[2 * number + 1][mark]
            if element is not None:
                before = said.get(element.objgen, (element, ""))[1]
                said[element.objgen] = (element, before + text)
        for element, text in said.values():
            if RUN.search(text):
                element.ActualText = logical(text)


def logical(line: str) -> str:
    """Return a line as it is read, from the same line as it is drawn from left to right. A mark is drawn before its letter."""
    return RUN.sub(lambda run: run[0][::-1], line)


def _glyphs(font: Any) -> Glyphs:
    if "/ToUnicode" not in font:
        return {}
    pairs = PAIR.findall(font.ToUnicode.read_bytes())
    return {int(glyph, 16): _as_drawn(bytes.fromhex(text.decode()).decode("utf-16-be")) for glyph, text in pairs}


def _as_drawn(text: str) -> str:
    """Return what one glyph stands for, a joined pair of letters too, as if each letter of it were drawn."""
    return text[::-1] if RUN.search(text) else text


def _marked(page: Any, fonts: dict[str, Glyphs]) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each piece of marked content of a page, as it is drawn."""
    glyphs: Glyphs = {}
    mark, text = -1, ""
    for drawn in pikepdf.parse_content_stream(page):
        operands, what = drawn.operands, str(drawn.operator)
        if what == "BDC" and "/MCID" in operands[1]:
            mark, text = int(operands[1].MCID), ""
        elif what == "EMC" and mark >= 0:
            yield mark, text
            mark = -1
        elif what == "Tf":
            glyphs = fonts.get(str(operands[0]), {})
        elif what == "TJ" and mark >= 0:
            text += "".join(_text(bytes(part), glyphs) for part in operands[0] if isinstance(part, pikepdf.String))


def _text(drawn: bytes, glyphs: Glyphs) -> str:
    return "".join(glyphs.get(int.from_bytes(drawn[at : at + 2], "big"), "") for at in range(0, len(drawn), 2))
