"""Course pictures come from whichever storage is the default; nothing else of that storage is public."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from people.models import User

HOSTILE = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FILES = {
    "images/a.width-720.webp": b"picture",
    "images/drawing.svg": HOSTILE,
    "images/page.html": b"<script>",
    "images/deeper/b.webp": b"picture",
    "original_images/phone.jpg": b"with the place it was taken",
    "original_images/drawing.svg": HOSTILE,
    "documents/handout.pdf": b"%PDF",
    "avatar_images/author.png": b"face",
    "recordings/film.mp4": bytes(range(200)),
    "recordings/film.vtt": b"WEBVTT",
    "recordings/notes.txt": b"what an author keeps there",
    "media_thumbnails/film.webp": b"poster",
    "media_thumbnails/film.svg": HOSTILE,
}
PUBLIC = {
    "images/a.width-720.webp": "image/webp",
    "images/drawing.svg": "image/svg+xml",
    "original_images/drawing.svg": "image/svg+xml",
    "recordings/film.mp4": "video/mp4",
    "recordings/film.vtt": "text/vtt",
    "media_thumbnails/film.webp": "image/webp",
}


@pytest.fixture(params=["folder", "elsewhere"])
def files(request: pytest.FixtureRequest, settings: Settings, tmp_path: object) -> None:
    """Put the same files into a folder, and into a storage that has no folder (as a bucket has none)."""
    backend: dict[str, object] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    if request.param == "folder":
        backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": f"{tmp_path}/media"}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    for name, content in FILES.items():
        default_storage.save(name, ContentFile(content))


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("path", "content_type"), PUBLIC.items())
def test_a_rendered_picture_is_streamed_for_everybody_and_kept_for_long(client: Client, path: str, content_type: str) -> None:
    response = client.get(f"/media/{path}")

    assert response.status_code == 200
    assert response.getvalue() == FILES[path]
    assert response["Content-Type"] == content_type
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("path", sorted(FILES.keys() - PUBLIC.keys()))
def test_what_else_lies_there_is_not_public(client: Client, path: str) -> None:
    assert default_storage.exists(path)
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "path",
    [
        "images/missing.webp",
        "images/",
        "images",
        "images/..",
        "images/../original_images/phone.jpg",
        "images/%2e%2e/original_images/phone.jpg",
        "images/..%2foriginal_images%2fphone.jpg",
        "images/..%5coriginal_images%5cphone.jpg",
        "images/../../db.sqlite3",
        "../db.sqlite3",
        "images//etc/passwd.svg",
        "images/%00.svg",
    ],
)
@pytest.mark.django_db
def test_a_missing_picture_and_a_way_out_are_the_same_404(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.usefixtures("files")
def test_a_picture_costs_somebody_who_is_signed_in_no_query_and_no_second_fetch(
    client: Client, amina: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(amina)

    with django_assert_num_queries(0):
        response = client.get("/media/images/a.width-720.webp")

    assert response["Cache-Control"].startswith("public")
    assert not response.cookies


@pytest.mark.usefixtures("files")
def test_a_picture_is_only_read(client: Client) -> None:
    assert client.post("/media/images/a.width-720.webp").status_code == 405


FILM = FILES["recordings/film.mp4"]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("asked", "status", "said", "sent"),
    [
        ("bytes=0-9", 206, "bytes 0-9/200", FILM[:10]),
        ("bytes=150-", 206, "bytes 150-199/200", FILM[150:]),
        ("bytes=-20", 206, "bytes 180-199/200", FILM[180:]),
        ("bytes=190-900", 206, "bytes 190-199/200", FILM[190:]),
        ("bytes=200-", 416, "bytes */200", b""),
        ("bytes=9-3", 416, "bytes */200", b""),
        ("bytes=-", 200, None, FILM),
        ("bytes=0-1,5-6", 200, None, FILM),
        ("lines=1-2", 200, None, FILM),
    ],
)
def test_a_player_may_ask_for_one_part_of_a_film(client: Client, asked: str, status: int, said: str | None, sent: bytes) -> None:
    response = client.get("/media/recordings/film.mp4", headers={"Range": asked})
    assert (response.status_code, response.get("Content-Range"), response.getvalue()) == (status, said, sent)
    if status == 206:
        assert response["Content-Length"] == str(len(sent))
