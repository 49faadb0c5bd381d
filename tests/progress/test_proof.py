"""Who signs proves that she is there: a password typed in the last ten minutes stands behind every decision."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Refused, User
from people.proof import FRESH_FOR, PROVED_AT, Proof
from progress.canonical import moment
from progress.models import Draft, LedgerEvent, LogEntry, Method
from tests.cast import PASSWORD, just_now

AN_OLD_PROOF = Proof("password", timezone.now() - FRESH_FOR - timedelta(seconds=1))


@pytest.fixture
def desk(client: Client, grace: User) -> Client:
    """Grace signed in eleven minutes ago."""
    client.force_login(grace)
    proved_minutes_ago(client, 11)
    return client


def proved_minutes_ago(client: Client, minutes: int) -> None:
    session = client.session
    session[PROVED_AT] = int((timezone.now() - timedelta(minutes=minutes)).timestamp())
    session.save()


def said(entry: LogEntry, decision: str = "sign_off", **more: str) -> dict[str, str]:
    fields = {"decision": decision, "method": Method.OBSERVATION, "reason": "Say what she answered.", "seen": str(entry.version)}
    return {**{f"{entry.pk}-{name}": value for name, value in fields.items()}, **more}


def decide(client: Client, entry: LogEntry, **more: str) -> Any:
    return client.post(f"/review/{entry.log_id}/decide/", {**said(entry), "submission": str(uuid4()), **more})


def state(entry: LogEntry) -> str:
    entry.refresh_from_db()
    return entry.state


def check_page(client: Client, entry: LogEntry) -> str:
    return client.post(f"/review/{entry.log_id}/check/", said(entry), follow=True).content.decode()


@pytest.mark.parametrize(("minutes", "is_asked"), [(9, False), (11, True)])
def test_the_password_is_asked_for_again_after_ten_minutes(desk: Client, declared: LogEntry, minutes: int, is_asked: bool) -> None:
    proved_minutes_ago(desk, minutes)
    assert ('type="password"' in check_page(desk, declared)) == is_asked


def test_without_the_password_nothing_is_signed_and_nothing_typed_is_lost(desk: Client, declared: LogEntry) -> None:
    page = decide(desk, declared).content.decode()
    assert ("Enter your password." in page, "<title>Error: " in page, state(declared)) == (True, True, LogEntry.State.DECLARED)
    assert f'name="{declared.pk}-decision" value="sign_off"' in page


def test_a_wrong_password_signs_nothing(desk: Client, declared: LogEntry) -> None:
    page = decide(desk, declared, password="not hers at all").content.decode()
    assert ("This is not your password." in page, state(declared)) == (True, LogEntry.State.DECLARED)


def test_the_right_password_signs_and_stands_for_ten_minutes(desk: Client, declared: LogEntry) -> None:
    assert (decide(desk, declared, password=PASSWORD).status_code, state(declared)) == (302, LogEntry.State.SIGNED_OFF)
    assert 'type="password"' not in check_page(desk, declared)


def test_after_ten_guesses_the_right_password_does_not_sign_either(desk: Client, declared: LogEntry) -> None:
    for number in range(10):
        decide(desk, declared, password=f"guess number {number}")
    page = decide(desk, declared, password=PASSWORD).content.decode()
    assert ("Too many tries." in page, state(declared)) == (True, LogEntry.State.DECLARED)


def test_the_ledger_says_how_and_when_the_signer_proved_who_she_is(desk: Client, declared: LogEntry) -> None:
    before = timezone.now() - timedelta(seconds=1)
    decide(desk, declared, password=PASSWORD)
    proof = json.loads(LedgerEvent.objects.get(type="signed_off").payload)["data"]["proof"]
    assert (proof["kind"], before <= moment(proof["at"]) <= timezone.now()) == ("password", True)


def test_taking_a_sign_off_back_asks_for_the_password_too(desk: Client, signed: LogEntry) -> None:
    place = f"/review/{signed.log_id}/{signed.outcome.code}/withdraw/"
    form = {"reason": "I mixed up two people.", "seen": str(signed.version), "submission": str(uuid4())}
    page = desk.post(place, form).content.decode()
    assert ("Enter your password." in page, form["reason"] in page, state(signed)) == (True, True, LogEntry.State.SIGNED_OFF)
    desk.post(place, {**form, "password": PASSWORD})
    assert state(signed) == LogEntry.State.RETURNED


@pytest.mark.parametrize("verb", ["sign_off", "send_back"])
def test_no_code_can_record_a_decision_on_an_old_proof(declared: LogEntry, grace: User, verb: str) -> None:
    how: dict[str, Any] = {"by": grace, "proof": AN_OLD_PROOF, "seen": declared.version, "submission": uuid4()}
    own = {"sign_off": {"method": Method.OBSERVATION, "statement": "I saw it."}, "send_back": {"reason": "Say more."}}[verb]
    with pytest.raises(Refused, match="Enter your password again"):
        getattr(declared, verb)(**how, **own)
    getattr(declared, verb)(**{**how, "proof": just_now()}, **own)
    assert state(declared) != LogEntry.State.DECLARED


def test_a_password_is_never_kept_in_a_draft(desk: Client, signed: LogEntry) -> None:
    place = f"/review/{signed.log_id}/{signed.outcome.code}/withdraw/"
    desk.post("/learn/drafts/", {"place": place, "reason": "I mixed up two people.", "password": PASSWORD})
    assert Draft.objects.get().fields == {"reason": "I mixed up two people."}


def test_a_password_sent_after_the_session_ended_is_not_kept(client: Client, grace: User, declared: LogEntry) -> None:
    client.post("/accounts/login/", {"login": "grace", "password": PASSWORD})
    client.get("/review/")
    del client.cookies["session"]
    decide(client, declared, password="never to be written down")
    assert (state(declared), "never to be written down" in str(dict(client.session))) == (LogEntry.State.DECLARED, False)
    client.post("/accounts/login/", {"login": "grace", "password": PASSWORD})
    page = client.get("/unsent/").content.decode()
    assert ("never to be written down" in page, "Say what she answered." in page) == (False, True)
