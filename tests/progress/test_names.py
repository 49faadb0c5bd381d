"""What looks as if it told who somebody is, and what does not."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from progress.names import A_BIRTHDAY, A_NAME, A_NUMBER, A_ROOM, found_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I helped Mrs Cole with her coat.", [("Mrs Cole", A_NAME)]),
        ("Then Mr. O’Brien and Mrs Zielińska came.", [("Mr. O’Brien", A_NAME), ("Mrs Zielińska", A_NAME)]),
        ("Mrs Ada Finch sat down.", [("Mrs Ada Finch", A_NAME)]),
        ("After supper Blessing laughed.", [("Blessing", A_NAME)]),
        ("Then we sang with Łukasz.", [("Łukasz", A_NAME)]),
        ("Supper for Doris", [("Doris", A_NAME)]),
        ("I told Doris Pettigrew twice. Doris Pettigrew smiled.", [("Doris Pettigrew", A_NAME)]),
        ("Doris likes her tea strong.", [("Doris", A_NAME)]),
        ("She said: “Good morning, Tom.”", [("Tom", A_NAME)]),
        ("Mrs C lives in room 4.", [("room 4", A_ROOM)]),
        ("He is in Room Nine.", [("Room Nine", A_ROOM)]),
        ("We took her home to LS1 4AP.", [("LS1 4AP", A_ROOM)]),
        ("DOB: 3/4/41. She was tired.", [("DOB: 3/4/41", A_BIRTHDAY)]),
        ("He had his birthday: 12 March 1938.", [("12 March 1938", A_BIRTHDAY)]),
        ("She was born in 1941.", [("born in 1941", A_BIRTHDAY)]),
        ("The number was 943 476 5919.", [("943 476 5919", A_NUMBER)]),
        ("Her son is at 07700 900123.", [("07700 900123", A_NUMBER)]),
    ],
)
def test_what_may_tell_who_somebody_is(text: str, expected: list[Any]) -> None:
    assert found_in([text]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Breakfast with Mrs C. I sat down first. I waited.",
        "On Monday 12 October 2026 I used the MAR chart. She is Polish and likes Christmas.",
        "I did it on 12/03/2024, at 10.30, and wrote 943 476 5918 ml. 1,200,000 people have dementia.",
        "She said, “Come in.” We laughed! Then: “More tea?” – Yes.",
        "The Care Certificate and the Mental Capacity Act ask for it. Alzheimer’s Society says so too.",
        "1. Wash hands\n2. Put gloves on\n• Tell the person\n- Ask again",
        "Helping At Breakfast, My Second Try",
        "There is room for more. I have a flat tyre. Level 2, unit 3.",
        "Our Breakfast club: breakfast is at eight.",
        "I WROTE THIS IN CAPITALS AND ASKED JOHN SMITH",
    ],
)
def test_what_tells_nobody(text: str) -> None:
    assert found_in([text]) == []


def test_a_colleague_and_the_home_may_stand_there_and_somebody_with_the_same_first_name_not() -> None:
    known = {"Grace Mwangi", "Rosewood", "House", "Rosewood House"}
    text = "At Rosewood House I asked Grace Mwangi. Then Grace in the garden laughed."
    assert found_in([text]) == [("Rosewood", A_NAME), ("Grace Mwangi", A_NAME)]
    assert found_in([text], known) == [("Grace", A_NAME)]


def test_several_texts_are_told_once_and_not_without_end() -> None:
    assert found_in(["Tea with Mrs Cole", "Then Mrs Cole slept."]) == [("Mrs Cole", A_NAME)]
    assert len(found_in([". ".join(f"Then Mrs C{letter}le came" for letter in "abcdefghijklmnopqrst")])) == 12


def test_a_long_text_takes_no_time() -> None:
    for text in ("Aa " * 20_000, "1" * 60_000, "born on " * 7_000, ("-" * 30 + " Mr ") * 1_500, "“" * 60_000, "Mr Aa-" * 10_000):
        found_in([text])


def test_our_own_outcomes_name_nobody() -> None:
    """Of four hundred sentences about care without a person in them, none is taken for a name."""
    packs = sorted(Path(settings.BASE_DIR, "courses", "content").glob("*/framework.yaml"))
    outcomes = [outcome for pack in packs for area in yaml.safe_load(pack.read_text())["areas"] for outcome in area["outcomes"]]
    texts = [text for outcome in outcomes for text in (outcome["text"], outcome.get("guidance", ""))]
    assert len(texts) > 200
    assert {text: found for text in texts if (found := found_in([text]))} == {}
