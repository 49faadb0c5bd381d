"""Files, rows and ledger are compared, and each way to differ is told."""

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from time import time

import pytest
from django.core.management import call_command

from progress.models import ProgressLog
from reports import reconcile
from reports.models import LogExport
from tests.reports.test_pages import issued


@pytest.fixture(autouse=True)
def same_folder(exports_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports_folder.mkdir(exist_ok=True)
    monkeypatch.setattr(reconcile, "exports_storage", lambda: LogExport._meta.get_field("file").storage)
    monkeypatch.setattr("reports.management.commands.reconcile_papers.exports_storage", lambda: LogExport._meta.get_field("file").storage)


def said(*options: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("reconcile_papers", *options, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_what_was_issued_agrees(log: ProgressLog) -> None:
    issued(log)
    assert said() == (0, ["Files, rows and ledger agree."])


def lose_the_file(export: LogExport, folder: Path) -> str:
    (folder / export.file.name).unlink()
    return f"Export {export.pk}: its file {export.file.name} is missing."


def change_the_file(export: LogExport, folder: Path) -> str:
    (folder / export.file.name).write_bytes(b"%PDF another")
    return f"Export {export.pk}: its file {export.file.name} is not the one that was issued."


def unissue(export: LogExport, folder: Path) -> str:
    LogExport.objects.update(state=LogExport.State.FAILED)
    return f"Export {export.pk}: the ledger says that it was issued, and there is no row."


@pytest.mark.parametrize("harm", [lose_the_file, change_the_file])
def test_each_way_to_differ_is_told(harm: Callable[[LogExport, Path], str], log: ProgressLog, exports_folder: Path) -> None:
    export, _code = issued(log)
    told = harm(export, exports_folder)
    assert said() == (1, [told])


def test_a_row_that_was_given_another_hash_is_told(log: ProgressLog) -> None:
    export, _code = issued(log)
    LogExport.objects.update(sha256="0" * 64)
    assert f"Export {export.pk}: the ledger says that another file was issued." in said()[1]


def test_an_event_without_its_paper_is_told(log: ProgressLog, exports_folder: Path) -> None:
    export, _code = issued(log)
    told = unissue(export, exports_folder)
    assert told in said()[1]


def test_a_file_that_nothing_refers_to_is_told_and_goes_when_asked(log: ProgressLog, exports_folder: Path) -> None:
    young, old = exports_folder / "young.pdf", exports_folder / "old.pdf"
    for path in (young, old):
        path.write_bytes(b"%PDF")
    os.utime(old, (time() - 4000, time() - 4000))
    assert said() == (1, ["old.pdf: no row knows this file."])
    assert said("--delete") == (0, ["old.pdf: no row knows this file. Deleted.", "Files, rows and ledger agree."])
    assert (young.exists(), old.exists()) == (True, False)
