"""A module as plain data: what a learner sees, read from the author's stream once per revision.

A page of fifteen blocks cost 24 queries and 20–31 ms when rendered from the stream
each time; an outline is built once, kept per revision, and costs none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from courses.activities.activity import Asks
from courses.activities.how_sure import HowSure

TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Part:
    """One thing in a step: `html` to read; or something that `asks`, with its fields in `html` as they are before an answer."""

    kind: str
    id: str
    html: str = ""
    asks: Asks | None = None

    @property
    def template(self) -> str:
        """Return the template that shows this part to a learner."""
        return f"activities/{self.kind}/learn.html"

    @property
    def fields_template(self) -> str:
        """Return the template of the fields alone, for something that asks: what is asked, what was given, what was wrong."""
        return f"activities/{self.kind}/fields.html"


@dataclass(frozen=True)
class Step:
    """One idea, one screen."""

    id: str
    number: int
    title: str
    parts: tuple[Part, ...]
    words: tuple[tuple[str, str], ...] = ()  # those of the module's glossary that stand in it, and what each means

    @property
    def asking(self) -> tuple[Part, ...]:
        """Return the parts that ask the learner for something."""
        return tuple(part for part in self.parts if part.asks)

    @property
    def marked(self) -> tuple[Part, ...]:
        """Return the parts that must be done right before the module is finished."""
        return tuple(part for part in self.parts if part.asks and part.asks.is_marked)


@dataclass(frozen=True)
class Outline:
    """The steps of a module, in order."""

    steps: tuple[Step, ...]

    @property
    def count(self) -> int:
        """Return how many steps there are."""
        return len(self.steps)

    def step(self, number: int) -> Step | None:
        """Return the step with this number, counted from 1."""
        return self.steps[number - 1] if 1 <= number <= len(self.steps) else None

    def number_of(self, step_id: str) -> int | None:
        """Return the number of the step with this id; None when an author removed it."""
        return next((step.number for step in self.steps if step.id == step_id), None)

    @property
    def closing(self) -> tuple[Part, ...]:
        """Return what is asked again when the module is finished."""
        again = ((part, part.asks) for step in self.steps for part in step.asking)
        return tuple(replace(part, id=asks.after().id, asks=asks.after(), html="") for part, asks in again if isinstance(asks, HowSure))

    def checks_of(self, code: str) -> list[tuple[Step, Part]]:
        """Return what checks that somebody knows an outcome, and the step each stands in."""
        return [(step, part) for step in self.steps for part in step.marked if part.asks and code in part.asks.outcomes]

    def practice_of(self, code: str) -> list[tuple[Step, Part]]:
        """Return the tasks at work that practise an outcome, and the step each stands in."""
        tasks = ((step, part, part.asks) for step in self.steps for part in step.asking)
        return [(step, part) for step, part, asks in tasks if asks and asks.is_practice and code in asks.outcomes]

    def find(self, activity_id: str) -> tuple[Step | None, Part] | None:
        """Return an activity and the step it stands in; None for the step of one that is asked at the end."""
        everywhere: list[tuple[Step | None, Part]] = [(step, part) for step in self.steps for part in step.asking]
        everywhere += [(None, part) for part in self.closing]
        return next((found for found in everywhere if found[1].id == activity_id), None)


def outline_of(stream: Any, glossary: Sequence[tuple[str, str]] = ()) -> Outline:
    """Read a StreamField of steps. A word of the glossary is explained in each step in which it stands."""
    return Outline(tuple(_step(number, child, glossary) for number, child in enumerate(stream, 1)))


def _step(number: int, child: Any, glossary: Sequence[tuple[str, str]]) -> Step:
    parts = tuple(_part(part) for part in child.value["content"])
    text = TAG.sub(" ", " ".join(part.html for part in parts))
    found = tuple((word, means) for word, means in glossary if re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE))
    return Step(child.id, number, child.value["title"], parts, found)


def _part(child: Any) -> Part:
    asks, html = child.block.asked(child.id, child.value)
    return Part(child.block_type, child.id, html, asks)
