"""Words written in a module become evidence with one press, and only then does anybody else see them."""

import pytest
from django.test import Client

from courses.models import ModulePage
from people.models import User
from progress.actions import record_answer
from progress.models import Answer, Evidence, LogEntry, ProgressLog
from progress.shown import answers_about
from progress.verification import verify
from progress.written import written_for
from tests.cast import add_account, declare, entry_of, sign

WORDS = "I sat down and waited. <b>She</b> told me about her school."


@pytest.fixture
def entry(log: ProgressLog, module: ModulePage) -> LogEntry:
    """Outcome 1.3 of Amina's log, which the module serves, and a reflection that she wrote there."""
    write(module, log.learner, WORDS)
    return entry_of(log, "1.3")


def write(module: ModulePage, learner: User, words: str) -> Answer:
    part = module.outline().steps[0].asking[0]
    return record_answer(module, part, {"words": words}, by=learner)


def press(client: Client, entry: LogEntry) -> None:
    answer = Answer.objects.get()
    response = client.post(f"{entry.get_absolute_url()}use-words/{answer.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"{entry.get_absolute_url()}#evidence")


def shown(entry: LogEntry) -> list[tuple[str, str, str]]:
    return [(link.evidence.kind, link.evidence.title, link.evidence.text) for link in entry.evidence_links.all()]


def test_one_press_makes_it_evidence(client: Client, amina: User, entry: LogEntry) -> None:
    client.force_login(amina)
    assert "Use this as evidence" in client.get(entry.get_absolute_url()).content.decode()
    press(client, entry)
    assert shown(entry) == [("reflective_account", "Think of a day.", WORDS)]
    page = client.get(entry.get_absolute_url()).content.decode()
    assert ("&lt;b&gt;She&lt;/b&gt;" in page, "Use this as evidence" in page) == (True, False)


def test_pressed_twice_it_is_shown_once(client: Client, amina: User, entry: LogEntry) -> None:
    client.force_login(amina)
    press(client, entry)
    press(client, entry)
    assert (Evidence.objects.count(), entry.events.filter(type="evidence_added").count()) == (1, 1)
    assert verify().findings == []


def test_the_same_words_serve_two_outcomes_as_one_piece(client: Client, amina: User, entry: LogEntry) -> None:
    client.force_login(amina)
    other = entry_of(entry.log, "1.1")
    press(client, entry)
    press(client, other)
    assert (Evidence.objects.count(), shown(entry)) == (1, shown(other))


def test_changed_words_are_another_piece(client: Client, amina: User, entry: LogEntry, module: ModulePage) -> None:
    client.force_login(amina)
    press(client, entry)
    write(module, amina, f"{WORDS} Next time I will ask sooner.")
    press(client, entry)
    assert [text for _kind, _title, text in shown(entry)] == [WORDS, f"{WORDS} Next time I will ask sooner."]


def test_only_words_are_offered(entry: LogEntry, module: ModulePage) -> None:
    question = module.outline().steps[1].asking[0]
    record_answer(module, question, {"chosen": ["1"]}, by=entry.log.learner)
    assert [written.words for written in written_for(entry, answers_about([entry]))] == [WORDS]


def test_a_supervisor_never_sees_words_that_were_not_shown(client: Client, grace: User, entry: LogEntry) -> None:
    client.force_login(grace)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert ("I sat down and waited." in page, "Use this as evidence" in page) == (False, False)


def test_nothing_is_added_to_what_is_signed_off(client: Client, amina: User, grace: User, entry: LogEntry) -> None:
    add_account(entry)
    declare(entry_of(entry.log, "1.3"))
    sign(entry_of(entry.log, "1.3"), grace)
    client.force_login(amina)
    client.post(f"{entry.get_absolute_url()}use-words/{Answer.objects.get().pk}/")
    assert len(shown(entry)) == 1


def test_words_whose_question_an_author_took_away_are_still_hers(client: Client, amina: User, entry: LogEntry, module: ModulePage) -> None:
    module.steps = [step for step in module.steps.raw_data if step["id"] != "one-morning"]
    module.save_revision().publish()
    client.force_login(amina)
    press(client, entry)
    assert shown(entry) == [("reflective_account", "What dementia is", WORDS)]
