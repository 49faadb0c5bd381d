"""What a learner answered to what checks an outcome: said to her, and to the supervisor who decides."""

import json
from typing import Any

import pytest
from django.test import Client

from courses.models import ModulePage
from people.models import User
from progress.actions import go_on, record_answer
from progress.models import LogEntry, ProgressLog
from progress.shown import answers_about, shown_for
from tests.cast import add_account, declare, entry_of

RIGHT, WRONG = {"chosen": ["1"]}, {"chosen": ["2"]}


def answer(module: ModulePage, given: dict[str, Any], by: User) -> None:
    record_answer(module, module.outline().steps[1].asking[0], given, by=by)


def shown(log: ProgressLog, code: str) -> list[tuple[int, str, list[str]]]:
    entry = entry_of(log, code)
    return [(one.step, one.tries_in_words, [line.said for line in one.told]) for one in shown_for(entry, answers_about([entry]))]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([RIGHT], [(2, "Right at the first try", ["Ask who is waiting."])]),
        ([WRONG], [(2, "Not right yet", ["Close the door now."])]),
        ([WRONG, RIGHT], [(2, "Right after 2 tries", ["Ask who is waiting."])]),
    ],
)
def test_an_answer_is_told_with_its_step_and_tries(log: ProgressLog, module: ModulePage, amina: User, given: Any, expected: Any) -> None:
    for one in given:
        answer(module, one, amina)
    assert shown(log, "1.3") == expected
    assert shown(log, "1.2") == []  # not checked by it


def test_what_she_wrote_for_herself_and_what_others_answered_is_not_shown(
    log: ProgressLog, module: ModulePage, amina: User, lena: User
) -> None:
    record_answer(module, module.outline().steps[0].asking[0], {"words": "A private thought"}, by=amina)
    answer(module, RIGHT, lena)
    assert shown(log, "1.3") == []


def test_an_answer_is_told_in_the_words_it_was_given_to(log: ProgressLog, module: ModulePage, amina: User) -> None:
    answer(module, RIGHT, amina)
    steps = module.steps.get_prep_value()
    steps[1]["value"]["content"][0]["value"]["options"].reverse()
    module.steps = json.dumps(steps)
    module.save_revision().publish()
    assert shown(log, "1.3") == [(2, "Right at the first try", ["Ask who is waiting."])]


def test_the_supervisor_who_decides_reads_it_beside_the_evidence(
    client: Client, log: ProgressLog, module: ModulePage, amina: User, grace: User
) -> None:
    answer(module, RIGHT, amina)
    entry = entry_of(log, "1.3")
    add_account(entry)
    finish(module, amina)
    declare(entry_of(log, "1.3"))
    client.force_login(grace)
    page = client.get(f"/review/{log.pk}/?only=1.3").content.decode()
    assert ("What was answered in a module: 1 answer" in page, "Ask who is waiting." in page) == (True, True)


def finish(module: ModulePage, by: User) -> None:
    for step in module.outline().steps:
        go_on(module, step, by=by)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1.1", "You can now explain this, from the check in step 2. To be signed off it still needs your supervisor."),
        ("1.3", "You can now explain this, from the check in step 2. To be signed off it still needs to be seen at work."),
    ],
)
def test_the_end_of_a_module_says_why_progress_moved(
    client: Client, log: ProgressLog, module: ModulePage, amina: User, code: str, why: str
) -> None:
    answer(module, RIGHT, amina)
    finish(module, amina)
    assert LogEntry.objects.get(log=log, outcome__code=code).knowledge_from_module is not None
    client.force_login(amina)
    row = client.get("/courses/dementia-care/what-dementia-is/finished/").content.decode().partition(f"logs/{log.pk}/{code}/")[2]
    assert why in row.partition("</li>")[0]
