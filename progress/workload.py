"""How much waits on each supervisor's desk, whether it is too much, and what would help.

Two methods, side by side. A *weighted ceiling*: each outcome that waits has a weight by
how much care it takes, and one ceiling holds for everybody. *Individual capacity*: the
minutes it takes to read what waits, against the minutes a week agreed with each person.
Everything here is a pure function of these numbers; progress/supervision.py reads them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.models import Outcome


class Weight(NamedTuple):
    """Units of weight, what has it, and why."""

    units: int
    what: str | Promise
    why: str | Promise


KNOWLEDGE = Weight(1, _("An outcome of knowledge only"), _("You read what somebody can explain."))
PRACTICE = Weight(2, _("An outcome with practice"), _("You look for what was done, not only for what is said."))
ALONE = Weight(3, _("An outcome that is signed off one at a time"), _("The risk is high, so it takes the most care."))
MORE = Weight(1, _("More, for files, for many words, or for something to see at its place"), _("It takes longer than the outcome alone."))
WEIGHTS = (KNOWLEDGE, PRACTICE, ALONE, MORE)

MANY_WORDS = 600  # three minutes of reading
WORDS_A_MINUTE = 200  # slower than most people read, because it is read to judge it
LETTERS_A_WORD = 6  # English words have five letters on average, and a space
MINUTES_AN_OUTCOME = 2  # its own words, what was answered in a module, and the decision
MINUTES_A_FILE = 2
MINUTES_A_PLACE = 5  # to go where it is kept


@dataclass(frozen=True)
class Waiting:
    """What counts of one outcome that waits, and of the evidence beside it: letters of text, files, and things to see at their place."""

    kind: str
    alone: bool = False
    letters: int = 0
    files: int = 0
    places: int = 0

    @property
    def words(self) -> int:
        """Return about how many words there are to read."""
        return self.letters // LETTERS_A_WORD


def weight_of(waiting: Waiting) -> int:
    """Return the units of weight of one outcome that waits."""
    kind = ALONE if waiting.alone else KNOWLEDGE if waiting.kind == Outcome.Kind.KNOWLEDGE else PRACTICE
    more = MORE.units if waiting.files or waiting.places or waiting.words > MANY_WORDS else 0
    return kind.units + more


def minutes_for(waiting: Waiting) -> int:
    """Return about how many minutes one outcome that waits takes, rounded up."""
    return ceil(waiting.words / WORDS_A_MINUTE) + MINUTES_AN_OUTCOME + MINUTES_A_FILE * waiting.files + MINUTES_A_PLACE * waiting.places


@dataclass(frozen=True)
class Load:
    """What waits, added up: outcomes, their weight, and minutes."""

    items: int = 0
    weight: int = 0
    minutes: int = 0

    @classmethod
    def of(cls, waiting: Waiting) -> "Load":
        """Return the load of one outcome."""
        return cls(1, weight_of(waiting), minutes_for(waiting))

    def __add__(self, other: "Load") -> "Load":
        return Load(self.items + other.items, self.weight + other.weight, self.minutes + other.minutes)


NOTHING = Load()


@dataclass(frozen=True)
class Limits:
    """The ceiling that everybody shares, and one person's minutes a week; None while none are agreed."""

    ceiling: int
    minutes: int | None = None

    def hold(self, load: Load) -> bool:
        """Return whether a load is within both."""
        return load.weight <= self.ceiling and (self.minutes is None or load.minutes <= self.minutes)


@dataclass(frozen=True)
class Learner:
    """One person whose work a supervisor looks at. `supervision`: the row that says whose she is; None without a supervisor."""

    id: UUID
    name: str
    load: Load = NOTHING
    supervision: UUID | None = None


@dataclass(frozen=True)
class Supervisor:
    """One person who signs off here, and her people.

    `until`: her last day, when she only covers or is about to leave; nobody is suggested to her then.
    `membership`: the role she signs with, which holds her minutes.
    """

    id: UUID
    name: str
    limits: Limits
    people: tuple[Learner, ...] = ()
    until: date | None = None
    membership: UUID | None = None

    @property
    def load(self) -> Load:
        """Return what waits from all her people."""
        return sum((learner.load for learner in self.people), NOTHING)

    @property
    def is_above(self) -> bool:
        """Whether more waits than one of her limits allows."""
        return not self.limits.hold(self.load)

    @property
    def room(self) -> int:
        """Return how much weight there is room for; below zero when she is above the ceiling."""
        return self.limits.ceiling - self.load.weight

    @property
    def above(self) -> int:
        """Return how much weight is above the ceiling."""
        return max(-self.room, 0)

    @property
    def minutes_above(self) -> int:
        """Return how many minutes are more than she has in a week."""
        return max(self.load.minutes - self.limits.minutes, 0) if self.limits.minutes is not None else 0

    def can_take(self, learner: Learner) -> bool:
        """Return whether she could have this learner too and stay within her limits."""
        return learner.id != self.id and learner not in self.people and self.limits.hold(self.load + learner.load)

    def is_eased_by(self, learner: Learner) -> bool:
        """Return whether she would be within her limits without this learner."""
        rest = tuple(one for one in self.people if one is not learner)
        return self.limits.hold(sum((one.load for one in rest), NOTHING))


@dataclass(frozen=True)
class Suggestion:
    """Give `learner` to `to`; `giver` is who has her now, None when nobody does."""

    learner: Learner
    to: Supervisor
    giver: Supervisor | None = None

    @property
    def weight_after(self) -> int:
        """Return the weight that `to` would then have."""
        return self.to.load.weight + self.learner.load.weight


def with_room(supervisors: Iterable[Supervisor], learner: Learner) -> list[Supervisor]:
    """Return who could take a learner, best first: who will then have the least weight, then the fewest people, then by name."""
    able = [one for one in supervisors if not one.until and one.can_take(learner)]
    return sorted(able, key=lambda one: (one.load.weight, len(one.people), one.name, one.id))


def suggest(supervisors: Sequence[Supervisor], without: Sequence[Learner] = ()) -> Suggestion | None:
    """Return the one change that helps most, or None: first who is above a limit is eased, then who has no supervisor gets one.

    Nobody is brought above a limit by it. Each change takes something from somebody who is above and gives
    it to somebody who stays within, so that one after another they come to an end.
    """
    return next(_to_ease(supervisors), None) or next(_to_place(supervisors, without), None)


def _to_ease(supervisors: Sequence[Supervisor]) -> Iterator[Suggestion]:
    """For each who is above, the furthest first: the lightest learner who brings her within, else the heaviest who can go."""
    above = sorted((one for one in supervisors if one.is_above), key=lambda one: (-one.above, -one.minutes_above, one.name, one.id))
    for giver in above:
        others = [one for one in supervisors if one is not giver]
        for learner in sorted((one for one in giver.people if one.load.items), key=lambda one: _eases_first(giver, one)):
            for taker in with_room(others, learner)[:1]:
                yield Suggestion(learner, taker, giver)


def _eases_first(giver: Supervisor, learner: Learner) -> tuple[bool, int, int, str, UUID]:
    enough = giver.is_eased_by(learner)
    sign = 1 if enough else -1
    return (not enough, sign * learner.load.weight, sign * learner.load.minutes, learner.name, learner.id)


def _to_place(supervisors: Sequence[Supervisor], without: Sequence[Learner]) -> Iterator[Suggestion]:
    """For each without a supervisor, the one with the most waiting first: who has room."""
    for learner in sorted(without, key=lambda one: (-one.load.weight, one.name, one.id)):
        for taker in with_room(supervisors, learner)[:1]:
            yield Suggestion(learner, taker)
