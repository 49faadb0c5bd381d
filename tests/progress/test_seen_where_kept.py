"""What stays at the workplace counts by the supervisor's word: she has seen it where it is kept."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Refused, User
from progress import together
from progress.models import Evidence, LogEntry, Method, ProgressLog
from progress.verification import verify
from reports.progress_log import read_record
from tests.cast import add_account, declare, entry_of, just_now, sign


@pytest.fixture
def plan(log: ProgressLog) -> Evidence:
    """A care plan that Amina updated and pointed to, for outcome 1.2, which waits."""
    words: dict[str, Any] = {"kind": "seen_in_workplace", "title": "A care plan", "text": "I wrote the part on meals."}
    words |= {"seen_on": timezone.localdate(), "kept_where": "Plan folder, office"}
    piece = Evidence.add(log, [entry_of(log, "1.2")], by=log.learner, submission=uuid4(), **words)
    declare(entry_of(log, "1.2"))
    return piece


def sign_with(entry: LogEntry, by: User, looked_at: set[Any]) -> None:
    how: dict[str, Any] = {"method": Method.WORK_PRODUCT, "statement": "I have seen it.", "looked_at": looked_at}
    entry.sign_off(by=by, proof=just_now(), seen=entry.version, submission=uuid4(), **how)


def test_without_her_word_nothing_is_signed(plan: Evidence, log: ProgressLog, grace: User) -> None:
    for looked_at in (set(), {uuid4()}):
        with pytest.raises(Refused, match="Look at “A care plan” where it is kept"):
            sign_with(entry_of(log, "1.2"), grace, looked_at)
    assert entry_of(log, "1.2").is_waiting


def test_her_word_stands_in_the_record_and_on_paper(plan: Evidence, log: ProgressLog, grace: User) -> None:
    sign_with(entry_of(log, "1.2"), grace, {plan.pk, uuid4()})
    payload = json.loads(log.events.get(type="signed_off").payload)
    assert payload["data"]["seen_where_kept"] == [str(plan.pk)]
    log.refresh_from_db()
    paper = read_record(log, export_id=uuid4(), code="X", issued_at=timezone.now())
    day = entry_of(log, "1.2").live_sign_off.day_in_words  # type: ignore[union-attr]
    assert [piece.kept for piece in paper.evidence] == [f"Plan folder, office. Seen there by Grace Mwangi, {day}"]
    assert verify(log.pk).findings == []


def test_a_signature_on_nothing_of_the_kind_says_so(signed: LogEntry) -> None:
    assert json.loads(signed.log.events.get(type="signed_off").payload)["data"]["seen_where_kept"] == []


def desk(entry: LogEntry, **said: str) -> dict[str, str]:
    return {
        f"{entry.pk}-{name}": value for name, value in {"method": "work_product", "reason": "", "seen": str(entry.version), **said}.items()
    }


def test_the_desk_asks_for_it_beside_the_piece_when_she_signs(client: Client, plan: Evidence, log: ProgressLog, grace: User) -> None:
    client.force_login(grace)
    add_account(entry_of(log, "1.2"))
    entry = entry_of(log, "1.2")
    assert client.get(f"/review/{log.pk}/").content.decode().count("I have seen it where it is kept") == 1
    page = client.post(f"/review/{log.pk}/check/", desk(entry, decision="sign_off"), follow=True).content.decode()
    assert page.count("Look at it where it is kept, and tick that you have seen it.") == 2  # in the summary and beside it
    ticked = desk(entry, decision="sign_off", **{f"looked-{plan.pk}": "on"})
    page = client.post(f"/review/{log.pk}/check/", ticked, follow=True).content.decode()
    assert "Seen where it is kept: A care plan" in page
    assert f'name="{entry.pk}-looked-{plan.pk}" value="True"' in page
    client.post(f"/review/{log.pk}/decide/", {**ticked, f"{entry.pk}-looked-{plan.pk}": "True", "submission": str(uuid4())})
    assert entry_of(log, "1.2").is_signed_off


def test_to_return_it_she_need_not_have_seen_it(client: Client, plan: Evidence, log: ProgressLog, grace: User) -> None:
    client.force_login(grace)
    entry = entry_of(log, "1.2")
    said = desk(entry, decision="return", reason="Say where in the folder.", **{f"looked-{plan.pk}": "False"})
    client.post(f"/review/{log.pk}/decide/", {**said, "submission": str(uuid4())})
    assert entry_of(log, "1.2").state == LogEntry.State.RETURNED


def test_it_is_not_signed_together_with_others(plan: Evidence, log: ProgressLog) -> None:
    shares = together.shares([log], [entry_of(log, "1.2").outcome])
    assert [(share.signable, [entry.outcome.code for entry in share.only_recorded]) for share in shares] == [([], ["1.2"])]


def test_the_usual_way_of_the_cast_says_it(plan: Evidence, log: ProgressLog, grace: User) -> None:
    sign(entry_of(log, "1.2"), grace)
    assert entry_of(log, "1.2").is_signed_off
