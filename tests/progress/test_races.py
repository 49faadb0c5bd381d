"""Twenty supervisors press the button at the same moment: one signs, nineteen are told who did and when."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import formats, timezone

from people.models import Membership, Refused, User, Workplace
from people.permissions import Role
from progress import decision as decision_module
from progress.erasure import Reason, erase_piece
from progress.models import EventType, LedgerEvent, LogEntry, ProgressLog, SignOff
from progress.verification import verify
from tests.cast import add_account, declare, employ, entry_of, just_now, make_framework, person, sign

SUPERVISORS = 20
# SQLite lets one writer in at a time and has no locked rows: there is no race to see.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def supervisors(rosewood: Workplace) -> list[User]:
    made = [person(f"supervisor{n}", f"Supervisor Number {n}") for n in range(SUPERVISORS)]
    for one in made:
        employ(one, rosewood, Role.SUPERVISOR, "Senior care worker")
    return made


def decision(entry: LogEntry, chosen: str = "sign_off") -> dict[str, str]:
    said = {"decision": chosen, "method": "observation", "reason": "Say more.", "seen": str(entry.version)}
    return {"submission": str(uuid4()), **{f"{entry.pk}-{name}": value for name, value in said.items()}}


def all_at_once(entry: LogEntry, by: list[User], chosen: list[str]) -> list[Any]:
    """Let everybody send a decision on one entry at one moment, each over a connection of their own."""
    start = Barrier(len(by))
    clients = [Client() for _one in by]
    for client, user in zip(clients, by, strict=True):
        client.force_login(user)

    def send(client: Client, what: str) -> Any:
        start.wait()
        try:
            return client.post(f"/review/{entry.log_id}/decide/", decision(entry, what))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(by)) as pool:
        return list(pool.map(send, clients, chosen))


def assert_the_ledger_is_whole(log: ProgressLog) -> None:
    done = verify(log.pk)
    assert (done.findings, done.events) == ([], LedgerEvent.objects.filter(log=log).count())


def test_one_of_twenty_signs_and_the_others_hear_who_and_when(declared: LogEntry, supervisors: list[User]) -> None:
    answers = all_at_once(declared, supervisors, ["sign_off"] * SUPERVISORS)
    (signed,) = SignOff.objects.filter(entry=declared)
    told = f"{signed.signer_name} already signed this off on {formats.date_format(timezone.localdate(), 'j F Y')}."
    assert sorted(answer.status_code for answer in answers) == [200] * (SUPERVISORS - 1) + [302]
    assert [told in answer.content.decode() for answer in answers if answer.status_code == 200] == [True] * (SUPERVISORS - 1)
    assert LedgerEvent.objects.filter(log=declared.log, type=EventType.SIGNED_OFF).count() == 1
    assert entry_of(declared.log, "1.2").state == LogEntry.State.SIGNED_OFF
    assert_the_ledger_is_whole(declared.log)


def test_of_ten_who_sign_and_ten_who_return_one_decides(declared: LogEntry, supervisors: list[User]) -> None:
    answers = all_at_once(declared, supervisors, ["sign_off", "return"] * (SUPERVISORS // 2))
    assert [answer.status_code for answer in answers].count(302) == 1
    decided = LedgerEvent.objects.filter(log=declared.log, type__in=[EventType.SIGNED_OFF, EventType.RETURNED])
    assert decided.count() == 1
    assert entry_of(declared.log, "1.2").state == decided.get().type
    assert_the_ledger_is_whole(declared.log)


def test_twenty_pieces_of_evidence_at_once_all_stand(log: ProgressLog, amina: User) -> None:
    """Writers of one log wait for each other; none of them loses."""
    start = Barrier(SUPERVISORS)

    def add(number: int) -> None:
        start.wait()
        try:
            client = Client()
            client.force_login(amina)
            sent = {"submission": str(uuid4()), "title": f"Morning {number}", "text": "I waited."}
            assert client.post(f"/learn/logs/{log.pk}/1.2/evidence/reflective-account/", sent).status_code == 302
        finally:
            connection.close()

    with ThreadPoolExecutor(SUPERVISORS) as pool:
        list(pool.map(add, range(SUPERVISORS)))
    assert entry_of(log, "1.2").evidence_count == SUPERVISORS
    assert_the_ledger_is_whole(log)


def test_a_role_that_is_ended_while_she_signs_waits_for_the_signature(
    declared: LogEntry, grace: User, priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    def end() -> None:
        grace.memberships.get().end(by=priya)
        ended.set()
        connection.close()

    ending, snapshot = Thread(target=end), decision_module.decision_snapshot

    def meanwhile(*args: Any) -> dict[str, object]:
        ending.start()
        ended.wait(0.5)
        return snapshot(*args)

    monkeypatch.setattr(decision_module, "decision_snapshot", meanwhile)
    sign(entry_of(declared.log, "1.2"), grace)
    ending.join()
    assert entry_of(declared.log, "1.2").is_signed_off
    assert not Membership.objects.current().filter(user=grace).exists()
    assert_the_ledger_is_whole(declared.log)


def test_signing_and_erasing_at_one_moment_one_comes_first(rosewood: Workplace, amina: User, grace: User, ada: User) -> None:
    """Either she signed what she had read, or she is told that it changed; never a signature on words that were gone."""
    log = ProgressLog.open(by=amina, framework=make_framework(12), workplace=rosewood, submission=uuid4())
    ready = [entry_of(log, f"1.{number}") for number in range(4, 13)]
    for entry in ready:
        add_account(entry, f"Morning {entry.outcome.code}")
        declare(entry)
    for entry in ready:
        entry.refresh_from_db()
        start = Barrier(2)

        def together(act: Any, start: Barrier = start) -> str:
            start.wait()
            try:
                act()
            except Refused as refused:
                return str(refused.messages[0])
            finally:
                connection.close()
            return "done"

        how: dict[str, Any] = {"method": "observation", "statement": "Seen.", "seen": entry.version, "submission": uuid4()}
        acts = (
            lambda entry=entry, how=how: entry.sign_off(by=grace, proof=just_now(), **how),
            lambda entry=entry: erase_piece(entry.pieces[0], by=ada, reason=Reason.NAMES_SOMEBODY, submission=uuid4()),
        )
        with ThreadPoolExecutor(2) as pool:
            signing, erasing = pool.map(together, acts)
        order = list(log.events.filter(type__in=["signed_off", "redacted"]).order_by("-seq").values_list("type", flat=True)[:2])
        assert erasing == "done"
        if signing == "done":
            assert order == ["redacted", "signed_off"]
        else:
            assert signing == "Add one more piece of evidence from your work."
    assert_the_ledger_is_whole(log)
