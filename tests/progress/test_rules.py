"""Every rule that can refuse a sign-off, and what it says."""

from uuid import uuid4

import pytest

from people.models import Refused, User
from people.permissions import Role
from progress import rules
from progress.models import LogEntry, Method, ProgressLog
from tests.cast import add_account, declare, employ, entry_of, just_now, person, sign


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("grace", []),
        ("priya", ["You do not supervise at Rosewood House."]),
        ("idris", ["You do not supervise at Rosewood House."]),
        ("lena", ["You do not supervise at Rosewood House."]),
        ("olu", ["You do not supervise at Rosewood House."]),
        ("tom", ["You do not supervise at Rosewood House."]),
        ("amina", ["You cannot sign off your own log.", "You do not supervise at Rosewood House."]),
    ],
)
def test_objections_name_every_rule_that_objects(declared: LogEntry, who: str, expected: list[str], request: pytest.FixtureRequest) -> None:
    assert rules.objections(rules.SIGN_OFF_RULES, declared, request.getfixturevalue(who)) == expected


def test_a_supervisor_does_not_sign_her_own_log(log: ProgressLog, amina: User) -> None:
    employ(amina, log.workplace, Role.SUPERVISOR)
    entry = entry_of(log, "1.2")
    add_account(entry)
    declare(entry)
    assert rules.objections(rules.SIGN_OFF_RULES, entry_of(log, "1.2"), amina) == ["You cannot sign off your own log."]


@pytest.mark.parametrize(
    ("code", "pieces", "expected"),
    [
        ("1.1", 0, "Finish a module that teaches this, or write about what you know."),
        ("1.1", 1, None),
        ("1.2", 0, "Add one more piece of evidence from your work."),
        ("1.2", 1, None),
        ("1.3", 0, "Add one more piece of evidence from your work."),
    ],
)
def test_an_entry_says_what_is_missing(log: ProgressLog, code: str, pieces: int, expected: str | None) -> None:
    entry = entry_of(log, code)
    for _piece in range(pieces):
        add_account(entry)
    assert entry_of(log, code).missing == expected


def test_what_needs_three_pieces_counts_down(log: ProgressLog) -> None:
    entry = entry_of(log, "1.2")
    entry.outcome.evidence_needed = 3
    entry.outcome.save()
    assert entry_of(log, "1.2").missing == "Add 3 more pieces of evidence from your work."
    add_account(entry_of(log, "1.2"))
    assert entry_of(log, "1.2").missing == "Add 2 more pieces of evidence from your work."


def test_a_finished_module_meets_knowledge_and_never_practice(log: ProgressLog) -> None:
    for code in ("1.1", "1.2", "1.3"):
        entry_of(log, code).note_knowledge({"id": 1, "title": "What dementia is"}, submission=uuid4())
    marks = {e.outcome.code: (e.knowledge_met_at is not None, e.practice_met_at is not None) for e in log.entries.all()}
    assert marks == {"1.1": (True, False), "1.2": (False, False), "1.3": (True, False)}
    assert entry_of(log, "1.1").missing is None
    assert entry_of(log, "1.3").missing == "Add one more piece of evidence from your work."


def test_a_sign_off_meets_practice(signed: LogEntry) -> None:
    assert (signed.state, signed.practice_met_at is not None) == ("signed_off", True)


def test_nobody_signs_what_was_not_declared(log: ProgressLog, grace: User) -> None:
    entry = entry_of(log, "1.2")
    with pytest.raises(Refused) as refused:
        sign(entry, grace)
    assert refused.value.messages == ["Amina Okafor has not sent this for sign-off.", "Add one more piece of evidence from your work."]


def test_a_second_supervisor_is_told_who_signed_and_when(signed: LogEntry, rosewood: object) -> None:
    second = person("second", "Second Supervisor")
    employ(second, signed.log.workplace, Role.SUPERVISOR)
    with pytest.raises(Refused) as refused:
        sign(signed, second)
    assert refused.value.messages == [f"Grace Mwangi already signed this off on {signed.live_sign_off.day_in_words}."]  # type: ignore[union-attr]


def test_a_stale_decision_is_refused(declared: LogEntry, grace: User) -> None:
    seen = declared.version
    add_account(entry_of(declared.log, "1.2"), "One more")
    with pytest.raises(Refused) as refused:
        declared.sign_off(by=grace, proof=just_now(), method=Method.OBSERVATION, statement="", seen=seen, submission=uuid4())
    assert refused.value.messages == ["1.2 has changed since you opened the page. Look at it again."]
    assert entry_of(declared.log, "1.2").state == "declared"


def test_a_role_that_ended_stops_working_at_once(declared: LogEntry, grace: User, priya: User) -> None:
    grace.memberships.get().end(by=priya)
    with pytest.raises(Refused):
        sign(declared, grace)
