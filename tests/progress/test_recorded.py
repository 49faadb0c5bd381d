"""What a supervisor saw herself becomes evidence under her name, and signs nothing."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Refused, User
from progress.models import Draft, Evidence, LedgerEvent, LogEntry, ProgressLog
from progress.verification import verify
from tests.cast import entry_of


def form(*entries: LogEntry, **more: Any) -> dict[str, Any]:
    words = {
        "kind": "observation",
        "title": "Help at breakfast",
        "seen_on": str(timezone.localdate()),
        "text": "She showed two cups and waited.",
    }
    return {**words, "outcomes": [str(entry.outcome_id) for entry in entries], "submission": str(uuid4()), **more}


@pytest.fixture
def hers(client: Client, grace: User) -> Client:
    client.force_login(grace)
    return client


def place(log: ProgressLog) -> str:
    return f"/review/{log.pk}/record/"


def test_an_observation_stands_beside_every_outcome_it_shows(hers: Client, log: ProgressLog, grace: User, amina: User) -> None:
    shown = [entry_of(log, "1.2"), entry_of(log, "1.3")]
    assert hers.post(place(log), form(*shown))["Location"] == f"/review/{log.pk}/"
    piece = Evidence.objects.get()
    assert (piece.added_by, [link.entry for link in piece.links.order_by("entry__outcome__position")]) == (grace, shown)
    assert [entry_of(log, code).state for code in ("1.2", "1.3")] == [LogEntry.State.OPEN] * 2
    hers.force_login(amina)
    assert "Observation by Grace Mwangi" in hers.get(log.get_absolute_url() + "1.2/").content.decode()


def test_the_ledger_says_that_she_added_it(hers: Client, log: ProgressLog, grace: User) -> None:
    hers.post(place(log), form(entry_of(log, "1.2")))
    event = LedgerEvent.objects.get(type="evidence_added")
    assert (event.actor, json.loads(event.payload)["actor"]) == (grace, str(grace.pk))
    assert verify(log.pk).findings == []


def test_sent_twice_it_is_recorded_once(hers: Client, log: ProgressLog) -> None:
    sent = form(entry_of(log, "1.2"))
    statuses = [hers.post(place(log), sent).status_code for _time in range(2)]
    assert (statuses, Evidence.objects.count(), LedgerEvent.objects.filter(type="evidence_added").count()) == ([302, 302], 1, 1)


def test_without_an_outcome_or_words_nothing_is_recorded_and_nothing_typed_is_lost(hers: Client, log: ProgressLog) -> None:
    page = hers.post(place(log), form(text="", title="Help at breakfast")).content.decode()
    assert [words in page for words in ("Choose at least one outcome.", "Say what the learner did or said.", "Help at breakfast")] == [
        True
    ] * 3
    page = hers.post(place(log), form(entry_of(log, "1.2"), seen_on="2999-01-01")).content.decode()
    assert ("This day has not come yet." in page, f'value="{entry_of(log, "1.2").outcome_id}" id=' in page, Evidence.objects.count()) == (
        True,
        True,
        0,
    )


def test_a_signed_outcome_is_not_taken(hers: Client, log: ProgressLog, signed: LogEntry) -> None:
    page = hers.post(place(log), form(signed)).content.decode()
    assert "Choose from the outcomes that are not signed off." in page


def test_nobody_records_for_herself_or_where_she_does_not_supervise(log: ProgressLog, amina: User, tom: User, olu: User) -> None:
    words = {"kind": "observation", "title": "Help", "text": "She waited.", "seen_on": timezone.localdate()}
    for who in (amina, tom, olu):
        with pytest.raises(Refused):
            Evidence.record(log, [entry_of(log, "1.2")], by=who, submission=uuid4(), **words)
    assert Evidence.objects.count() == 0


def test_it_is_enough_for_the_learner_to_send_the_outcome(hers: Client, log: ProgressLog, amina: User) -> None:
    hers.post(place(log), form(entry_of(log, "1.2")))
    entry = entry_of(log, "1.2")
    assert entry.missing is None
    entry.declare(by=amina, statement="I am ready.", submission=uuid4())
    assert entry.is_waiting


def test_what_she_begins_to_write_is_kept(hers: Client, log: ProgressLog) -> None:
    sent = form(entry_of(log, "1.2"))
    hers.post("/learn/drafts/", {"place": place(log), **sent})
    page = hers.get(place(log)).content.decode()
    hers.post(place(log), sent)
    assert ("She showed two cups and waited." in page, Draft.objects.count()) == (True, 0)
