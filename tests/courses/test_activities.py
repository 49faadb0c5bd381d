"""Kinds of activities: each is whole, can be done, and refuses what nobody could do."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import RequestFactory
from wagtail.blocks import StreamBlock
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.activities import ASKS, BLOCKS
from courses.activities.activity import Asks
from courses.activities.recording import RecordingValue
from courses.activities.scenario import ScenarioBlock
from courses.packs.steps import plain
from progress.answers import ANSWERS

STREAM: Any = StreamBlock([(kind, block()) for kind, block in BLOCKS.items()])
BRINGS_A_FILE = {"picture", "find_in_picture", "video", "audio"}  # a preview would have to bring it along
SPOTS = {
    "prompt": "What makes it hard?",
    "alt": "A dining room",
    "image": SimpleNamespace(width=720, height=405, file=SimpleNamespace(url="/media/room.svg")),
    "spots": [
        {"across": 50, "down": 50, "text": "A white plate", "right": True, "feedback": "It cannot be seen."},
        {"across": 10, "down": 90, "text": "A blue cup", "right": False, "feedback": "This helps."},
    ],
}
RECORDING = SimpleNamespace(file=SimpleNamespace(url="/media/film.mp4", size=123_456), seconds=52, transcript="Amina waits.")


def example(kind: str) -> Any:
    """Return the value that an author sees in the preview of a kind."""
    block = STREAM.child_blocks[kind]
    if kind in ("video", "audio"):
        return RecordingValue(block, {"title": "Ten seconds", "recording": RECORDING})
    return SPOTS if kind in BRINGS_A_FILE else block.normalize(block.get_preview_value())


def asked(kind: str) -> Asks:
    return ASKS[kind].from_value("here", example(kind))


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_kind_is_whole(kind):
    """What is missing when somebody adds a kind is named here."""
    block = STREAM.child_blocks[kind]
    assert block.meta.description, "Say in a few words what it is, for the author who chooses."
    assert get_template(f"activities/{kind}/learn.html")
    assert get_template(f"activities/{kind}/print.html")
    if kind in ASKS:
        assert get_template(f"activities/{kind}/fields.html")
        assert kind in ANSWERS, "Say in progress/answers how it takes an answer."
    if kind not in BRINGS_A_FILE:
        assert block.is_previewable


def test_everything_that_takes_an_answer_is_asked():
    assert set(ANSWERS) == set(ASKS)


@pytest.mark.parametrize("kind", set(BLOCKS) - BRINGS_A_FILE)
def test_an_author_sees_a_kind_before_choosing_it(kind, client, ada):
    client.force_login(ada)
    block = STREAM.child_blocks[kind]
    context = block.get_preview_context(example(kind), {"request": RequestFactory().get("/")})
    page = get_template(block.get_preview_template(example(kind), context)).render(context)
    assert context["html"].strip()
    assert context["html"] in page


@pytest.mark.parametrize("kind", set(BLOCKS) - {"picture"})
def test_a_kind_can_be_printed_with_nothing_to_open_or_press(kind):
    paper = STREAM.child_blocks[kind].printed("here", example(kind))
    assert paper.strip()
    assert [tag for tag in ("<details", "<form", "<input", "<select", "<button", "<textarea") if tag in paper] == []


@pytest.mark.parametrize("kind", [kind for kind, asks in ASKS.items() if asks.is_marked])
def test_what_is_marked_has_a_right_answer_and_can_be_missed(kind):
    asks = asked(kind)
    solution = asks.solution()
    assert solution is not None
    assert asks.is_right(solution) is True
    assert asks.is_right({name: value[:0] for name, value in solution.items()}) is not True


def as_sent(kind: str, solution: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as a page's form sends it."""
    if kind == "scenario":
        return {"path": " ".join(solution["path"][:-1]), "choice": solution["path"][-1]}
    return {**solution, "drawn": " ".join(solution["drawn"])} if kind == "knowledge_check" else solution


@pytest.mark.parametrize("kind", ASKS)
def test_the_right_answer_passes_its_form(kind):
    asks: Any = asked(kind)
    solution = asks.solution()
    if solution is None:
        return
    given = as_sent(kind, solution)
    form = ANSWERS[kind](SimpleNamespace(asks=asks), given)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == solution


@pytest.mark.parametrize("kind", set(ASKS) - {"checklist"})
def test_nothing_given_is_an_error(kind):
    assert not ANSWERS[kind](SimpleNamespace(asks=asked(kind)), {}).is_valid()


@pytest.mark.parametrize("kind", set(BLOCKS) - BRINGS_A_FILE)
def test_what_a_pack_holds_of_a_kind_becomes_the_same_again(kind):
    block = STREAM.child_blocks[kind]
    held = plain(block, example(kind), str)
    assert held
    assert plain(block, held, str) == held


def scenes(**changes: Any) -> Any:
    """Return the value of a good small scenario with some scenes changed, by key; None takes one out."""
    good = {
        "door": {"key": "door", "html": "", "choices": [{"text": "Ask", "to": "talk"}, {"text": "Order", "to": "bed"}], "ending": ""},
        "talk": {"key": "talk", "html": "", "choices": [], "ending": "well"},
        "bed": {"key": "bed", "html": "", "choices": [], "ending": "not_yet"},
    }
    return {"scenes": [scene for key, scene in (good | changes).items() if scene]}


END = {"html": "", "choices": [], "ending": "well"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, {}),
        ({"bed": None}, {"scenes": "A choice leads to “bed”, and there is no such scene."}),
        ({"loft": {**END, "key": "loft"}}, {"scenes": "No choice leads to the scene “loft”."}),
        (
            {"talk": {**END, "key": "talk", "ending": ""}},
            {"scenes": "The scene “talk” needs either choices or an ending. No way ends well."},
        ),
        ({"talk": {**END, "key": "talk", "ending": "not_yet"}}, {"scenes": "No way ends well."}),
        ({"twin": {**END, "key": "bed"}}, {"scenes": "Two scenes are named “bed”."}),
    ],
)
def test_a_scenario_that_cannot_be_walked_is_refused(changes, said):
    assert ScenarioBlock().objections(scenes(**changes)) == said


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("question", {"options": [{"text": "Wait", "right": False, "feedback": "No."}] * 2}, "options"),
        ("question", {"options": [{"text": "Wait", "right": True, "feedback": "Yes."}] * 2}, "answers"),
        ("question", {"answers": "several"}, "answers"),
        ("sorting", {"groups": ["A fact", "A hope"]}, "items"),
    ],
)
def test_an_author_is_told_what_nobody_could_answer(kind, changes, field):
    block = STREAM.child_blocks[kind]
    value = block.normalize({**block.get_preview_value(), **changes})
    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)
    assert list(refused.value.block_errors) == [field]


def test_a_picture_without_anything_to_find_is_refused():
    nothing = [{**spot, "right": False} for spot in SPOTS["spots"]]
    assert list(BLOCKS["find_in_picture"]().objections({"spots": nothing})) == ["spots"]
