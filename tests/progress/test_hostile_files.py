"""Files that mean harm: each is refused with what to do, or stored clean, in less than 300 MB.

Every file passes through `made_safe` as an upload does. Only the start of Python is spared: one process loads the
decoders once, and forks for each file, so that each is still opened in a process of its own with its own limits.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from people.models import Refused
from progress import uploads
from progress.uploads import CLEANER, made_safe
from tests.progress.hostile import KINDS, MARK, OF_EACH, more_than_dots, picture

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory a process took")
MOST = 300 * 1024  # KB
SAYS_WHAT_TO_DO = re.compile(r"\b(Choose|Take|Save|Print) [^.]+\.$")

FORKS = """
import json, os, runpy, sys, tempfile
import pikepdf, pillow_heif, PIL.Image, PIL.ImageDraw, PIL.ImageOps, PIL.JpegImagePlugin, PIL.PngImagePlugin, PIL.WebPImagePlugin
main = runpy.run_path(%r)["main"]
while line := sys.stdin.buffer.readline():
    act, size = json.loads(line)
    given, made, told = (tempfile.TemporaryFile() for _file in range(3))
    given.write(sys.stdin.buffer.read(size))
    given.seek(0)
    if not (child := os.fork()):
        for number, file in enumerate((given, made, told)):
            os.dup2(file.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode, closefd=False) for number, mode in ((0, "r"), (1, "w"), (2, "w")))
        status = main(*act)
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    _child, status, used = os.wait4(child, 0)
    made.seek(0), told.seek(0)
    made, told = made.read(), told.read().decode()
    sys.stdout.buffer.write(json.dumps([os.waitstatus_to_exitcode(status), told, used.ru_maxrss, len(made)]).encode() + b"\\n" + made)
    sys.stdout.buffer.flush()
"""


class Forks:
    """Runs what `uploads` would run, and notes how much memory each took."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-c", FORKS % str(CLEANER)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.used: list[int] = []

    def run(self, command: list[str], *, input: bytes, **_more: Any) -> Any:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps([command[3:], len(input)]).encode() + b"\n" + input)
        stdin.flush()
        status, told, used, size = json.loads(stdout.readline())
        self.used.append(used)
        return SimpleNamespace(returncode=status, stderr=told.encode(), stdout=stdout.read(size))


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    started = Forks()
    yield started
    started.process.communicate()


def holds_more_than_a_picture(kept: uploads.Kept) -> str:
    """Say what a stored photo holds that is no picture; a document or a sound is kept as it is."""
    return more_than_dots(kept.content) if kept.kind == uploads.PHOTO else ""


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_refused_with_what_to_do_or_stored_clean(kind: str, forks: Forks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads.subprocess, "run", forks.run)
    tried, wrong = 0, {}
    for number, content in enumerate(KINDS[kind]()):
        tried += 1
        try:
            kept = made_safe(SimpleUploadedFile("IMG_0001.jpg", content))
        except Refused as refused:
            if not SAYS_WHAT_TO_DO.search(refused.messages[0]):
                wrong[number] = refused.messages[0]
            continue
        if MARK in kept.content or kind in NEVER_KEPT:
            wrong[number] = f"kept as a {kept.kind}: {content[:60]!r}"
        elif more := holds_more_than_a_picture(kept):
            wrong[number] = more
    assert (wrong, tried >= OF_EACH) == ({}, True)
    assert max(forks.used, default=0) < MOST


NEVER_KEPT = {"wrong_types", "svg_scripts", "pdf_scripts", "huge_dimensions", "nothing", "nearly_nothing", "one_byte_too_many"}


@pytest.mark.parametrize("kind", ["polyglots", "scripts_in_photos", "places", "pointing_elsewhere", "odd"])
def test_a_photo_with_something_in_it_is_kept_without_it(kind: str, forks: Forks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not all of them are merely refused: what is a photo stays one."""
    monkeypatch.setattr(uploads.subprocess, "run", forks.run)
    kept = 0
    for content in KINDS[kind]():
        try:
            kept += made_safe(SimpleUploadedFile("IMG_0001.jpg", content)).kind == uploads.PHOTO
        except Refused:
            continue
    assert kept >= OF_EACH


def test_the_largest_of_each_leaves_room(forks: Forks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads.subprocess, "run", forks.run)
    sizes = {"JPEG": (6300, 6300), "HEIF": (6000, 6000), "PNG": (4000, 4000), "WEBP": (4000, 4000)}
    kept = [made_safe(SimpleUploadedFile("IMG_0001.jpg", picture(form, size))).kind for form, size in sizes.items()]
    assert (kept, max(forks.used) < MOST) == (["photo"] * 4, True)


def test_the_checker_would_see_it() -> None:
    """What the tests above look for is there before a photo is made safe."""
    told = uploads.Kept("photo", "jpg", picture(comment=MARK))
    assert holds_more_than_a_picture(told).startswith("fe: ")
    assert holds_more_than_a_picture(uploads.Kept("photo", "jpg", picture() + MARK)).startswith("d9: ")
    assert Path(CLEANER).exists()
