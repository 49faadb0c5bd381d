"""Learners: they learn, collect evidence, declare, and ask for papers."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from random import Random
from uuid import UUID

from pypdf import PdfReader

from bench.faults.book import Act, Came
from bench.faults.browser import Fields, Files, Form, GaveUp
from bench.faults.people import WORDS, Log, Person, World

CODE = re.compile(r"\b(?:[0-9A-Z]{5}-){5}[0-9A-Z]\b")


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
        self._add("added a photo", "work-product", {"text": [WORDS]}, {"file": ("photo.jpg", photo)})

    def _add(self, kind: str, form_name: str, words: Fields, files: Files | None = None) -> None:
        codes = self.log.codes_in("open", "returned")
        if not codes:
            return
        code = self.chance.choice(codes)
        path = f"/learn/logs/{self.log.id}/{code}/evidence/{form_name}/"
        if form := self.form(path):
            title = self.title("Piece")
            act = self.act_of(kind, form.fields["submission"][0], log=self.log.id, about=(code,), said=title)
            filled = {**form.fields, "title": [title], **words}
            said = self._looked_at(path, filled, files) if files else filled
            if said and self.send([act], path, said):
                self.log.evidence.add(code)

    def _looked_at(self, path: str, said: Fields, files: Files) -> Fields | None:
        """Choose a file, look who could be recognised in it, and return the form that adds it; None when the site asks for nothing."""
        try:
            page = self.browser.send(path, said, files).page
        except GaveUp:
            return None
        look = next((form for form in page.forms if form.fields.get("kept", [""])[0]), None)
        return {**look.fields, "act": ["keep"]} if look else None

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
