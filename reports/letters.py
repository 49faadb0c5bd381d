"""Signs that none of our fonts has, in words: what is printed as an empty box can be read by nobody, and breaks both conformances.

Somebody who writes on a phone writes emoji, ticks and letters made of mathematics. A letter of a script for which we ship no font stays
a box (reports/fonts/README.md): spelled out by names of letters no name could be read.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # WeasyPrint cannot do without it

FONTS = Path(__file__).parent / "fonts"
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
SAY_NOTHING = {"Mn", "Me", "Cf", "Sk"}  # what only changes the sign before it, such as the colour of a hand
LINES = {"\u2028": " ", "\u2029": " "}  # ends of lines: fonts have them, and nothing draws them


def in_our_letters(text: str) -> str:
    """Return a text, or a page in HTML, with every sign that we have no picture of as its plain form, or as its name: “[tooth]”."""
    return NOT_ASCII.sub(lambda found: _said(found[0]), text)


@cache
def _said(sign: str) -> str:
    if sign in LINES:
        return LINES[sign]
    if ord(sign) in _have():
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    if plain != sign and all(ord(letter) in _have() for letter in plain):
        return plain
    kind = unicodedata.category(sign)
    if kind in SAY_NOTHING:
        return ""
    return f"[{unicodedata.name(sign).lower()}]" if kind[0] in "SP" else sign


@cache
def _have() -> frozenset[int]:
    """Return every sign that one of our fonts has: half a second, once in the life of a worker."""
    return frozenset(code for path in FONTS.iterdir() if path.suffix in {".woff2", ".ttf"} for code in TTFont(path).getBestCmap())
