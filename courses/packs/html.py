"""Whether the text of a pack holds only the plain marks an author could make in the editor."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

MARKS = {"p", "h2", "ul", "ol", "li", "b", "i", "a", "br"}
EMPTY = {"br"}
SCHEMES = {"http", "https", "mailto", ""}


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.objections: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in MARKS:
            self.objections.append(f"<{tag}> is not allowed. Use {', '.join(sorted(MARKS))}.")
            return
        self.objections += [f"<{tag}> may not have “{name}”." for name, _value in attrs if (tag, name) != ("a", "href")]
        self.objections += [f"A link may not go to “{value}”." for name, value in attrs if name == "href" and not _is_safe(value)]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in MARKS or tag in EMPTY:
            return
        if not self.open or self.open.pop() != tag:
            self.objections.append(f"</{tag}> closes something else that is open.")


def _is_safe(address: str | None) -> bool:
    return urlsplit(address or "").scheme in SCHEMES


def html_objections(html: str) -> list[str]:
    """Return what is wrong with a piece of text, in plain English; nothing for good text."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return reading.objections + [f"<{tag}> is never closed." for tag in reading.open]
