"""An author edits a published module: answers, marks and places of those who took it are as before."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from courses.models import ModulePage
from people.models import User
from progress.models import Answer, LogEntry, ModulePlace, ProgressLog
from tests.cast import STEPS, entry_of
from tests.progress.test_learning import answer, go_on

BASE = "/courses/dementia-care/what-dementia-is/"
QUESTION, TASK = 0, 1


@pytest.fixture
def her(client: Client, amina: User, module: ModulePage, log: ProgressLog) -> Client:
    """Amina, who has finished the module and written a reflection; her first answer to the question was right."""
    client.force_login(amina)
    answer(client, module, "r-word", words="I waited.")
    answer(client, module, "q-first", chosen="1")
    for step in ("one-morning", "what-first"):
        go_on(client, module, step)
    return client


def edit(module: ModulePage, change: Callable[[list[Any]], None]) -> None:
    steps = json.loads(json.dumps(STEPS))
    change(steps)
    page = ModulePage.objects.get(pk=module.pk)
    page.steps = json.dumps(steps)
    page.save_revision().publish()


def question(steps: list[Any]) -> Any:
    return steps[1]["value"]["content"][QUESTION]["value"]


def records(log: ProgressLog) -> Any:
    """Everything that rests on the module: answers, place, and what the log says."""
    answers = list(Answer.objects.order_by("activity_id").values("activity_id", "given", "is_right", "tries", "revision_id"))
    entry: LogEntry = entry_of(log, "1.1")
    return answers, list(ModulePlace.objects.values("done_steps", "finished_at")), entry.knowledge_from_module, entry.state


def reword(steps: list[Any]) -> None:
    question(steps)["prompt"] = "She wants to go home. What comes first?"


def reorder_options(steps: list[Any]) -> None:
    question(steps)["options"].reverse()


def change_the_right_answer(steps: list[Any]) -> None:
    for option in question(steps)["options"]:
        option["right"] = not option["right"]


def delete_a_step(steps: list[Any]) -> None:
    del steps[1]


def reorder_steps(steps: list[Any]) -> None:
    steps.reverse()


def add_a_step(steps: list[Any]) -> None:
    steps.append({"type": "step", "id": "new", "value": {"title": "New", "content": [steps[0]["value"]["content"][0]]}})


EDITS = [reword, reorder_options, change_the_right_answer, delete_a_step, reorder_steps, add_a_step]


@pytest.mark.parametrize("change", EDITS)
def test_no_edit_touches_what_is_recorded(her: Client, module: ModulePage, log: ProgressLog, change: Callable[[list[Any]], None]) -> None:
    before = records(log)
    edit(module, change)
    for address in ("", "step/1/", "finished/"):
        assert her.get(BASE + address).status_code == 200
    assert records(log) == before


def test_taking_a_module_down_touches_nothing_either(her: Client, module: ModulePage, log: ProgressLog) -> None:
    before = records(log)
    ModulePage.objects.get(pk=module.pk).unpublish()
    assert (her.get(BASE).status_code, her.get("/learn/").status_code, her.get(f"/learn/logs/{log.pk}/1.1/").status_code) == (404, 200, 200)
    assert records(log) == before


def checked(page: str) -> list[str]:
    """Return the words of the options that a page shows as chosen."""
    rows = page.split('class="option"')[1:]
    return [words for row in rows if " checked" in row for words in ("Ask who is waiting.", "Close the door now.") if words in row]


@pytest.mark.parametrize("change", [reword, reorder_options])
def test_what_she_chose_is_followed_by_its_words(her: Client, module: ModulePage, change: Callable[[list[Any]], None]) -> None:
    edit(module, change)
    page = her.get(f"{BASE}step/2/").content.decode()
    assert (checked(page), "That is right" in page) == (["Ask who is waiting."], True)


def test_the_same_key_in_other_words_is_another_answer(her: Client, module: ModulePage) -> None:
    edit(module, reorder_options)
    answer(her, module, "q-first", chosen="1")
    kept = Answer.objects.get(activity_id="q-first")
    page = her.get(f"{BASE}step/2/").content.decode()
    assert (checked(page), kept.is_right, kept.tries) == (["Close the door now."], True, 2)


def test_a_question_with_another_right_answer_is_asked_anew_and_her_mark_stays(her: Client, module: ModulePage) -> None:
    edit(module, change_the_right_answer)
    page = her.get(f"{BASE}step/2/").content.decode()
    assert (checked(page), "Not quite" in page, Answer.objects.get(activity_id="q-first").is_right) == ([], False, True)


def test_her_own_words_are_shown_whatever_became_of_the_prompt(her: Client, module: ModulePage) -> None:
    edit(module, lambda steps: steps[0]["value"]["content"][1]["value"].update(prompt="Think of a night."))
    assert "I waited." in her.get(f"{BASE}step/1/").content.decode()


def test_who_stood_at_a_step_that_is_gone_goes_on_at_the_first_she_has_not_done(client: Client, lena: User, module: ModulePage) -> None:
    client.force_login(lena)
    go_on(client, module, "one-morning")

    def replace_the_second(steps: list[Any]) -> None:
        add_a_step(steps)
        del steps[1]

    edit(module, replace_the_second)
    assert "Carry on at step 2 of 2" in client.get(BASE).content.decode()
