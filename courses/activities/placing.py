"""Things that are each put somewhere: beside its pair, in its place, into its group.

Matching, ordering and sorting are asked and judged in the same way: every thing is a row
with a list to choose from. Nothing has to be dragged.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.utils.translation import gettext as _

from courses.activities.activity import Asks, Told


@dataclass(frozen=True)
class Row:
    """One thing to put somewhere: its key, where it belongs (the key of a choice), and what to say about it there and elsewhere."""

    key: str
    text: str
    right: str
    feedback: str
    hint: str = ""

    @property
    def name(self) -> str:
        """Return the name of its field."""
        return f"row-{self.key}"


@dataclass(frozen=True)
class Choice:
    """Somewhere a thing can be put."""

    key: str
    text: str


@dataclass(frozen=True)
class Placing(Asks):
    """Rows, and the choices that each row has."""

    prompt: str
    rows: tuple[Row, ...]
    choices: tuple[Choice, ...]
    is_marked: ClassVar[bool] = True

    def is_right(self, given: Mapping[str, Any]) -> bool | None:
        """Return whether every row stands where it belongs."""
        return all(given.get(row.name) == row.right for row in self.rows)

    def carried_over(self, given: Mapping[str, Any], before: Asks) -> Mapping[str, Any] | None:
        """Follow each row and each choice by its words, as long as every row is still there and belongs where it did."""
        if not isinstance(before, Placing) or before.belongs() != self.belongs():
            return None
        was = {choice.key: choice.text for choice in before.choices}
        now = {choice.text: choice.key for choice in self.choices}
        put = {row.text: now.get(was.get(given.get(row.name, ""), ""), "") for row in before.rows}
        return {row.name: put[row.text] for row in self.rows}

    def said_of(self, row: Row, put: str) -> str:
        """Return what to say about where a row was put (the key of a choice).

        What an author wrote explains the right place. Beside a wrong one it makes no sense, or gives it away.
        """
        return row.feedback if put == row.right else self.when_wrong(row, put)

    def when_wrong(self, row: Row, put: str) -> str:
        """Return what to say beside a wrong place."""
        return row.hint or _("It belongs somewhere else. Try another.")

    def belongs(self) -> dict[str, str]:
        """Return where each row belongs, both in words."""
        words = {choice.key: choice.text for choice in self.choices}
        return {row.text: words.get(row.right, "") for row in self.rows}

    def told(self, given: Mapping[str, Any]) -> list[Told]:
        """Return each row, and where it was put."""
        words = {choice.key: choice.text for choice in self.choices}
        put = ((row, given.get(row.name, "")) for row in self.rows)
        return [Told(row.text, words.get(key, ""), key == row.right if self.is_marked else None) for row, key in put]

    def solution(self) -> dict[str, Any] | None:
        """Return where every row belongs."""
        return {row.name: row.right for row in self.rows} if self.is_marked else None


Thing = TypeVar("Thing", Row, Choice)


def shuffled(things: Iterable[Thing], seed: str) -> tuple[Thing, ...]:
    """Return the things in an order that gives nothing away, and is the same each time the page is opened."""
    return tuple(sorted(things, key=lambda thing: hashlib.sha256(f"{seed} {thing.text}".encode()).digest()))
