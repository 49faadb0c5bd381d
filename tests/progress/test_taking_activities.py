"""Taking each kind of activity: what is kept, what is shown, and what finishing needs."""

import json
from typing import Any

import pytest
from django.test import Client

from courses.activities.matching import Matching, MatchingBlock
from courses.activities.ordering import Ordering, OrderingBlock
from courses.activities.question import Question
from courses.activities.scenario import ScenarioBlock
from courses.models import ModulePage
from people.models import User
from progress.models import Answer, ModulePlace
from progress.templatetags.learning import right_so_far

BASE = "/courses/dementia-care/what-dementia-is/"


def block(kind: str, key: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "id": key, "value": value}


PAIRS = [{"left": "He cannot hear.", "right": "Check his hearing aid.", "feedback": "First of all."}]
PAIRS += [{"left": "He cannot find a word.", "right": "Wait.", "feedback": "Words come with time."}]
SURE = {"prompt": "How sure do you feel?", "statements": ["I can wait.", "I can listen."]}
STORY: Any = ScenarioBlock().meta.preview_value
STEP = [
    block("how_sure", "sure", SURE),
    block("matching", "match", {"prompt": "What may help?", "pairs": PAIRS}),
    block("scenario", "story", STORY),
    block("checklist", "list", {"prompt": "Look for these.", "items": ["Glasses clean", "Radio off"]}),
]


@pytest.fixture
def module(module: ModulePage) -> ModulePage:
    """The cast's module with one step, which holds the newer kinds."""
    module.steps = json.dumps([block("step", "all", {"title": "All of it", "content": STEP})])
    module.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


@pytest.fixture
def her(client: Client, amina: User) -> Client:
    client.force_login(amina)
    return client


def give(client: Client, module: ModulePage, activity: str, **given: Any) -> str:
    """Send an answer and return the page it leads to."""
    return client.post(f"/learn/modules/{module.pk}/answer/{activity}/", given, follow=True).content.decode()


def finish(client: Client, module: ModulePage) -> None:
    give(client, module, "match", **{"row-1": "1", "row-2": "2"})
    give(client, module, "story", path="", choice="1")
    client.post(f"/learn/modules/{module.pk}/continue/all/")


def kept(activity: str) -> Any:
    return Answer.objects.get(activity_id=activity).given


def test_rows_are_kept_and_each_says_whether_it_is_right(her: Client, module: ModulePage) -> None:
    page = give(her, module, "match", **{"row-1": "1", "row-2": "1"})
    assert kept("match") == {"row-1": "1", "row-2": "1"}
    assert (page.count("That is right"), page.count("Not quite")) == (1, 1)


def test_a_row_left_out_is_an_error_and_the_others_stay(her: Client, module: ModulePage) -> None:
    page = give(her, module, "match", **{"row-1": "2", "row-2": ""})
    assert ("Choose one for each." in page, '<option value="2" selected>' in page, Answer.objects.count()) == (True, True, 0)


def test_beside_a_wrong_place_stands_no_word_that_explains_the_right_one(her: Client, module: ModulePage) -> None:
    explained = [pair["feedback"] for pair in PAIRS]
    page = give(her, module, "match", **{"row-1": "2", "row-2": "2"})
    assert [words in page for words in explained] == [False, True]
    assert page.count("It belongs somewhere else. Try another.") == 1


def test_an_author_may_say_what_helps_beside_a_wrong_place() -> None:
    asks = Matching.from_value(
        "match", MatchingBlock().to_python({"prompt": "?", "pairs": [{**PAIRS[0], "hint": "Where are ears?"}, PAIRS[1]]})
    )
    said = [asks.said_of(row, put) for row, put in zip(asks.rows, ("2", "1"), strict=True)]
    assert said == ["Where are ears?", "It belongs somewhere else. Try another."]


def test_a_situation_stands_before_its_question(her: Client, module: ModulePage) -> None:
    matching = block("matching", "match", {"prompt": "He calls.\nWhat helps?", "pairs": PAIRS})
    module.steps = json.dumps([block("step", "all", {"title": "All", "content": [matching]})])
    module.save_revision().publish()
    page = " ".join(her.get(f"{BASE}step/1/").content.decode().split())
    assert '<legend class="govuk-fieldset__legend"><span class="situation">He calls. </span>What helps?</legend>' in page


def test_an_order_says_in_which_direction_to_look() -> None:
    value = OrderingBlock().to_python(OrderingBlock().meta.preview_value)
    asks = Ordering.from_value("order", value)
    row = next(row for row in asks.rows if row.right == "2")
    assert [asks.said_of(row, put) for put in ("1", "2", "3")] == ["It comes later.", row.feedback, "It comes earlier."]


