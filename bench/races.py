"""`python -m bench.races [200]`: two people decide on one outcome at the same moment, so many times.

Five kinds, in turn: two supervisors sign; a supervisor signs while the learner calls it back; one signs while another takes
the sign-off back that stands; a supervisor signs while her role is ended; one supervisor presses twice. Each must end in one outcome, with the loser told why, and in a ledger without
a finding. Real threads on a database of their own (SQLite, or a new one on the server of DATABASE_URL). Exit 0 when all did.
"""

import importlib
import json
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.scratch import scratch_database

KINDS = ("two supervisors", "signed against called back", "signed against taken back", "signed against role ended", "pressed twice")
NOT_WAITING = ("This outcome is not waiting", "has not sent this for sign-off")
TOLD: dict[str, tuple[str, ...]] = {
    "two supervisors": ("already signed this off on",),
    "signed against called back": NOT_WAITING,
    "signed against taken back": ("already signed this off on", *NOT_WAITING),
    "signed against role ended": ("You do not supervise at",),
}


class Home:
    """One workplace with a framework of one outcome, and somebody new for every race."""

    def __init__(self) -> None:
        self.people, self.progress = importlib.import_module("people.models"), importlib.import_module("progress.models")
        self.courses, self.proof = importlib.import_module("courses.models"), importlib.import_module("people.proof")
        self.refused, self.now = self.people.Refused, importlib.import_module("django.utils.timezone").now
        owner = self.people.Employer.objects.create(name="Races")
        self.home = self.people.Workplace.objects.create(employer=owner, name="Race House")
        self.framework = self.courses.Framework.objects.create(key="races", title="Races", edition="1", wording="own")
        area = self.courses.Area.objects.create(framework=self.framework, code="1", title="Races", position=1)
        self.courses.Outcome.objects.create(framework=self.framework, area=area, code="1.1", text="Run", kind="practice", position=1)
        self.grace, self.second = self.somebody("supervisor"), self.somebody("supervisor")

    def somebody(self, role: str) -> Any:
        """Return somebody new with a role here."""
        user = self.people.User.objects.create_user(f"{role}-{uuid4().hex[:12]}", full_name=f"A {role}")
        self.people.Membership.objects.create(user=user, workplace=self.home, role=role)
        return user

    def declared(self) -> Any:
        """Return an entry of a new learner that waits."""
        her = self.somebody("learner")
        log = self.progress.ProgressLog.open(by=her, framework=self.framework, workplace=self.home, submission=uuid4())
        words = {"kind": "reflective_account", "title": "A run", "text": "I ran."}
        self.progress.Evidence.add(log, [log.entries.get()], by=her, submission=uuid4(), **words)
        log.entries.get().declare(by=her, statement="I am ready.", submission=uuid4())
        return log.entries.get()

    def signs(self, entry: Any, by: Any, submission: Any = None) -> Callable[[], Any]:
        """Return the act of signing, ready to run in a thread of its own."""
        mine, submission = self.progress.LogEntry.objects.get(pk=entry.pk), submission or uuid4()
        proof = self.proof.Proof("password", self.now())
        how = {"proof": proof, "method": "observation", "statement": "I saw it.", "seen": mine.version}
        return lambda: mine.sign_off(by=by, submission=submission, **how)

    def takes_back(self, entry: Any, by: Any) -> Callable[[], Any]:
        """Return the act of taking the sign-off back that stands."""
        mine = self.progress.LogEntry.objects.get(pk=entry.pk)
        how = {"proof": self.proof.Proof("password", self.now()), "reason": "The wrong person.", "seen": mine.version}
        return lambda: mine.withdraw_sign_off(by=by, submission=uuid4(), **how)

    def race(self, kind: str) -> tuple[Any, list[Callable[[], Any]]]:
        """Return an entry and the two acts that race for it."""
        entry = self.declared()
        if kind == "two supervisors":
            return entry, [self.signs(entry, self.grace), self.signs(entry, self.second)]
        if kind == "signed against called back":
            hers = self.progress.LogEntry.objects.get(pk=entry.pk)
            return entry, [self.signs(entry, self.grace), lambda: hers.call_back(by=hers.learner, submission=uuid4())]
        if kind == "signed against taken back":
            late = self.signs(entry, self.second)
            self.signs(entry, self.grace)()
            return entry, [late, self.takes_back(entry, self.grace)]
        if kind == "signed against role ended":
            leaving = self.somebody("supervisor")
            ends = self.people.Membership.objects.get(user=leaving)
            return entry, [self.signs(entry, leaving), lambda: ends.end(by=self.grace) or "ended"]
        submission = uuid4()
        return entry, [self.signs(entry, self.grace, submission), self.signs(entry, self.grace, submission)]


