"""The PDF is there before she asks: made once a desk is finished and quiet, and hers at the press of the button."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Notice, User
from progress.models import LogEntry, ProgressLog
from reports import tasks
from reports.models import LogExport
from reports.models.log_export import QUIET
from tests.cast import add_account, declare, entry_of, sign
from tests.reports.test_exports import made


def decide(client: Client, entry: LogEntry) -> None:
    """Sign an outcome off on the desk, as a supervisor does."""
    said = {"decision": "sign_off", "method": "observation", "reason": "", "seen": str(entry.version)}
    form = {"submission": str(uuid4()), **{f"{entry.pk}-{name}": value for name, value in said.items()}}
    assert client.post(f"/review/{entry.log_id}/decide/", form).status_code == 302


def quiet() -> None:
    """Let the quiet after the last decision be over."""
    past = timezone.now() - timedelta(seconds=1)
    LogExport.objects.filter(is_ahead=True).update(not_before=past, created_at=past - QUIET)


@pytest.fixture
def desk(client: Client, grace: User) -> Client:
    client.force_login(grace)
    return client


@pytest.fixture
def ahead(desk: Client, declared: LogEntry) -> LogExport:
    decide(desk, declared)
    found: LogExport = LogExport.objects.get()
    return found


def test_a_finished_desk_lets_it_be_made_once_it_is_quiet(ahead: LogExport, grace: User) -> None:
    assert (ahead.is_ahead, ahead.state, ahead.requested_by) == (True, "waiting", grace)
    assert (LogExport.objects.overdue(), LogExport.objects.claim(ahead.pk)) == ([], None)
    quiet()
    assert LogExport.objects.overdue() == [ahead.pk]


def test_the_next_decision_puts_it_off(ahead: LogExport, desk: Client) -> None:
    quiet()
    add_account(entry_of(ahead.log, "1.1"))
    declare(entry_of(ahead.log, "1.1"))
    decide(desk, entry_of(ahead.log, "1.1"))
    assert (LogExport.objects.count(), LogExport.objects.overdue()) == (1, [])


def test_it_is_ready_when_she_asks(ahead: LogExport, amina: User) -> None:
    quiet()
    ready = made(ahead)
    assert LogExport.request(ahead.log, by=amina) == ready
    assert (ready.signed_off, LogExport.objects.count(), Notice.objects.filter(kind="pdf_ready").count()) == (1, 1, 0)


def test_who_asks_earlier_does_not_wait_for_the_quiet(ahead: LogExport, amina: User) -> None:
    assert LogExport.request(ahead.log, by=amina) == ahead
    ahead.refresh_from_db()
    assert (ahead.is_ahead, ahead.not_before, ahead.requested_by) == (False, None, amina)
    assert LogExport.objects.claim(ahead.pk) == ahead


def test_who_asks_while_it_is_made_is_told_and_issues_it(ahead: LogExport, amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet()
    claimed = LogExport.objects.claim(ahead.pk)
    LogExport.request(ahead.log, by=amina)
    LogExport.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert claimed.finish(b"%PDF-1.7", tasks.read_export(claimed))
    assert [(notice.to, notice.kind) for notice in Notice.objects.filter(kind="pdf_ready")] == [(amina, "pdf_ready")]
    assert ahead.log.events.order_by("seq").last().actor == amina  # type: ignore[union-attr]


def test_what_changed_since_it_was_made_is_made_anew(ahead: LogExport, desk: Client, grace: User) -> None:
    quiet()
    made(ahead)
    add_account(entry_of(ahead.log, "1.1"))
    declare(entry_of(ahead.log, "1.1"))
    sign(entry_of(ahead.log, "1.1"), grace)
    LogExport.prepare(ahead.log, by=grace)
    assert [export.state for export in LogExport.objects.order_by("created_at")] == ["ready", "waiting"]


def test_what_is_still_true_is_not_made_again(ahead: LogExport, grace: User) -> None:
    quiet()
    made(ahead)
    LogExport.prepare(ahead.log, by=grace)
    assert LogExport.objects.count() == 1


def test_what_somebody_waits_for_is_left_alone(log: ProgressLog, amina: User, grace: User) -> None:
    wished = LogExport.request(log, by=amina)
    LogExport.prepare(log, by=grace)
    wished.refresh_from_db()
    assert (LogExport.objects.count(), wished.is_ahead, wished.requested_by) == (1, False, amina)


def test_a_decision_stands_even_if_nothing_can_be_made_ahead(desk: Client, declared: LogEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(LogExport, "prepare", broken)
    decide(desk, declared)
    assert (entry_of(declared.log, "1.2").state, LogExport.objects.count()) == ("signed_off", 0)