def test_things_to_order_never_stand_in_order_or_turned_round() -> None:
    value = OrderingBlock().to_python(OrderingBlock().meta.preview_value)
    shown = [[row.right for row in Ordering.from_value(f"order-{seed}", value).rows] for seed in range(50)]
    assert [order for order in shown if order in (["1", "2", "3"], ["3", "2", "1"])] == []


def test_a_story_goes_on_as_she_chooses_and_she_can_go_back(her: Client, module: ModulePage) -> None:
    assert "Amina stands at the front door" in her.get(f"{BASE}step/1/").content.decode()
    page = give(her, module, "story", path="", choice="2")
    assert ("She shakes the door." in page, "There is a better way." in page, kept("story")) == (True, True, {"path": ["2"]})
    page = give(her, module, "story", path="2", choice="back")
    assert ("Amina stands at the front door" in page, kept("story")) == (True, {"path": []})
    page = give(her, module, "story", path="", choice="1")
    assert ("This way went well." in page, Answer.objects.get(activity_id="story").is_right) == (True, True)


def test_a_good_end_after_a_detour_says_that_there_is_a_better_way(her: Client, module: ModulePage) -> None:
    story = {**STORY, "scenes": [dict(scene) for scene in STORY["scenes"]]}
    first, _calm, shaken = story["scenes"]
    shaken["ending"], shaken["choices"] = "", [{"text": "Say sorry, and ask about the children.", "to": first["choices"][0]["to"]}]
    module.steps = json.dumps([block("step", "all", {"title": "All of it", "content": [block("scenario", "story", story)]})])
    module.save_revision().publish()
    page = give(her, module, "story", path="2", choice="1")
    assert ("It went well in the end." in page, "This way went well." in page) == (True, False)


def test_a_good_end_once_found_stays_found(her: Client, module: ModulePage) -> None:
    give(her, module, "story", path="", choice="1")
    give(her, module, "story", path="1", choice="again")
    assert (Answer.objects.get(activity_id="story").is_right, kept("story")) == (True, {"path": []})


@pytest.mark.parametrize(("path", "choice"), [("9", "1"), ("", "9"), ("1", "1"), ("x y", "1")])
def test_a_way_that_is_not_there_is_refused(her: Client, module: ModulePage, path: str, choice: str) -> None:
    page = give(her, module, "story", path=path, choice=choice)
    assert ("This story has changed since. Begin again." in page, Answer.objects.count()) == (True, 0)


def test_somebody_not_signed_in_walks_a_story_and_nothing_is_kept(client: Client, module: ModulePage) -> None:
    page = give(client, module, "story", path="", choice="2")
    assert ("She shakes the door." in page, 'name="path" value="2"' in page, Answer.objects.count()) == (True, True, 0)


def test_ticks_are_kept_and_may_be_taken_off_again(her: Client, module: ModulePage) -> None:
    page = give(her, module, "list", ticked=["1", "2"])
    assert (kept("list"), page.count(" checked")) == ({"ticked": ["1", "2"]}, 2)
    give(her, module, "list")
    assert kept("list") == {"ticked": []}


def test_a_module_waits_for_what_is_marked_and_for_nothing_else(her: Client, module: ModulePage) -> None:
    her.post(f"/learn/modules/{module.pk}/continue/all/")
    assert ModulePlace.objects.get().finished_at is None
    finish(her, module)
    assert ModulePlace.objects.get().finished_at is not None


def test_how_sure_she_feels_is_asked_again_at_the_end_and_the_change_is_shown(her: Client, module: ModulePage) -> None:
    give(her, module, "sure", **{"row-1": "1", "row-2": "3"})
    finish(her, module)
    assert 'id="sure-after"' in her.get(f"{BASE}finished/").content.decode()
    page = " ".join(give(her, module, "sure-after", **{"row-1": "3", "row-2": "3"}).split())
    assert "Before: Not sure yet<br>Now: <strong>Quite sure</strong>" in page
    assert "Before: Quite sure<br>Now: <strong>Quite sure</strong>" in page


def test_how_sure_with_a_row_left_out_is_an_error_at_the_end_too(her: Client, module: ModulePage) -> None:
    finish(her, module)
    page = give(her, module, "sure-after", **{"row-1": "3"})
    assert ("Choose one for each." in page, 'value="3" id="sure-after-1-3" checked' in page) == (True, True)


@pytest.mark.parametrize(("chosen", "so_far"), [(["1"], True), (["1", "3"], False), (["3"], False), ([], False)])
def test_half_of_what_is_right_is_called_right_so_far(chosen: list[str], so_far: bool) -> None:
    options = [{"text": text, "right": right, "feedback": "Yes."} for text, right in (("Wait", True), ("Ask", True), ("Go", False))]
    asks = Question.from_value("q", {"prompt": "What helps?", "answers": "several", "options": options})
    assert (asks.is_right({"chosen": chosen}), right_so_far(asks, {"chosen": chosen})) == (False, so_far)
