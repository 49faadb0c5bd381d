"""An author edits a published module: the evidence made of it, and the papers issued and still to come, are as before."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from courses.models import ModulePage
from people.models import User
from progress.models import Answer, Evidence, EvidenceLink, ProgressLog
from progress.verification import verify
from reports.models import LogExport
from reports.progress_log import read_export, read_record
from reports.rendering import progress_log_html
from tests.cast import declare, entry_of, sign
from tests.progress.test_edits import EDITS, edit
from tests.progress.test_learning import answer, go_on

Change = Callable[[list[Any]], None]


@pytest.fixture
def issued(client: Client, amina: User, grace: User, module: ModulePage, log: ProgressLog) -> LogExport:
    """Amina's paper: she took the module, made her words evidence, and had the outcome signed off."""
    client.force_login(amina)
    answer(client, module, "r-word", words="I waited.")
    answer(client, module, "q-first", chosen="1")
    for step in ("one-morning", "what-first"):
        go_on(client, module, step)
    client.post(f"/learn/logs/{log.pk}/1.3/use-words/{Answer.objects.get(activity_id='r-word').pk}/")
    declare(entry_of(log, "1.3"))
    sign(entry_of(log, "1.3"), grace)
    export = LogExport.objects.claim(LogExport.request(log, by=amina).pk)
    assert export.finish(b"%PDF-1.7 as issued", read_export(export))
    return LogExport.objects.get(pk=export.pk)


def everything(issued: LogExport) -> Any:
    """What is on paper and what a new paper would say, and the evidence both rest on."""
    log = ProgressLog.objects.get(pk=issued.log_id)
    record = read_record(log, export_id=UUID(int=1), code="ABCD2345", issued_at=datetime(2026, 11, 24, tzinfo=UTC))
    evidence = list(Evidence.objects.order_by("pk").values()), list(EvidenceLink.objects.order_by("pk").values())
    return progress_log_html(record), evidence, issued.file.open().read(), issued.sha256


@pytest.mark.parametrize("change", EDITS)
def test_no_edit_changes_evidence_or_papers(issued: LogExport, module: ModulePage, change: Change) -> None:
    before = everything(issued)
    assert "I waited." in before[0]
    edit(module, change)
    assert everything(issued) == before
    assert verify().findings == []


def test_nor_does_taking_the_module_down(issued: LogExport, module: ModulePage) -> None:
    before = everything(issued)
    ModulePage.objects.get(pk=module.pk).unpublish()
    assert everything(issued) == before
    assert verify().findings == []
