"""The fault harness can find something: what is lost, there twice, or there and never sent (bench/faults)."""

from uuid import UUID, uuid4

import pytest

from bench.faults.aftermath import compare
from bench.faults.book import Act, Book, Came
from bench.faults.browser import Page
from people.models import User
from progress.models import Evidence, ProgressLog
from tests.cast import entry_of

SAID = {"kind": Evidence.Kind.REFLECTIVE_ACCOUNT, "text": "I waited."}


def act(kind: str, log: ProgressLog, number: UUID, came: Came = Came.DONE, **more: object) -> Act:
    return Act(kind, log.learner.username, came, number, log=str(log.pk), **more)  # type: ignore[arg-type]


@pytest.fixture
def book(log: ProgressLog) -> Book:
    """What Amina knows: she opened her log, added a piece and sent it."""
    book, piece, sent = Book(), uuid4(), uuid4()
    Evidence.add(log, [entry_of(log, "1.2")], by=log.learner, submission=piece, title="Piece 1", **SAID)
    entry_of(log, "1.2").declare(by=log.learner, statement="I am ready.", submission=sent)
    book.note(act("opened", log, log.events.get(type="opened").event_id))
    book.note(act("added words", log, piece, about=("1.2",), said="Piece 1"), act("declared", log, sent, about=("1.2",)))
    return book


def test_a_day_without_a_fault_has_no_findings(book: Book) -> None:
    assert compare(book).all() == []


def test_an_act_that_was_acknowledged_and_is_not_there_is_lost(book: Book, log: ProgressLog) -> None:
    book.note(act("called back", log, number := uuid4(), about=("1.2",)))
    assert compare(book).all() == [f"LOST  amina called back ({number})"]


def test_an_act_under_somebody_elses_name_is_lost(book: Book, log: ProgressLog, grace: User) -> None:
    book.note(Act("declared", "grace", Came.DONE, number := book.acts[2].number, log=str(log.pk), about=("1.2",)))
    assert compare(book).all() == [f"LOST  grace declared ({number})"]


def test_words_that_were_sent_once_and_stand_there_twice_are_found(book: Book, log: ProgressLog) -> None:
    Evidence.objects.create(log=log, added_by=log.learner, title="Piece 1", **SAID)
    assert compare(book).all() == ["TWICE  Piece 1: 2, done 1"]


def test_an_act_that_was_refused_and_stands_there_all_the_same_is_found(book: Book, log: ProgressLog) -> None:
    entry_of(log, "1.2").call_back(by=log.learner, submission=(number := uuid4()))
    event = log.events.get(event_id=number)
    book.note(act("called back", log, number, Came.REFUSED, about=("1.2",)))
    assert compare(book).all() == [f"NOT SENT  {event}, {number}"]


def test_an_act_that_nobody_answered_may_be_there_or_not(book: Book, log: ProgressLog) -> None:
    entry_of(log, "1.2").call_back(by=log.learner, submission=(number := uuid4()))
    book.note(act("called back", log, number, Came.UNKNOWN, about=("1.2",)))
    book.note(act("declared", log, uuid4(), Came.UNKNOWN, about=("1.2",)))
    assert compare(book).all() == []


def test_a_form_is_read_as_a_browser_holds_it() -> None:
    (form,) = Page(
        '<form action="/a/"><input type="hidden" name="n" value="7"><input type="radio" name="r" value="1"><input type="radio" name="r"'
        ' value="2" checked><select name="s"><option value="x">X</select><textarea name="t">so far</textarea><input type="password" name="p">'
    ).forms
    assert (form.action, form.fields, form.asks_password) == ("/a/", {"n": ["7"], "r": ["2"], "t": ["so far"]}, True)
    assert form.choices == {"r": ["1", "2"], "s": ["x"]}
