"""Learners and supervisors, and what each of them does: pages are opened, forms are read, filled in and sent."""

import io
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random
from uuid import UUID

from pypdf import PdfReader

from bench.faults.book import Act, Book, Came
from bench.faults.browser import PASSWORD, Answer, Browser, Fields, Files, Form, GaveUp

OUTCOME = re.compile(r'id="outcome-([0-9a-f-]{36})"><span class="caption">\S+ ([\d.]+)</span>')
CODE = re.compile(r"\b(?:[0-9A-Z]{5}-){5}[0-9A-Z]\b")
WORDS = "I sat down beside her and waited. She looked at the window, then at me. I did not speak first."
MOST_AT_ONCE = 6  # outcomes in one batch


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


class Learner(Person):
    """Learns, collects evidence, declares, and asks for papers."""

    def __init__(self, username: str, full_name: str, world: World, chance: Random) -> None:
        super().__init__(username, world, chance)
        self.full_name, self.log = full_name, Log()
        self.given: dict[str, str] = {}
        self.steps = [f"{path}step/{number}/" for path, count in world.modules for number in range(1, count + 1)]
        self.next_step = 0
        self.open_steps: dict[str, list[Form]] = {}  # steps that are still open in her browser
        self.papers: list[str] = []

    def act(self) -> None:
        """Do one thing."""
        if not self.log.id:
            return self.open_log()
        ways: dict[Callable[[], None], int] = {
            self.answer: 20,
            self.write: 9,
            self.go_on: 9 if self.next_step < len(self.steps) else 0,
            self.add_words: 16,
            self.add_photo: 2,
            self.declare: 26,
            self.call_back: 5,
            self.ask_for_pdf: 2,
            self.check_paper: 3 if self.papers else 0,
        }
        (way,) = self.chance.choices(list(ways), list(ways.values()))
        way()

    def open_log(self) -> None:
        """Open the log."""
        path = f"/learn/start/{self.world.framework}/"
        if form := self.form(path):
            answer = self.send([self.act_of("opened", form.fields["submission"][0])], path, form.fields)
            if answer:
                self.log.id = answer.location.rstrip("/").rpartition("/")[2]
                self.log.states.update(dict.fromkeys(self.world.codes, "open"))

    def _step(self, path: str, to: str) -> Form | None:
        """Return a form of a step, which stays open once she has been there."""
        if path not in self.open_steps and (page := self.look(path)):
            self.open_steps[path] = page.page.forms
        return next((form for form in self.open_steps.get(path, []) if to in form.action), None)

    def answer(self) -> None:
        """Choose another answer to a question than the last time."""
        form = self._step(self.chance.choice(self.steps), "/answer/")
        if form is None:
            return
        path = form.action.partition("#")[0]
        activity = path.rstrip("/").rpartition("/")[2]
        chosen = self.chance.choice([option for option in form.choices["chosen"] if option != self.given.get(activity)])
        if self.send([self.act_of("answered", about=(activity,), said=chosen)], path, {"chosen": [chosen]}):
            self.given[activity] = chosen

    def write(self) -> None:
        """Answer in words."""
        form = self._step(self.chance.choice(self.steps), "/words/")
        if form is None:
            return
        path = form.action.partition("#")[0]
        activity, words = path.rstrip("/").rpartition("/")[2], f"{self.title('Thought')}. {WORDS}"
        self.send([self.act_of("wrote", about=(activity,), said=words)], path, {**form.fields, "words": [words]})

    def go_on(self) -> None:
        """Leave a step behind."""
        form = self._step(self.steps[self.next_step], "/continue/")
        if form is None:
            return
        step = form.action.rstrip("/").rpartition("/")[2]
        if self.send([self.act_of("went on", about=(step,))], form.action, form.fields):
            self.next_step += 1

    def add_words(self) -> None:
        """Write about something she did."""
        self._add("added words", "reflective-account", {"text": [WORDS]})

    def add_photo(self) -> None:
        """Show something she made."""
        photo = self.chance.choice(self.world.photos)
        self._add("added a photo", "work-product", {"text": [WORDS], "recognisable": ["nobody"]}, {"file": ("photo.jpg", photo)})

    def _add(self, kind: str, form_name: str, words: Fields, files: Files | None = None) -> None:
        codes = self.log.codes_in("open", "returned")
        if not codes:
            return
        code = self.chance.choice(codes)
        path = f"/learn/logs/{self.log.id}/{code}/evidence/{form_name}/"
        if form := self.form(path):
            title = self.title("Piece")
            act = self.act_of(kind, form.fields["submission"][0], log=self.log.id, about=(code,), said=title)
            if self.send([act], path, {**form.fields, "title": [title], **words}, files):
                self.log.evidence.add(code)

    def declare(self) -> None:
        """Send an outcome to the supervisor."""
        codes = [code for code in self.log.codes_in("open", "returned") if code in self.log.evidence]
        self._press("declared", codes, "declare", "declared")

    def call_back(self) -> None:
        """Take it back."""
        self._press("called back", self.log.codes_in("declared"), "call-back", "open")

    def _press(self, kind: str, codes: list[str], page: str, becomes: str) -> None:
        if not codes:
            return
        code = self.chance.choice(codes)
        path = f"/learn/logs/{self.log.id}/{code}/{page}/"
        if form := self.form(path):
            act = self.act_of(kind, form.fields["submission"][0], log=self.log.id, about=(code,))
            if self.send([act], path, form.fields):
                self.log.states[code] = becomes

    def ask_for_pdf(self) -> None:
        """Ask for the log on paper."""
        asked = self.act_of("asked for a PDF", log=self.log.id)
        try:
            answer = self.browser.send(f"/logs/{self.log.id}/export/", {})
        except GaveUp:
            return self.book.note(asked)
        if not answer.is_done:
            return self.book.note_odd(f"{self.username}: asked for a PDF, and the site answered {answer.status}")
        paper = answer.location.rstrip("/").rpartition("/")[2]
        self.papers.append(paper)
        self.book.note(replace(asked, came=Came.DONE, number=UUID(paper)), presses=answer.presses)
        return None

    def check_paper(self) -> None:
        """Take a paper that is ready, and ask the site whether it stands."""
        paper = self.chance.choice(self.papers)
        taken = self.browser.open(f"/exports/{paper}/download/")
        if taken.status != 200:
            return
        self.papers.remove(paper)
        code = CODE.search(PdfReader(io.BytesIO(taken.body)).pages[0].extract_text())
        said = self.look(f"/verify/?code={code[0]}") if code else None
        if said is None or self.full_name not in said.body.decode():
            return self.book.note_odd(f"{self.username}: the site does not know its own paper {paper}")
        checked = Act("checked a paper", self.username, Came.DONE, UUID(paper), said=sha256(taken.body).hexdigest())
        return self.book.note(checked)


