"""What an author is told before anybody else reads a module: each finding at its place."""

import json
from typing import Any

import pytest
from wagtail.blocks import StreamBlock

from courses.activities import BLOCKS
from courses.checks import Draft, findings, reading_age
from courses.models import ModulePage
from courses.models.course import steps_on_paper
from tests.cast import STEPS

STREAM = StreamBlock([(kind, block()) for kind, block in BLOCKS.items()])
LONG = "one " * 26
TEXT = {"type": "text", "id": "t9"}


def told(page: ModulePage, steps: Any) -> list[tuple[str, str]]:
    page.steps = json.dumps(steps)
    return [(finding.block, finding.says) for finding in findings(Draft.of(page))]


def with_part(kind: str, **value: Any) -> Any:
    return [*STEPS, {"type": "step", "id": "more", "value": {"title": "More", "content": [{"type": kind, "id": "t9", "value": value}]}}]


def changed(part: int, **value: Any) -> Any:
    """Return the cast's steps with other values in a part of the second one."""
    steps = json.loads(json.dumps(STEPS))
    steps[1]["value"]["content"][part]["value"].update(value)
    return steps


def test_a_good_module_has_nothing_to_look_at(module: ModulePage) -> None:
    assert told(module, STEPS) == []


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<p>Read it <a href='https://example.org/'>here</a>.</p>", "The link “here” does not say where it leads."),
        ("<p>Go to <a href='https://x.org/'>https://x.org/</a>.</p>", "The link “https://x.org/” does not say where it leads."),
        ("<h3>Signs</h3><p>Look.</p>", "A heading of level 3 has none above it. Use a larger heading first."),
        (f"<p>{LONG}.</p>", "A sentence of 26 words: “one one one one one one …”. Make two of it."),
        ("<p>" + LONG[:100] + ".</p>", None),
        ("<h2>Signs</h2><h3>First</h3><p>Read <a href='/help/'>how to get help</a>.</p>", None),
    ],
)
def test_reading_is_looked_at(module: ModulePage, html: str, says: str | None) -> None:
    assert told(module, with_part("text", html=html)) == ([("t9", says)] if says else [])


def test_each_sentence_of_a_list_is_one(module: ModulePage) -> None:
    items = "".join(f"<li>{'one ' * 10}</li>" for _n in range(4))
    assert told(module, with_part("text", html=f"<ul>{items}</ul>")) == []


def choice(*texts: str) -> dict[str, Any]:
    """A question whose first option is right."""
    options = [{"text": text, "right": number == 0, "feedback": "So."} for number, text in enumerate(texts)]
    return {"prompt": "What now?", "answers": "one", "options": options}


TELLS = "“What now?”: the right answer is the longest by far. Make a wrong one as long, or this one shorter."


@pytest.mark.parametrize(
    ("texts", "says"),
    [(("Sit down and wait for her.", "Go."), TELLS), (("Sit down.", "Go away."), None), (("Sit.", "Go away and come back."), None)],
)
def test_a_right_answer_that_is_the_longest_by_far_gives_itself_away(module: ModulePage, texts: tuple[str, ...], says: str | None) -> None:
    expected = [("t9", says)] if says else []
    assert told(module, with_part("question", **choice(*texts))) == expected
    assert (
        told(module, with_part("knowledge_check", title="Check", ask=1, questions=[choice(*texts), choice("Yes.", "Not yet.")])) == expected
    )


def test_an_outcome_that_the_module_does_not_serve_stops_it(module: ModulePage) -> None:
    module.steps = json.dumps(changed(0, outcomes=["1.2"]))
    found = findings(Draft.of(module))
    assert [(finding.block, finding.stops) for finding in found] == [("q-first", True)]
    assert found[0].where == "Step 2, “What do you do first?”, question"


OPTIONS: Any = STEPS[1]["value"]["content"][0]["value"]["options"]  # type: ignore[index]
GONE = "“Mrs C wants to go home. What do you do first?” is gone. Answers to it are kept, and no longer shown."
OTHER = "“Mrs C wants to go home. What do you do first?” means something else now. Who had it right keeps the mark, and is asked again."


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (STEPS, []),
        (changed(0, options=OPTIONS[::-1]), []),  # the same in another order
        (changed(0, options=[{**OPTIONS[0], "feedback": "Yes."}, OPTIONS[1]]), []),
        (changed(0, options=[{**OPTIONS[0], "right": False}, {**OPTIONS[1], "right": True}]), [("q-first", OTHER)]),
        (changed(0, options=[{**OPTIONS[0], "text": "Ask her."}, OPTIONS[1]]), [("q-first", OTHER)]),
        ([STEPS[0], {**STEPS[1], "value": {**STEPS[1]["value"], "content": [STEPS[1]["value"]["content"][1]]}}], [("", GONE)]),  # type: ignore[dict-item, index]
    ],
)
def test_what_means_something_else_than_what_learners_answered_is_told(module: ModulePage, steps: Any, says: Any) -> None:
    assert told(module, steps) == says


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("The cat sat. " * 40, range(-20, 6)),
        (
            "Registered practitioners facilitate multidisciplinary collaboration regarding individualised interventions. " * 20,
            range(18, 60),
        ),
        ("Too few.", [None]),
    ],
)
def test_the_reading_age_rises_with_long_words_and_sentences(words: str, years: Any) -> None:
    assert reading_age(words) in years


def unfinished(block: Any) -> Any:
    """Return what an author has when she has added a block and written nothing: one empty row in every list."""
    if hasattr(block, "child_blocks"):
        return {name: unfinished(child) for name, child in block.child_blocks.items()}
    if hasattr(block, "child_block"):
        return [{"type": "item", "id": "i1", "value": unfinished(block.child_block)}]
    return block.get_prep_value(block.get_default())


@pytest.mark.parametrize("kind", BLOCKS)
def test_an_unfinished_draft_of_any_kind_can_be_opened_previewed_printed_and_checked(module: ModulePage, kind: str) -> None:
    example = STREAM.child_blocks[kind]
    was = (
        example.get_prep_value(example.normalize(example.get_preview_value()))
        if kind not in {"picture", "find_in_picture", "video", "audio"}
        else None
    )
    if was:
        module.steps = json.dumps(
            [{"type": "step", "id": "s", "value": {"title": "One", "content": [{"type": kind, "id": "x", "value": was}]}}]
        )
        module.save_revision().publish()
    draft = ModulePage.objects.get(pk=module.pk)
    for value in (unfinished(example), example.get_prep_value(example.get_default())):
        draft.steps = json.dumps(
            [{"type": "step", "id": "s", "value": {"title": "", "content": [{"type": kind, "id": "x", "value": value}]}}]
        )
        draft._is_draft = True
        assert draft.outline().count == 1
        assert len(steps_on_paper(draft.steps)) == 1
        assert isinstance(findings(Draft.of(draft)), list)
