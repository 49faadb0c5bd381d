"""Supervisors: they decide on what was sent, take back, and record what they saw."""

import re
from collections.abc import Sequence
from random import Random

from bench.faults.browser import PASSWORD, Fields, Form
from bench.faults.learner import Learner
from bench.faults.people import WORDS, Log, Person, World

OUTCOME = re.compile(r'id="outcome-([0-9a-f-]{36})"><span class="caption">\S+ ([\d.]+)</span>')
MOST_AT_ONCE = 6  # outcomes in one batch


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