class Supervisor(Person):
    """Decides on what was sent, takes back, and records what she saw."""

    def __init__(self, username: str, learners: Sequence[Learner], world: World, chance: Random) -> None:
        super().__init__(username, world, chance)
        self.learners = learners

    def act(self) -> None:
        """Do one thing, for somebody who has a log."""
        logs = [learner.log for learner in self.learners if learner.log.id]
        if logs:
            (way,) = self.chance.choices([self.decide, self.take_back, self.record], [8, 2, 2])
            way(max(self.chance.sample(logs, min(3, len(logs))), key=lambda log: len(log.codes_in("declared"))))

    def decide(self, log: Log) -> None:
        """Sign off or return a batch."""
        desk = self.look(f"/review/{log.id}/")
        form = desk.page.to("/check/") if desk else None
        if desk is None or form is None:
            return
        codes = dict(OUTCOME.findall(desk.body.decode()))
        chosen = self.chance.sample(list(codes), min(len(codes), self.chance.randint(1, MOST_AT_ONCE)))
        for entry in chosen:
            form.fields |= self._decision(entry)
        if self.browser.send(form.action, form.fields).is_done and (check := self.form(form.action, to="/decide/")):
            self._sign(log, check, {entry: codes[entry] for entry in chosen})

    def _decision(self, entry: str) -> Fields:
        if self.chance.random() < 0.2:
            return {f"{entry}-decision": ["return"], f"{entry}-reason": [self.title("Not enough")]}
        return {f"{entry}-decision": ["sign_off"], f"{entry}-method": ["observation"]}

    def _sign(self, log: Log, form: Form, codes: dict[str, str]) -> None:
        kinds = {entry: "signed off" if form.fields[f"{entry}-decision"] == ["sign_off"] else "returned" for entry in codes}
        number = form.fields["submission"][0]
        acts = [self.act_of(kind, number, log=log.id, about=(entry,)) for entry, kind in kinds.items()]
        if self.send(acts, form.action, _proved(form)):
            log.states.update({codes[entry]: kind for entry, kind in kinds.items()})

    def take_back(self, log: Log) -> None:
        """Take a sign-off back."""
        signed = log.codes_in("signed off")
        if not signed:
            return
        code = self.chance.choice(signed)
        path = f"/review/{log.id}/{code}/withdraw/"
        if form := self.form(path, holding="seen"):
            reason = self.title("Taken back")
            act = self.act_of("took back", form.fields["submission"][0], log=log.id, about=(code,), said=reason)
            if self.send([act], path, _proved(form) | {"reason": [reason]}):
                log.states[code] = "returned"

    def record(self, log: Log) -> None:
        """Record what she saw."""
        path = f"/review/{log.id}/record/"
        form = self.form(path, holding="seen_on")
        if form is None or not form.choices.get("outcomes"):
            return
        outcomes = self.chance.sample(form.choices["outcomes"], min(2, len(form.choices["outcomes"])))
        title = self.title("Seen")
        fields = {**form.fields, "kind": ["observation"], "title": [title], "text": [WORDS], "outcomes": outcomes}
        act = self.act_of("recorded", form.fields["submission"][0], log=log.id, about=tuple(outcomes), said=title)
        self.send([act], path, fields)


def _proved(form: Form) -> Fields:
    return {**form.fields, **({"password": [PASSWORD]} if form.asks_password else {})}
