"""Each risk: when it speaks, what it says, and that nobody who signs can steer the draw."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from progress.risks import Decision, Read, Why, reasons_to_sample

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
GRACE, AMINA = UUID(int=1), UUID(int=2)
LAST, FIRST = 9_999, 0


def said(*decisions: Decision, share: int = 0, risks: list[Why] | None = None, draw: Any = None) -> list[str]:
    """Return what is said of the decisions, in their order; nothing drawn by chance unless a share is asked for."""
    found = reasons_to_sample(decisions, share=share, risks=risks or [], draw=draw or (lambda _pk: LAST), now=NOW)
    return [reason.says for one in decisions for reason in found.get(one.sign_off or UUID(int=0), [])]


def signed(minutes_ago: float, **more: Any) -> Decision:
    facts: dict[str, Any] = {
        "signer": GRACE,
        "entry": uuid4(),
        "at": NOW - timedelta(minutes=minutes_ago),
        "sign_off": uuid4(),
        "number": 99,
    }
    return Decision(**{**facts, **more})


def returned(minutes_ago: float, **more: Any) -> Decision:
    return signed(minutes_ago, sign_off=None, number=0, **more)


def reading(minutes: float, *, by: UUID = AMINA, pk: UUID | None = None) -> Read:
    """A piece that takes so long to read, added an hour ago."""
    return Read(pk or uuid4(), int(minutes * 60), by, NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, ["New to signing off here: this was number 1."]), (5, ["New to signing off here: this was number 5."]), (6, [])],
)
def test_the_first_five_of_somebody_new(number: int, expected: list[str]) -> None:
    assert said(signed(10, number=number), risks=[Why.NEW_SIGNER]) == expected


@pytest.mark.parametrize(("count", "taken"), [(4, 0), (5, 1), (9, 1), (10, 2), (20, 4)])
def test_of_many_at_once_one_in_five(count: int, taken: int) -> None:
    act = [signed(10 + n / 600) for n in range(count)]
    assert said(*act, risks=[Why.MANY_AT_ONCE]) == [f"{count} outcomes were signed off at once."] * taken


def test_what_is_signed_with_more_than_a_minute_between_is_not_at_once() -> None:
    assert said(*(signed(10 + 1.1 * n) for n in range(8)), risks=[Why.MANY_AT_ONCE]) == []


TOO_QUICK = "Signed off in 30 seconds. Reading the evidence takes 3 minutes."


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"sent_at": NOW - timedelta(minutes=10.5), "pieces": (reading(3),)}, [TOO_QUICK]),
        ({"sent_at": NOW - timedelta(minutes=14), "pieces": (reading(3),)}, []),
        ({"sent_at": NOW - timedelta(minutes=10.5), "pieces": (reading(0.9),)}, []),
        ({"sent_at": NOW - timedelta(minutes=10.5), "pieces": (reading(3, by=GRACE),)}, []),
        ({"sent_at": None, "pieces": (reading(3),)}, []),
    ],
    ids=["sent just before", "time enough", "too little to be quick with", "her own observation", "nothing known"],
)
def test_quicker_than_the_evidence_can_be_read(more: dict[str, Any], expected: list[str]) -> None:
    assert said(signed(10, **more), risks=[Why.TOO_QUICK]) == expected


def test_the_time_begins_with_the_decision_before() -> None:
    sent = NOW - timedelta(days=2)
    one, next_one = signed(12, sent_at=sent), signed(10, sent_at=sent, pieces=(reading(3),))
    assert said(one, next_one, risks=[Why.TOO_QUICK]) == ["Signed off in 2 minutes. Reading the evidence takes 3 minutes."]


def test_a_piece_is_read_once_for_all_the_outcomes_it_shows() -> None:
    sent, piece = NOW - timedelta(minutes=15), reading(3)
    assert said(*(signed(10, sent_at=sent, pieces=(piece,)) for _outcome in range(4)), risks=[Why.TOO_QUICK]) == []


def test_what_she_returned_before_she_has_read() -> None:
    entry, piece, sent = uuid4(), reading(3), NOW - timedelta(minutes=10.5)
    earlier, now = returned(30, entry=entry, pieces=(piece,), sent_at=None), signed(10, entry=entry, pieces=(piece,), sent_at=sent)
    assert said(earlier, now, risks=[Why.TOO_QUICK]) == []


def a_run(count: int = 20, **last: Any) -> list[Decision]:
    return [*(signed(1000 * n) for n in range(count, 1, -1)), signed(10, **last)]


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        (a_run(), ["The last 20 decisions of this supervisor were all sign-offs."]),
        (a_run(19), []),
        ([*a_run(19), returned(5)], []),
        (a_run(stands=False), []),
        (a_run(sampled_at=NOW), []),
    ],
    ids=["twenty", "nineteen", "one returned", "one taken back", "one looked at"],
)
def test_somebody_who_returns_nothing(decisions: list[Decision], expected: list[str]) -> None:
    assert said(*decisions, risks=[Why.NEVER_RETURNS]) == expected


DAY = 24 * 60


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([signed(90 * DAY), signed(10)], ["Nothing of this supervisor was sampled for 90 days."]),
        ([signed(89 * DAY), signed(10)], []),
        ([signed(200 * DAY, sampled_at=NOW - timedelta(days=89)), signed(10)], []),
        ([signed(200 * DAY, sampled_at=NOW - timedelta(days=90)), signed(10)], ["Nothing of this supervisor was sampled for 90 days."]),
        ([signed(200 * DAY, stands=False)], []),
    ],
)
def test_somebody_nobody_looked_at_for_long(decisions: list[Decision], expected: list[str]) -> None:
    assert said(*decisions, risks=[Why.LONG_UNSAMPLED]) == expected


@pytest.mark.parametrize(("share", "number", "is_drawn"), [(10, 999, True), (10, 1000, False), (0, 0, False), (100, LAST, True)])
def test_a_share_is_drawn_by_a_number(share: int, number: int, is_drawn: bool) -> None:
    expected = [f"Drawn by chance. The plan takes {share} in 100."] if is_drawn else []
    assert said(signed(10), share=share, draw=lambda _pk: number) == expected


def test_a_larger_share_keeps_what_a_smaller_one_drew() -> None:
    many = [signed(n) for n in range(200)]
    numbers = {one.sign_off: (index * 37) % 10_000 for index, one in enumerate(many)}
    drawn = [set(reasons_to_sample(many, share=share, risks=[], draw=numbers.__getitem__, now=NOW)) for share in (10, 30)]
    assert drawn[0] < drawn[1]


def test_the_draw_decides_which_of_many_and_not_their_order() -> None:
    act = [signed(10 + n / 600) for n in range(5)]
    found = reasons_to_sample(act, share=0, risks=[Why.MANY_AT_ONCE], draw=lambda pk: FIRST if pk == act[3].sign_off else LAST, now=NOW)
    assert set(found) == {act[3].sign_off}


def test_what_was_sampled_is_not_asked_for_again_and_nothing_takes_its_place() -> None:
    act = [signed(10 + n / 600) for n in range(4)]
    looked_at = signed(10.02, sampled_at=NOW)
    draw = {looked_at.sign_off: FIRST}
    assert said(*act, looked_at, risks=[Why.MANY_AT_ONCE], draw=lambda pk: draw.get(pk, LAST)) == []


def test_each_supervisor_is_looked_at_alone() -> None:
    act = [signed(10 + n / 600, signer=UUID(int=10 + n)) for n in range(5)]
    assert said(*act, risks=[Why.MANY_AT_ONCE]) == []
