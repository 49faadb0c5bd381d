"""What waits, weighed: the tables, the limits, and the one change that helps most."""

from datetime import date
from itertools import product
from random import Random
from uuid import UUID

import pytest

from progress.workload import Learner, Limits, Load, Suggestion, Supervisor, Waiting, minutes_for, suggest, weight_of, with_room


@pytest.mark.parametrize(
    ("waiting", "weight", "minutes"),
    [
        (Waiting("knowledge"), 1, 2),
        (Waiting("practice"), 2, 2),
        (Waiting("both"), 2, 2),
        (Waiting("knowledge", alone=True), 3, 2),
        (Waiting("practice", letters=6), 2, 3),
        (Waiting("practice", letters=1200), 2, 3),  # 200 words
        (Waiting("practice", letters=1206), 2, 4),
        (Waiting("practice", letters=3600), 2, 5),  # 600 words are not many yet
        (Waiting("practice", letters=3606), 3, 6),
        (Waiting("practice", files=1), 3, 4),
        (Waiting("practice", files=3), 3, 8),
        (Waiting("practice", places=1), 3, 7),
        (Waiting("both", alone=True, letters=6000, files=1, places=1), 4, 14),
    ],
)
def test_weight_and_minutes_of_one_outcome(waiting: Waiting, weight: int, minutes: int) -> None:
    assert (weight_of(waiting), minutes_for(waiting)) == (weight, minutes)
    assert Load.of(waiting) + Load.of(Waiting("knowledge")) == Load(2, weight + 1, minutes + 2)


@pytest.mark.parametrize(
    ("weight", "minutes", "agreed", "holds"),
    [(20, 60, 60, True), (21, 60, 60, False), (20, 61, 60, False), (20, 999, None, True), (1, 1, 0, False), (0, 0, 0, True)],
)
def test_a_load_is_held_by_both_limits(weight: int, minutes: int, agreed: int | None, holds: bool) -> None:
    assert Limits(20, agreed).hold(Load(1, weight, minutes)) is holds


def learner(name: str, weight: int, minutes: int | None = None) -> Learner:
    return Learner(UUID(bytes=name.encode().ljust(16)), name, Load(bool(weight), weight, weight if minutes is None else minutes))


def supervisor(name: str, *people: Learner, minutes: int | None = None, until: date | None = None) -> Supervisor:
    return Supervisor(UUID(bytes=name.encode().ljust(16)), name, Limits(20, minutes), people, until)