def at_once(acts: list[Callable[[], Any]], refused: type[Exception]) -> list[Any]:
    """Run acts at the same moment; return what each gave, or its words when it was refused."""
    db, start = importlib.import_module("django.db"), threading.Barrier(len(acts))
    came: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        db.connection.ensure_connection()
        start.wait()
        try:
            came[place] = act()
        except refused as error:
            came[place] = " ".join(error.messages)  # type: ignore[attr-defined]
        finally:
            db.connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def wrong_with(kind: str, entry: Any, came: list[Any]) -> str | None:
    """Return what is wrong with how a race ended, or None."""
    entry.refresh_from_db()
    signatures = entry.sign_offs.filter(withdrawn_at=None).count()
    won = [one for one in came if not isinstance(one, str) or one == "ended"]
    lost = [one for one in came if isinstance(one, str) and one != "ended"]
    if any(one is None for one in came):
        return "somebody was neither heard nor refused"
    if signatures > 1 or (entry.state == "signed_off") != (signatures == 1):
        return f"{signatures} signatures, and the state is {entry.state}"
    if kind == "signed against taken back" and (entry.state, entry.sign_offs.count()) != ("returned", 1):
        return f"taken back, and the state is {entry.state}"
    if kind == "pressed twice":
        return None if signatures == 1 and won[0] == won[-1] and not lost else "pressed twice was not the same once"
    if kind == "signed against role ended":
        return None if all(_explains(kind, said) for said in lost) and (signatures == 1) != bool(lost) else "the loser was not told why"
    fits = len(won) == 1 and len(lost) == 1 and _explains(kind, lost[0])
    return None if fits else f"{len(won)} won; the loser was told: {lost}"


def _explains(kind: str, said: str) -> bool:
    return any(words in said for words in TOLD[kind])


def run(times: int) -> int:
    """Race so often; print, last, what came of it. Return the exit status."""
    home = Home()
    came: Counter[str] = Counter()
    for number in range(times):
        kind = KINDS[number % len(KINDS)]
        entry, acts = home.race(kind)
        wrong = wrong_with(kind, entry, at_once(acts, home.refused))
        came["WRONG" if wrong else kind] += 1
        if wrong:
            print(f"WRONG  {kind}: {wrong}", flush=True)
    findings = importlib.import_module("progress.verification").verify().findings
    for finding in findings[:5]:
        print(finding)
    vendor = importlib.import_module("django.db").connection.vendor
    print(json.dumps({"database": vendor, "races": times, "came": came, "findings": len(findings)}))
    return 1 if came["WRONG"] or findings else 0


def main(times: int) -> int:
    """Make a database of its own, race, and throw it away."""
    with tempfile.TemporaryDirectory(prefix="countersign-races-") as name:
        os.environ["COUNTERSIGN_DATA_DIR"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
        with scratch_database(Path(name)):
            importlib.import_module("django").setup()
            importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
            try:
                return run(times)
            finally:
                importlib.import_module("django.db").connections.close_all()


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["200"])[0])))
