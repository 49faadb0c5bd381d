"""An outcome that is sent a second time: the supervisor, and the learner before her, see why it came back and what is new."""

from uuid import uuid4

import pytest
from django.test import Client

from people.models import User
from progress.came_back import came_back
from progress.erasure import Reason, erase_text
from progress.models import LedgerEvent, LogEntry
from tests.cast import add_account, declare, entry_of, just_now, sign

WHY = "Say what you did next."


def give_back(entry: LogEntry, by: User, reason: str = WHY) -> LogEntry:
    entry.send_back(by=by, proof=just_now(), reason=reason, seen=entry.version, submission=uuid4())
    return entry_of(entry.log, "1.2")


@pytest.fixture
def returned(declared: LogEntry, grace: User) -> LogEntry:
    return give_back(declared, grace)


def test_what_never_came_back_has_nothing_to_say(declared: LogEntry) -> None:
    assert came_back([declared]) == {}


def test_it_says_who_returned_it_and_why(returned: LogEntry, grace: User) -> None:
    (back,) = came_back([returned]).values()
    assert (back.by, back.by_assurer, back.reason, back.added) == (grace.full_name, False, WHY, frozenset())


def test_what_was_added_after_it_came_back_is_new(returned: LogEntry) -> None:
    piece = add_account(returned, "What I did next")
    assert came_back([returned])[returned.pk].added == {piece.pk}


def test_an_older_piece_shown_for_it_too_is_new_there(returned: LogEntry, amina: User) -> None:
    older = add_account(entry_of(returned.log, "1.1"))
    older.show_for(returned, by=amina, submission=uuid4())
    assert came_back([returned])[returned.pk].added == {older.pk}


def test_an_erased_reason_does_not_bring_an_older_one_back(returned: LogEntry, grace: User, ada: User) -> None:
    declare(returned)
    give_back(entry_of(returned.log, "1.2"), grace, "Say when.")
    event = LedgerEvent.objects.get(texts__text="Say when.")
    erase_text(returned.log, event.seq, "reason", by=ada, reason=Reason.MISTAKE, submission=uuid4())
    assert came_back([returned]) == {}


def test_the_last_time_counts(returned: LogEntry, grace: User) -> None:
    add_account(returned, "What I did next")
    declare(returned)
    (back,) = came_back([give_back(entry_of(returned.log, "1.2"), grace, "Say when.")]).values()
    assert (back.reason, back.added) == ("Say when.", frozenset())


def test_a_sign_off_taken_back_counts_too(signed: LogEntry, grace: User) -> None:
    signed.withdraw_sign_off(by=grace, proof=just_now(), reason="I signed the wrong one.", seen=signed.version, submission=uuid4())
    assert came_back([signed])[signed.pk].reason == "I signed the wrong one."


def test_the_desk_shows_the_reason_and_marks_what_is_new(client: Client, returned: LogEntry, grace: User) -> None:
    add_account(returned, "What I did next")
    declare(returned)
    client.force_login(grace)
    page = client.get(f"/review/{returned.log_id}/").content.decode()
    assert (page.count("Why it came back"), WHY in page, page.count("new since it came back")) == (1, True, 1)
    assert "No evidence was added since then." not in page


def test_the_desk_says_when_nothing_is_new(client: Client, returned: LogEntry, grace: User) -> None:
    declare(returned)
    client.force_login(grace)
    assert "No evidence was added since then." in client.get(f"/review/{returned.log_id}/").content.decode()


def test_another_outcome_of_the_log_has_nothing_to_say(client: Client, returned: LogEntry, grace: User) -> None:
    other = entry_of(returned.log, "1.1")
    add_account(other)
    declare(other)
    client.force_login(grace)
    assert "Why it came back" not in client.get(f"/review/{returned.log_id}/").content.decode()


def test_the_learner_reads_it_before_she_sends_again(client: Client, returned: LogEntry, amina: User) -> None:
    client.force_login(amina)
    address = f"/learn/logs/{returned.log_id}/1.2/declare/"
    page = client.get(address).content.decode()
    assert (WHY in page, "You have added nothing since then." in page) == (True, True)
    add_account(returned, "What I did next")
    page = client.get(address).content.decode()
    assert (WHY in page, "You have added nothing since then." in page) == (True, False)


def test_it_takes_two_queries_however_many_came_back(returned: LogEntry, grace: User, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    declare(returned)
    sign(entry_of(returned.log, "1.2"), grace)
    entries = list(LogEntry.objects.filter(log=returned.log))
    with django_assert_num_queries(2):
        came_back(entries)
