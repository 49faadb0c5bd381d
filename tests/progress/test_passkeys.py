"""With a passkey the decision itself is signed: its hash is the challenge, and anybody can check that later."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import Refused, User, Workplace
from people.proof import Assertion, Proof
from progress.decision import Decision
from progress.models import EventType, Evidence, LedgerEvent, LogEntry, Method, ProgressLog
from progress.verification import verify
from progress.verification.passkeys import wrong_with_passkey
from tests.authenticator import Phone
from tests.cast import add_account, declare, entry_of, make_framework, sign
from tests.progress.test_proof import proved_minutes_ago, said
from tests.reports.test_record import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, grace: User) -> Client:
    """Grace signed in eleven minutes ago, at the address people use."""
    client.defaults["HTTP_HOST"] = "localhost"
    client.force_login(grace)
    proved_minutes_ago(client, 11)
    return client


@pytest.fixture
def phone(grace: User) -> Phone:
    return Phone(grace).is_added()


def checked(desk: Client, entry: LogEntry, **more: str) -> dict[str, str]:
    """Go to the page on which she checks, and return its form as it stands there."""
    page = desk.post(f"/review/{entry.log_id}/check/", said(entry, **more), follow=True)
    return {**said(entry, **more), "submission": str(page.context["submission"])}


def challenge(desk: Client, entry: LogEntry, form: dict[str, str]) -> str:
    asked: str = desk.post(f"/review/{entry.log_id}/decide/", {**form, "ask_passkey": "1"}).json()["publicKey"]["challenge"]
    return asked


def send(desk: Client, entry: LogEntry, form: dict[str, str], answer: Any) -> Any:
    return desk.post(f"/review/{entry.log_id}/decide/", {**form, "passkey": json.dumps(answer)})


def last_payload(entry: LogEntry) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(entry.events.order_by("seq").last().payload)  # type: ignore[union-attr]
    return payload


def state(entry: LogEntry) -> str:
    entry.refresh_from_db()
    return entry.state


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
@pytest.mark.parametrize(("decision", "becomes"), [("sign_off", "signed_off"), ("return", "returned")])
def test_a_decision_is_signed_with_any_kind_of_passkey(
    desk: Client, grace: User, declared: LogEntry, algorithm: str, decision: str, becomes: str
) -> None:
    phone = Phone(grace, algorithm).is_added()
    form = checked(desk, declared, decision=decision)
    assert send(desk, declared, form, phone.answer(challenge(desk, declared, form))).status_code == 302
    payload = last_payload(declared)
    assert (state(declared), payload["data"]["proof"]["kind"], wrong_with_passkey(payload)) == (becomes, "passkey", None)
    assert verify().findings == []


def test_without_javascript_the_password_signs_as_before(desk: Client, phone: Phone, declared: LogEntry) -> None:
    form = checked(desk, declared)
    page = send(desk, declared, form, "").content.decode()
    assert ("Enter your password." in page, state(declared)) == (True, "declared")
    desk.post(f"/review/{declared.log_id}/decide/", {**form, "password": "three-plain-words"})
    assert (state(declared), last_payload(declared)["data"]["proof"]["kind"]) == ("signed_off", "password")


@pytest.mark.parametrize(
    "wrong",
    [
        "another challenge",
        "another site",
        "another purpose",
        "somebody else's phone",
        "nobody was known",
        "no answer at all",
    ],
)
def test_a_passkey_that_did_not_approve_just_this_signs_nothing(
    desk: Client, phone: Phone, declared: LogEntry, tom: User, wrong: str
) -> None:
    form = checked(desk, declared)
    asked = challenge(desk, declared, form)
    unknown = Phone(phone.owner, flags=0b001)
    unknown.number, unknown.key = phone.number, phone.key
    answers: dict[str, Any] = {
        "another challenge": lambda: phone.answer("A" * 43),
        "another site": lambda: phone.answer(asked, origin="https://elsewhere.example"),
        "another purpose": lambda: phone.answer(asked, kind="webauthn.create"),
        "somebody else's phone": lambda: Phone(tom).is_added().answer(asked),
        "nobody was known": lambda: unknown.answer(asked),
        "no answer at all": lambda: {"id": "AA"},
    }
    page = send(desk, declared, form, answers[wrong]()).content.decode()
    assert ("Your passkey did not sign this." in page, "<title>Error: " in page, state(declared)) == (True, True, "declared")


def test_what_was_approved_cannot_be_used_for_something_else(desk: Client, phone: Phone, declared: LogEntry) -> None:
    form = checked(desk, declared)
    answer = phone.answer(challenge(desk, declared, form))
    other = {**form, f"{declared.pk}-decision": "return"}
    assert ("Your passkey did not sign this." in send(desk, declared, other, answer).content.decode(), state(declared)) == (
        True,
        "declared",
    )


def test_evidence_added_after_the_passkey_was_asked_is_not_signed_with(desk: Client, phone: Phone, declared: LogEntry, grace: User) -> None:
    form = checked(desk, declared)
    answer = phone.answer(challenge(desk, declared, form))
    more = {"kind": "observation", "title": "Supper", "text": "She asked.", "seen_on": declared.declared_at.date()}  # type: ignore[union-attr]
    Evidence.record(declared.log, [declared], by=grace, submission=uuid4(), **more)
    send(desk, declared, form, answer)
    assert state(declared) == "declared"


def test_sent_twice_it_decides_once_and_the_second_answer_is_the_first(desk: Client, phone: Phone, declared: LogEntry) -> None:
    form = checked(desk, declared)
    answer = phone.answer(challenge(desk, declared, form))
    first, second = (send(desk, declared, form, answer) for _press in range(2))
    assert (first.status_code, second.url) == (302, first.url)
    assert LedgerEvent.objects.filter(entry=declared, type=EventType.SIGNED_OFF).count() == 1


def test_an_answer_is_good_for_its_own_form_only(desk: Client, phone: Phone, declared: LogEntry) -> None:
    form = checked(desk, declared)
    answer = phone.answer(challenge(desk, declared, form))
    page = send(desk, declared, {**form, "submission": str(uuid4())}, answer).content.decode()
    assert ("Your passkey signed another page." in page, state(declared)) == (True, "declared")


def test_what_the_salts_were_made_from_is_forgotten(desk: Client, phone: Phone, declared: LogEntry) -> None:
    form = checked(desk, declared)
    send(desk, declared, form, phone.answer(challenge(desk, declared, form)))
    assert "seed" not in desk.session


def test_a_sign_off_is_taken_back_with_a_passkey(desk: Client, phone: Phone, signed: LogEntry) -> None:
    page = desk.get(f"/review/{signed.log_id}/{signed.outcome.code}/withdraw/")
    form = {"reason": "The wrong day.", "seen": str(signed.version), "submission": str(page.context["form"]["submission"].value())}
    asked = desk.post(page.request["PATH_INFO"], {**form, "ask_passkey": "1"}).json()["publicKey"]["challenge"]
    after = desk.post(page.request["PATH_INFO"], {**form, "passkey": json.dumps(phone.answer(asked))}, follow=True).content.decode()
    assert "You took back the sign-off of outcome 1.2. Amina Okafor reads your reason." in after
    assert (state(signed), wrong_with_passkey(last_payload(signed)), verify().findings) == ("returned", None, [])
    assert "passkey" in last_payload(signed)["data"]["proof"]


def test_what_she_saw_is_recorded_and_signed_with_a_passkey_in_one_act(desk: Client, phone: Phone, declared: LogEntry) -> None:
    address = f"/review/{declared.log_id}/record/"
    form = {
        "kind": Method.OBSERVATION,
        "title": "At supper",
        "text": "She asked first.",
        "seen_on": declared.declared_at.date().isoformat(),  # type: ignore[union-attr]
        "outcomes": str(declared.outcome_id),
        "sign": "on",
        "submission": str(uuid4()),
    }
    desk.post(address, form)
    form |= {"signed": "1", f"seen-{declared.pk}": str(declared.version)}
    asked = desk.post(address, {**form, "ask_passkey": "1"}).json()["publicKey"]["challenge"]
    desk.post(address, {**form, "passkey": json.dumps(phone.answer(asked))})
    payload = last_payload(declared)
    assert (state(declared), payload["data"]["proof"]["kind"], len(payload["data"]["evidence"])) == ("signed_off", "passkey", 2)
    assert (wrong_with_passkey(payload), verify().findings) == (None, [])


def test_the_hash_covers_all_of_a_decision(declared: LogEntry, grace: User) -> None:
    same: dict[str, Any] = {"by": grace, "submission": uuid4(), "seed": b"s" * 32, "statement": "I sign.", "method": Method.OBSERVATION}
    first = Decision.signing(declared, **same)
    assert Decision.signing(declared, **same).hash == first.hash
    others = [
        {"submission": uuid4()},
        {"seed": b"t" * 32},
        {"statement": "I sign it."},
        {"method": Method.DISCUSSION},
        {"note": "Well done."},
    ]
    hashes = {Decision.signing(declared, **{**same, **other}).hash for other in others}
    assert len(hashes | {first.hash}) == len(others) + 1


def test_the_verb_refuses_a_proof_that_approved_something_else(declared: LogEntry, grace: User) -> None:
    assertion = Assertion("AA", {"alg": -7}, "AA", "AA", "AA")
    proof = Proof("passkey", timezone.now(), approved=("0" * 64,), assertion=assertion)
    with pytest.raises(Refused, match=r"1\.2 has changed since you opened the page"):
        declared.sign_off(by=grace, proof=proof, method=Method.OBSERVATION, statement="I sign.", seen=declared.version, submission=uuid4())
    assert state(declared) == "declared"


def test_a_decision_changed_later_is_told(desk: Client, phone: Phone, declared: LogEntry) -> None:
    form = checked(desk, declared)
    send(desk, declared, form, phone.answer(challenge(desk, declared, form)))
    payload = last_payload(declared)
    payload["data"]["statement"] += " "
    assert wrong_with_passkey(payload) == "The passkey approved another decision than this one."


@pytest.mark.parametrize(
    ("name", "new", "says"),
    [
        ("client_data", "e30", None),
        ("authenticator_data", "A" * 50, "The passkey was asked for something else."),
        ("signature", "MAYCAQECAQE", "The passkey's signature does not hold."),
    ],
)
def test_a_signature_that_is_not_the_passkeys_is_told(
    desk: Client, phone: Phone, declared: LogEntry, name: str, new: str, says: str | None
) -> None:
    form = checked(desk, declared)
    send(desk, declared, form, phone.answer(challenge(desk, declared, form)))
    payload = last_payload(declared)
    payload["data"]["proof"]["passkey"][name] = new
    if says is None:  # not shaped as a browser writes it
        with pytest.raises(KeyError):
            wrong_with_passkey(payload)
    else:
        assert wrong_with_passkey(payload) == says


def test_the_challenge_costs_as_much_for_one_outcome_as_for_three(desk: Client, phone: Phone, amina: User, rosewood: Workplace) -> None:
    log = ProgressLog.open(by=amina, framework=make_framework(6), workplace=rosewood, submission=uuid4())
    entries = [entry_of(log, code) for code in ("1.2", "1.4", "1.5", "1.6")]
    for entry in entries:
        add_account(entry)
        declare(entry)
        entry.refresh_from_db()
    forms = [said(entries[0]), said(entries[1]) | said(entries[2]) | said(entries[3])]
    asked = []
    for form in forms:
        with CaptureQueriesContext(connection) as queries:
            desk.post(f"/review/{log.pk}/decide/", {**form, "submission": str(uuid4()), "ask_passkey": "1"})
        asked.append(len(queries))
    assert asked == [asked[0], asked[0]]


def test_her_paper_says_which_outcomes_a_passkey_signed(
    desk: Client, phone: Phone, declared: LogEntry, log: ProgressLog, grace: User
) -> None:
    form = checked(desk, declared)
    send(desk, declared, form, phone.answer(challenge(desk, declared, form)))
    other = entry_of(log, "1.1")
    add_account(other, "Another account")
    declare(other)
    sign(other, grace)
    assert [(one.codes, one.by_passkey) for one in read(log).signatories] == [(("1.1", declared.outcome.code), (declared.outcome.code,))]
