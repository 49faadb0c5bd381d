"""Files as evidence: what is taken is made safe, what is not says what to do, and only those who may see the log see them."""

import io
import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, PngImagePlugin
from pillow_heif import register_heif_opener

from people.models import Refused, User
from progress import uploads
from progress.models import Evidence, LedgerEvent, LogEntry, ProgressLog, Upload
from progress.models.upload import KEPT_FOR, MB, ROOM, room_in_words
from progress.uploads import CLEANER, LARGEST, made_safe
from progress.verification import verify
from tests.cast import an_upload, entry_of

register_heif_opener()
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 0).save(out, kind, **more)
    return out.getvalue()


def pdf(**inside: Any) -> bytes:
    """A PDF of one page with something in its root."""
    made = pikepdf.new()
    made.add_blank_page()
    for name, value in inside.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def file(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def tells_everything() -> bytes:
    """A photo that says where and with what it was taken, and has a comment."""
    exif = Image.Exif()
    exif[MAKE] = "Secret Camera"
    exif.get_ifd(GPS)[1] = "N"
    exif[ORIENTATION] = 6
    return picture(exif=exif, comment=b"Mrs C in room 4", icc_profile=b"profile" * 20)


PNG_WITH_WORDS = PngImagePlugin.PngInfo()
PNG_WITH_WORDS.add_text("Comment", "Mrs C in room 4")


@pytest.mark.parametrize(
    "content",
    [
        tells_everything(),
        picture("PNG", pnginfo=PNG_WITH_WORDS),
        picture("PNG", mode="LA"),
        picture("PNG", mode="I;16"),
        picture("PNG", mode="P"),
        picture("WEBP", mode="RGB"),
        picture("JPEG", mode="CMYK"),
        picture("HEIF"),
    ],
    ids=["jpeg", "png", "see-through", "16-bit", "palette", "webp", "print", "heic"],
)
def test_a_photo_is_kept_as_its_dots_and_nothing_else(content: bytes) -> None:
    kept = made_safe(file(content))
    opened = Image.open(io.BytesIO(kept.content))
    assert (kept.kind, kept.suffix, opened.format, opened.mode) == ("photo", "jpg", "JPEG", "RGB")
    assert (dict(opened.getexif()), {name for name in opened.info if not name.startswith("jfif")}) == ({}, set())
    assert b"Mrs C" not in kept.content
    assert b"Secret" not in kept.content


def test_a_photo_stands_upright_and_is_made_smaller() -> None:
    assert Image.open(io.BytesIO(made_safe(file(tells_everything())).content)).size == (40, 60)
    assert Image.open(io.BytesIO(made_safe(file(picture(size=(4000, 3000)))).content)).size == (2400, 1800)


def test_a_document_and_a_sound_are_kept_as_they_are() -> None:
    paper, sound = pdf(), b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 50
    for content, kind, suffix in ((paper, "document", "pdf"), (sound, "sound", "mp3")):
        assert made_safe(file(content)) == uploads.Kept(kind, suffix, content)


def huge_png() -> bytes:
    """A PNG of few bytes that says it is 20,000 dots wide and high."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 20_000, 20_000)
    return bytes(content)


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert()")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty."),
        (b"\xff\xd8\xff" + b"\0" * LARGEST, "larger than 10 MB"),
        (b"MZ\x90\x00 a program", "this kind of file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "this kind of file"),
        (b"<html><script>alert(1)</script>", "this kind of file"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd)", "this kind of file"),
        (b"GIF89a" + b"\0" * 40, "this kind of file"),
        (b"PK\x03\x04" + b"\0" * 60, "this kind of file"),
        (picture()[:300], "We cannot open this photo."),
        (b"\xff\xd8\xff\xe0" + b"not a picture" * 9, "We cannot open this photo."),
        (huge_png(), "We cannot open this photo."),
        (picture("PNG", size=(4001, 4000), mode="L"), "too large to open"),
        (picture("JPEG", size=(6400, 6300), mode="L"), "too large to open"),
        (b"%PDF-1.7\n" + b"nothing" * 20, "We cannot open this PDF."),
        (locked_pdf(), "has a password"),
        (pdf(OpenAction=script()), "more than pages"),
        (pdf(AA=pikepdf.Dictionary(O=script())), "more than pages"),
        (pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())), "more than pages"),
        (pdf(AcroForm=pikepdf.Dictionary(XFA=pikepdf.Array([]))), "more than pages"),
        (pdf(Deep=pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.Launch))])), "more than pages"),
    ],
)
def test_what_cannot_be_kept_says_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        made_safe(file(content))


def test_a_link_in_a_document_is_no_danger() -> None:
    made_safe(
        file(pdf(OpenAction=pikepdf.Array([0, pikepdf.Name.Fit]), Link=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://nhs.uk/")))
    )


def test_a_photo_with_a_page_behind_it_keeps_only_the_photo() -> None:
    kept = made_safe(file(picture() + b"<html><script>alert(1)</script></html>"))
    assert b"script" not in kept.content


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory a process took")
@pytest.mark.parametrize(
    "content",
    [picture("JPEG", (6300, 6300)), picture("HEIF", (6000, 6000)), picture("PNG", (4000, 4000), "RGBA"), picture("WEBP", (4000, 4000))],
    ids=["jpeg", "heic", "png", "webp"],
)
def test_the_largest_photo_fits_into_the_memory_it_is_given(content: bytes) -> None:
    measured = "import runpy, sys; sys.argv = ['c', 'photo']\ntry: runpy.run_path(%r, run_name='__main__')\nexcept SystemExit: pass\n"
    measured += "sys.stderr.write(' ' + open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    done = subprocess.run([sys.executable, "-I", "-c", measured % str(CLEANER)], input=content, capture_output=True, check=True)
    assert done.stdout[:3] == b"\xff\xd8\xff"
    assert int(done.stderr.split()[-1]) < 300 * 1024  # KB


# On the site


@pytest.fixture
def her(client: Client, amina: User) -> Client:
    client.force_login(amina)
    return client


def form(**more: Any) -> dict[str, Any]:
    words = {"title": "Our new menu cards", "text": "I made them with pictures.", "act": "keep", "submission": str(uuid4())}
    return {**words, **more}


def add(client: Client, log: ProgressLog, kind: str = "work-product", **more: Any) -> Any:
    return client.post(f"/learn/logs/{log.pk}/1.2/evidence/{kind}/", form(**more))


def kept_number(page: str) -> str:
    return page.partition('name="kept" value="')[2].partition('"')[0]


def test_a_photo_becomes_evidence(her: Client, log: ProgressLog, grace: User) -> None:
    assert add(her, log, file=file(tells_everything())).status_code == 302
    piece = Evidence.objects.get()
    assert (piece.kind, piece.file_kind, Upload.objects.count()) == ("work_product", "photo", 0)
    outcome = her.get(log.get_absolute_url() + "1.2/").content.decode()
    assert f'src="/learn/evidence/{piece.pk}/"' in outcome
    assert not list(verify(log.pk).findings)


def test_the_ledger_holds_what_the_file_was(her: Client, log: ProgressLog) -> None:
    add(her, log, file=file(picture()))
    piece = Evidence.objects.get()
    assert json.loads(LedgerEvent.objects.get(type="evidence_added").payload)["data"]["evidence"]["commitment"] == piece.commitment
    piece.file_sha256 = "0" * 64
    assert json.loads(LedgerEvent.objects.get(type="evidence_added").payload)["data"]["evidence"]["commitment"] != piece.commitment


def test_verification_finds_a_file_that_was_changed_or_is_gone(her: Client, log: ProgressLog) -> None:
    add(her, log, file=file(picture()))
    piece = Evidence.objects.get()
    storage = piece.file.storage
    storage.delete(piece.file.name)
    assert [finding.says for finding in verify(log.pk).findings] == ["The file of a piece of evidence is gone."]
    with storage.open(piece.file.name, "wb") as forged:
        forged.write(picture(size=(1, 1)))
    assert [finding.says for finding in verify(log.pk).findings] == ["The file of a piece of evidence is not the one that was recorded."]


def test_sent_twice_it_is_one_piece(her: Client, log: ProgressLog) -> None:
    submission = str(uuid4())
    statuses = [add(her, log, submission=submission, file=file(picture())).status_code for _time in range(2)]
    assert (statuses, Evidence.objects.count()) == ([302, 302], 1)


def test_a_form_that_failed_keeps_the_file(her: Client, log: ProgressLog) -> None:
    page = add(her, log, text="", file=file(picture())).content.decode()
    assert ("Say what it shows." in page, "Your file is kept (Photo, 1 KB)." in page) == (True, True)
    again = form(kept=kept_number(page))
    statuses = [her.post(f"/learn/logs/{log.pk}/1.2/evidence/work-product/", again).status_code for _time in range(2)]
    assert (statuses, Evidence.objects.get().file_kind, Upload.objects.count()) == ([302, 302], "photo", 0)


def test_without_a_file_there_is_no_work_product(her: Client, log: ProgressLog) -> None:
    page = add(her, log).content.decode()
    assert ("Choose a photo, a PDF or a sound." in page, "I made them with pictures." in page) == (True, True)


def test_a_certificate_is_prior_learning_and_a_course_without_one_too(her: Client, log: ProgressLog) -> None:
    assert "Certificate, if you have one" in her.get(f"/learn/logs/{log.pk}/1.2/evidence/prior-learning/").content.decode()
    for more in ({"file": file(pdf())}, {}):
        add(her, log, "prior-learning", seen_on="2024-05-01", **more)
    pieces = Evidence.objects.order_by("file_kind")
    assert [(piece.kind, piece.file_kind, str(piece.seen_on)) for piece in pieces] == [
        ("prior_learning", "", "2024-05-01"),
        ("prior_learning", "document", "2024-05-01"),
    ]


def test_a_form_with_a_file_that_is_sent_twice_at_once_is_recorded_once(log: ProgressLog, amina: User) -> None:
    """The second has read its upload before the first took it. (`make faults` found this.)"""
    upload = an_upload(amina)
    late = Upload.objects.get(pk=upload.pk)
    said: dict[str, Any] = {"by": amina, "submission": uuid4(), "kind": "work_product", "title": "Menu", "text": "Ours."}
    pieces = [Evidence.add(log, [entry_of(log, "1.2")], upload=one, **said) for one in (upload, late)]
    assert (pieces[0] == pieces[1], Evidence.objects.count(), Upload.objects.count()) == (True, 1, 0)


def test_nobody_takes_anothers_upload(her: Client, log: ProgressLog, lena: User) -> None:
    hers = Upload.take(file(picture()), by=lena)
    page = add(her, log, kept=str(hers.pk)).content.decode()
    assert ("Choose a photo, a PDF or a sound." in page, Upload.objects.get().owner) == (True, lena)


@pytest.mark.parametrize(
    ("who", "status"),
    [("amina", 200), ("grace", 200), ("priya", 200), ("lena", 404), ("tom", 404), ("yusuf", 404), ("olu", 404), ("ada", 404)],
)
def test_who_may_see_the_log_may_see_the_file(her: Client, log: ProgressLog, who: str, status: int, request: pytest.FixtureRequest) -> None:
    add(her, log, file=file(picture()))
    her.force_login(request.getfixturevalue(who))
    assert her.get(f"/learn/evidence/{Evidence.objects.get().pk}/").status_code == status


def test_a_file_runs_nothing_and_is_kept_by_no_cache(her: Client, log: ProgressLog) -> None:
    add(her, log, file=file(picture()))
    answer = her.get(f"/learn/evidence/{Evidence.objects.get().pk}/")
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'attachment; filename="our-new-menu-cards.jpg"',
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'"


def test_evidence_without_a_file_has_no_such_page(her: Client, declared: LogEntry) -> None:
    piece = Evidence.objects.first()
    assert piece
    assert her.get(f"/learn/evidence/{piece.pk}/").status_code == 404


def test_everybody_has_so_much_room_and_it_is_said_before(her: Client, log: ProgressLog, amina: User) -> None:
    Upload.objects.create(owner=amina, file="gone.jpg", kind="photo", size=ROOM - 500, sha256="0" * 64)
    assert (
        "You have no room for more files. Write about it, or point to it at your workplace."
        in her.get(f"/learn/logs/{log.pk}/1.2/evidence/work-product/").content.decode()
    )
    page = add(her, log, file=file(picture())).content.decode()
    assert "You have used the 200 MB" in page


@pytest.mark.parametrize(
    ("left", "says"),
    [(0, "about 200 more photos."), (133, "about 60 more photos."), (182, "about 18 more photos."), (199, "about 1 more photo.")],
)
def test_room_is_said_in_photos(left: int, says: str, amina: User) -> None:
    Upload.objects.create(owner=amina, file="gone.jpg", kind="photo", size=left * MB, sha256="0" * 64)
    assert room_in_words(amina) == f"You have room for {says}"


def test_a_file_that_nobody_added_is_forgotten_and_evidence_stays(
    her: Client, log: ProgressLog, amina: User, django_capture_on_commit_callbacks: Any
) -> None:
    add(her, log, file=file(picture()))
    older, younger = (Upload.take(file(picture()), by=amina) for _time in range(2))
    Upload.objects.filter(pk=older.pk).update(added_at=timezone.now() - KEPT_FOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert (Upload.forget_old(), Upload.objects.get()) == (1, younger)
    files = [older.file, younger.file, Evidence.objects.get().file]
    assert [file.storage.exists(file.name) for file in files] == [False, True, True]


def test_a_full_disk_keeps_neither_half_a_file_nor_its_row(amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Upload.file.field.storage
    with breaking_after(storage, OSError(ENOSPC, "No space left on device"), monkeypatch) as saved, pytest.raises(OSError, match="space"):
        Upload.take(file(picture()), by=amina)
    assert (storage.exists(saved[0]), Upload.objects.count()) == (False, 0)


def test_a_file_whose_process_was_killed_is_forgotten_too(
    amina: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    storage = Upload.file.field.storage
    with breaking_after(storage, KeyboardInterrupt(), monkeypatch) as saved, pytest.raises(KeyboardInterrupt):
        Upload.take(file(picture()), by=amina)
    Upload.objects.update(added_at=timezone.now() - KEPT_FOR)
    with django_capture_on_commit_callbacks(execute=True):
        assert Upload.forget_old() == 1
    assert not storage.exists(saved[0])


@contextmanager
def breaking_after(storage: Any, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let a storage write its file and break then; yield the names it wrote."""
    saved: list[str] = []

    def write_and_break(name: str, content: Any) -> str:
        saved.append(FileSystemStorage._save(storage, name, content))  # type: ignore[attr-defined]
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(storage, "_save", write_and_break)
        yield saved
