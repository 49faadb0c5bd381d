"""Our own pages, read in less time than somebody's HTML takes. Only the worker imports this: it derives from a WeasyPrint class.

They are well-formed XML and use few elements, so a parser in C reads them (a twentieth of a render), and a sheet of twenty rules says what
the elements are (a tenth: `print/base.css`). Both give the bytes that WeasyPrint's own ways give; tests/reports/test_page.py holds them to it.
"""

from typing import Any
from xml.etree import ElementTree

from cssselect2 import ElementWrapper  # WeasyPrint cannot do without it
from weasyprint import CSS, HTML


class Page(HTML):  # type: ignore[misc]  # WeasyPrint has no types
    """A page of ours. `base`: what its elements are before any look."""

    def __init__(self, string: str, *, base: CSS, url_fetcher: Any, base_url: str) -> None:
        self.base = base
        try:
            root = ElementTree.fromstring(string)  # noqa: S314  # our own template: no word of anybody can bring an entity into it
        except ElementTree.ParseError:  # a control character in an author's words; WeasyPrint's own parser bears with it
            super().__init__(string=string, url_fetcher=url_fetcher, base_url=base_url)
            return
        self.base_url, self.url_fetcher, self.media_type = base_url, url_fetcher, "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [self.base]
