"""What a rendering may load: our fonts, and nothing else."""

import socket
from pathlib import Path
from typing import Any

import pytest

from reports.rendering import FONTS, SCHEME, STYLESHEET, document, warm

PICTURE = "data:image/png;base64," + "A" * 4_000_000
VECTORS = [
    '<img src="{url}" alt="x">',
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '<base href="{url}"><img src="x.png" alt="x">',
    '<style>@import url("{url}");</style>',
    '<style>@font-face {{ font-family: X; src: url("{url}") }} p {{ font-family: X }}</style><p>x</p>',
    '<p style="background: url({url})">x</p>',
    '<p style="list-style-image: url({url}); display: list-item">x</p>',
    '<style>p::before {{ content: url("{url}") }}</style><p>x</p>',
    '<object data="{url}">x</object>',
    '<embed src="{url}">',
    '<svg viewBox="0 0 1 1"><title>x</title><image href="{url}" width="1" height="1"/></svg>',
    '<svg viewBox="0 0 1 1"><title>x</title><use href="{url}#a"/></svg>',
    '<svg viewBox="0 0 1 1"><title>x</title><style>@import "{url}";</style></svg>',
]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of this machine whose words must not come out."""
    path = tmp_path / "secret.txt"
    path.write_text("open-sesame-4711")
    return path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Note every attempt to call somebody."""
    calls: list[Any] = []

    def called(*args: Any, **kwargs: Any) -> None:
        calls.append(args)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", called)
    monkeypatch.setattr(socket.socket, "connect", called)
    return calls


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("kind", ["file", "http", "data", "ours"])
def test_nothing_is_loaded_by_any_way_in(
    vector: str, kind: str, secret: Path, no_network: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    warm()
    opened: list[Path] = []

    def read(path: Path) -> bytes:
        opened.append(path)
        return b""

    monkeypatch.setattr(Path, "read_bytes", read)
    url = {"file": secret.as_uri(), "http": "http://127.0.0.1:9/x", "data": PICTURE, "ours": f"{SCHEME}../rendering.py"}[kind]
    pdf = document(f'<html lang="en-gb"><head><title>x</title></head><body>{vector.format(url=url)}</body></html>', STYLESHEET, named="x")
    assert pdf.startswith(b"%PDF")
    assert b"open-sesame-4711" not in pdf
    assert b"/EmbeddedFile" not in pdf
    assert no_network == []
    assert opened == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/", "ftp://x/", PICTURE, "", f"{SCHEME}fonts.conf", f"{SCHEME}../models.py", "//x", SCHEME],
)
def test_a_refusal_is_a_value_error_that_repeats_nothing(url: str) -> None:
    warm()
    from reports.fetcher import PrintAssets  # noqa: PLC0415  # loads WeasyPrint, as little as possible does

    with pytest.raises(ValueError, match=r"^Not one of our print assets\.$"):
        PrintAssets(FONTS, SCHEME).fetch(url)


def test_our_stylesheet_alone_cannot_import_either() -> None:
    warm()
    import weasyprint  # noqa: PLC0415

    from reports.fetcher import PrintAssets  # noqa: PLC0415

    asked: list[str] = []

    class Noting(PrintAssets):
        def fetch(self, url: str, headers: Any = None) -> Any:
            asked.append(url)
            return super().fetch(url, headers)

    weasyprint.CSS(string='@import url("file:///etc/passwd"); p { color: red }', url_fetcher=Noting(FONTS, SCHEME), base_url=SCHEME)
    assert asked == ["file:///etc/passwd"]
