"""What the people of the day know they did: the harness's own list, which the database is held against."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from bench.faults.browser import Missed


class Came(StrEnum):
    """What an act came to, as far as the person at the screen knows."""

    DONE = "done"  # the site said so
    REFUSED = "refused"  # the site said why not
    UNKNOWN = "unknown"  # no answer, however often she pressed


@dataclass(frozen=True)
class Act:
    """One thing that somebody did. `number`: the form's submission, or the number of what came of it."""

    kind: str
    who: str
    came: Came
    number: UUID | None = None
    log: str = ""
    about: tuple[str, ...] = ()  # codes or ids of outcomes, ids of steps or activities
    said: str = ""


class Book:
    """Every act of the day, and every request that failed. Safe for threads."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.missed: list[Missed] = []
        self.odd: list[str] = []
        self.again = 0  # presses after the first
        self.last = time.monotonic()
        self._turn = threading.Lock()
        self._done = 0

    def note(self, *acts: Act, presses: int = 1) -> None:
        """Write acts down that one press made."""
        with self._turn:
            self.acts += acts
            self.again += presses - 1
            done = sum(act.came is Came.DONE for act in acts)
            if done:
                self._done, self.last = self._done + done, time.monotonic()

    def note_missed(self, missed: Missed) -> None:
        """Write down that a request failed."""
        with self._turn:
            self.missed.append(missed)

    def note_odd(self, words: str) -> None:
        """Write down an answer that no page of ours should give."""
        with self._turn:
            self.odd.append(words)

    def done(self) -> int:
        """Return how many acts the site has acknowledged."""
        return self._done

    def by(self, came: Came) -> list[Act]:
        """Return the acts that came to this."""
        return [act for act in self.acts if act.came is came]

    def answers(self) -> dict[tuple[str, str], list[Act]]:
        """Return what each person answered to each activity, in her order."""
        found: dict[tuple[str, str], list[Act]] = defaultdict(list)
        for act in self.acts:
            if act.kind in {"answered", "wrote"} and act.came is not Came.REFUSED:
                found[act.who, act.about[0]].append(act)
        return dict(found)


def derived(number: UUID, *names: str) -> UUID:
    """Return a number made from another, as the product makes the parts of one submission."""
    for name in names:
        number = uuid5(number, name)
    return number
