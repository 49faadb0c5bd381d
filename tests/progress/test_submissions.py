"""A button pressed twice, a phone that sends again: two hundred forms, each sent twice at once, are recorded once each.

The second answer is the first one's, so that nobody is told of an error that was none.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from courses.models import Framework, ModulePage
from people.models import User, Workplace
from progress.models import Answer, Evidence, LedgerEvent, ProgressLog, SignOff
from tests.cast import add_account, declare, entry_of, make_framework

EACH = 50  # of four kinds: two hundred
CODES = [f"1.{n}" for n in range(4, 4 + EACH)]  # outcomes of one kind: practice, one piece of evidence
Form = tuple[str, dict[str, str]]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def framework(db: None) -> Framework:
    """A large set in place of the cast's small one."""
    return make_framework(EACH + 3)


def twice_at_once(user: User, forms: list[Form]) -> list[tuple[Any, Any]]:
    """Send each form twice at one moment, over two connections, and return both answers to each."""
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    start = Barrier(2)

    def send(client: Client, form: Form) -> tuple[int, str]:
        start.wait()
        try:
            response = client.post(*form)
            return response.status_code, response.headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [tuple(pool.map(send, clients, [form, form])) for form in forms]  # type: ignore[misc]  # two of them


def all_forms(addresses: Callable[[str], str], **said: str) -> list[Form]:
    """Return one form for each outcome, each with a submission of its own."""
    return [(addresses(code), {"submission": str(uuid4()), **said}) for code in CODES]


def assert_each_pair_is_one_answer(answers: list[tuple[Any, Any]]) -> None:
    assert len(answers) == EACH
    assert [first for first, second in answers if first != second or first[0] != 302] == []


def test_evidence(log: ProgressLog, amina: User) -> None:
    forms = all_forms(lambda code: f"/learn/logs/{log.pk}/{code}/evidence/reflective-account/", title="A morning", text="I waited.")
    assert_each_pair_is_one_answer(twice_at_once(amina, forms))
    assert (Evidence.objects.count(), LedgerEvent.objects.filter(type="evidence_added").count()) == (EACH, EACH)


def test_declarations(log: ProgressLog, amina: User) -> None:
    for code in CODES:
        add_account(entry_of(log, code))
    forms = all_forms(lambda code: f"/learn/logs/{log.pk}/{code}/declare/")
    assert_each_pair_is_one_answer(twice_at_once(amina, forms))
    assert LedgerEvent.objects.filter(type="declared").count() == EACH


def test_sign_offs(log: ProgressLog, grace: User) -> None:
    forms = [decision(log, code) for code in CODES]
    assert_each_pair_is_one_answer(twice_at_once(grace, forms))
    assert (SignOff.objects.count(), LedgerEvent.objects.filter(type="signed_off").count()) == (EACH, EACH)


def decision(log: ProgressLog, code: str) -> Form:
    add_account(entry_of(log, code))
    declare(entry_of(log, code))
    entry = entry_of(log, code)
    said = {"decision": "sign_off", "method": "observation", "reason": "", "seen": str(entry.version)}
    return f"/review/{log.pk}/decide/", {"submission": str(uuid4()), **{f"{entry.pk}-{name}": value for name, value in said.items()}}


def test_answers(module: ModulePage, amina: User, rosewood: Workplace) -> None:
    """An answer has no number of its own: the same words twice are one try."""
    address = f"/learn/modules/{module.pk}/words/r-word/"
    answers = twice_at_once(amina, [(address, {"words": f"A day, number {n}"}) for n in range(EACH)])
    assert_each_pair_is_one_answer(answers)
    kept = Answer.objects.get()
    assert (kept.tries, kept.given["words"]) == (EACH, f"A day, number {EACH - 1}")
