"""What everybody at the two homes has in common: pages are opened, forms are read, filled in and sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from uuid import UUID

from bench.faults.book import Act, Book, Came
from bench.faults.browser import Answer, Browser, Fields, Files, Form, GaveUp

WORDS = "I sat down beside her and waited. She looked at the window, then at me. I did not speak first."


@dataclass(frozen=True)
class World:
    """What everybody has in common: the site, the set of outcomes, the modules' addresses with their number of steps, some photos."""

    port: int
    framework: str
    codes: tuple[str, ...]
    modules: tuple[tuple[str, int], ...]
    photos: tuple[bytes, ...]
    book: Book


class Person:
    """Somebody with a browser."""

    def __init__(self, username: str, world: World, chance: Random) -> None:
        self.username, self.world, self.chance, self.book = username, world, chance, world.book
        self.browser = Browser(world.port, username, world.book.note_missed, chance)
        self.count = 0

    def look(self, path: str) -> Answer | None:
        """Open a page; None when the site leads elsewhere, because there is nothing to do there now."""
        answer = self.browser.open(path)
        if answer.status not in {200, 302}:
            self.book.note_odd(f"{self.username}: {path} answered {answer.status}")
        return answer if answer.status == 200 else None

    def form(self, path: str, *, to: str = "", holding: str = "submission") -> Form | None:
        """Return a form of a page, by a part of its address or by a field in it."""
        page = self.look(path)
        forms = page.page.forms if page else []
        return next((form for form in forms if (to in form.action if to else holding in form.fields)), None)

    def send(self, acts: Sequence[Act], path: str, fields: Fields, files: Files | None = None) -> Answer | None:
        """Send a form, write down what came of it, and return the answer when it was done."""
        try:
            answer = self.browser.send(path, fields, files)
        except GaveUp:
            self.book.note(*acts)
            return None
        came = Came.DONE if answer.is_done else Came.REFUSED
        if answer.status not in {200, 302}:
            self.book.note_odd(f"{self.username}: {acts[0].kind} at {path} answered {answer.status}")
        self.book.note(*(replace(act, came=came) for act in acts), presses=answer.presses)
        return answer if answer.is_done else None

    def act_of(self, kind: str, number: str = "", **more: object) -> Act:
        """Return an act that nobody has answered yet."""
        return Act(kind, self.username, Came.UNKNOWN, UUID(number) if number else None, **more)  # type: ignore[arg-type]

    def title(self, kind: str) -> str:
        """Return words that nobody ever said before, so that they can be counted afterwards."""
        self.count += 1
        return f"{kind} {self.count} of {self.username}"


@dataclass
class Log:
    """What is known of a learner's log by those who work on it."""

    id: str = ""
    states: dict[str, str] = field(default_factory=lambda: defaultdict(lambda: "open"))
    evidence: set[str] = field(default_factory=set)

    def codes_in(self, *states: str) -> list[str]:
        """Return the outcomes that are thought to be in one of these states."""
        return [code for code, state in list(self.states.items()) if state in states]