def said(suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return ""
    giver = f"from {suggestion.giver.name} " if suggestion.giver else ""
    return f"{suggestion.learner.name} {giver}to {suggestion.to.name}"


TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("supervisors", "without", "expected"),
    [
        ([], [], ""),
        ([supervisor("grace", learner("amina", 20))], [], ""),  # at the ceiling is within it
        ([supervisor("grace", learner("amina", 21)), supervisor("ruth")], [], ""),  # nobody may have what is too much for anybody
        ([supervisor("grace", learner("amina", 21))], [], ""),
        ([supervisor("grace", learner("amina", 12), learner("lena", 12)), supervisor("ruth")], [], "amina from grace to ruth"),
        # the lightest who brings her within, before the heaviest
        (
            [supervisor("grace", learner("a", 15), learner("b", 5), learner("c", 3)), supervisor("ruth")],
            [],
            "c from grace to ruth",
        ),
        # nobody is enough alone: the heaviest who can go
        (
            [supervisor("grace", *(learner(f"{n}", n) for n in (4, 9, 11, 16))), supervisor("ruth", learner("r", 8))],
            [],
            "11 from grace to ruth",
        ),
        # to whoever has the least weight, then the fewest people, then by name
        (
            [supervisor("grace", learner("a", 14), learner("b", 7)), supervisor("ruth", learner("r", 3)), supervisor("sam")],
            [],
            "b from grace to sam",
        ),
        (
            [supervisor("grace", learner("a", 14), learner("b", 7)), supervisor("ruth", learner("r", 0)), supervisor("sam")],
            [],
            "b from grace to sam",
        ),
        ([supervisor("grace", learner("a", 14), learner("b", 7)), supervisor("sam"), supervisor("ruth")], [], "b from grace to ruth"),
        # minutes count as the ceiling does, on both sides
        (
            [supervisor("grace", learner("a", 5, 50), learner("b", 5, 20), minutes=60), supervisor("ruth"), supervisor("sam", minutes=5)],
            [],
            "b from grace to ruth",
        ),
        ([supervisor("grace", learner("a", 5, 50), learner("b", 5, 20), minutes=60), supervisor("sam", minutes=5)], [], ""),
        # who is furthest above comes first, and if nothing helps her, the next
        (
            [
                supervisor("grace", learner("a", 12), learner("b", 12)),
                supervisor("olu", learner("c", 30)),
                supervisor("ruth", learner("r", 8)),
            ],
            [],
            "a from grace to ruth",
        ),
        # who has nothing waiting is not moved, and nobody is given to somebody who is about to leave, or to herself
        ([supervisor("grace", learner("a", 21), learner("b", 0)), supervisor("ruth")], [], ""),
        ([supervisor("grace", learner("a", 12), learner("b", 12)), supervisor("ruth", until=TODAY)], [], ""),
        ([supervisor("grace", learner("ruth", 5), learner("b", 16)), supervisor("ruth")], [], "b from grace to ruth"),
        # then who has no supervisor, the most waiting first
        ([supervisor("grace"), supervisor("ruth", learner("r", 1))], [learner("lena", 0), learner("amina", 4)], "amina to grace"),
        ([supervisor("grace")], [learner("lena", 0), learner("amina", 40)], "lena to grace"),
        ([supervisor("grace", learner("a", 12), learner("b", 12)), supervisor("ruth")], [learner("c", 1)], "a from grace to ruth"),
        ([supervisor("grace", learner("a", 30))], [learner("c", 0)], ""),
    ],
)
def test_the_one_change_that_helps_most(supervisors: list[Supervisor], without: list[Learner], expected: str) -> None:
    assert said(suggest(supervisors, without)) == expected
    assert said(suggest(supervisors[::-1], without[::-1])) == expected


def after(supervisors: list[Supervisor], change: Suggestion) -> list[Supervisor]:
    def people_of(one: Supervisor) -> tuple[Learner, ...]:
        rest = tuple(person for person in one.people if person != change.learner)
        return (*rest, change.learner) if one.id == change.to.id else rest

    return [Supervisor(one.id, one.name, one.limits, people_of(one), one.until) for one in supervisors]


@pytest.mark.parametrize(("seed", "desks"), list(product(range(40), (2, 5))))
def test_one_change_after_another_comes_to_an_end_and_brings_nobody_above(seed: int, desks: int) -> None:
    dice = Random(seed)
    people = [learner(f"p{n}", dice.randrange(12), dice.randrange(40)) for n in range(desks * 3)]
    piles = [[person for person in people if dice.randrange(desks) == desk] for desk in range(desks)]
    names = [supervisor(f"s{n}", *pile, minutes=dice.choice([None, 60])) for n, pile in enumerate(piles)]
    taken = {person.id for one in names for person in one.people}
    for n, one in enumerate(names):  # one supervisor each
        mine = tuple(person for person in one.people if not any(person in other.people for other in names[:n]))
        names[n] = Supervisor(one.id, one.name, one.limits, mine, one.until)
    without = [person for person in people if person.id not in taken]
    steps = 0
    while change := suggest(names, without):
        above = {one.id for one in names if one.is_above}
        names, without = after(names, change), [person for person in without if person != change.learner]
        assert {one.id for one in names if one.is_above} <= above
        steps += 1
        assert steps <= 2 * len(people)


def test_who_has_room_stands_in_the_order_of_what_they_would_have() -> None:
    some = [supervisor("grace", learner("a", 6)), supervisor("ruth", learner("b", 18)), supervisor("sam", learner("c", 2))]
    assert [one.name for one in with_room(some, learner("lena", 5))] == ["sam", "grace"]
