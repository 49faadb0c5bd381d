"""`python -m bench.renders [500] [postgres|sqlite]`: so many PDFs, and a worker's child killed every ten of them.

The real worker and beat of `manage.py serve`, on a database (and Redis) of their own. At the end each wish must have been answered
once: one row that is ready, one file, one event; and no file that no row knows. Exit 0 when that is so.
"""

import importlib
import sys
import time
from collections import Counter
from random import Random
from typing import Any

from bench.faults.stand import MB, Stand, a_stand

EVERY = 10  # renders between two kills
LOOK = 0.2  # seconds
LONGEST = 3600  # seconds


def wishes(number: int) -> None:
    """Let that many learners ask for the PDF of a log of sixty outcomes."""
    models: Any = importlib.import_module("progress.models")
    people: Any = importlib.import_module("people.models")
    cast: Any = importlib.import_module("tests.cast")
    reports: Any = importlib.import_module("reports.models")
    role: Any = importlib.import_module("people.permissions").Role.LEARNER
    workplace = people.Workplace.objects.create(employer=people.Employer.objects.create(name="Rosewood Care"), name="Rosewood House")
    framework = cast.make_framework(60)
    for n in range(number):
        learner = cast.person(f"learner{n}", f"Learner Number {n}")
        cast.employ(learner, workplace, role)
        log = models.ProgressLog.open(
            by=learner, framework=framework, workplace=workplace, submission=importlib.import_module("uuid").uuid4()
        )
        reports.LogExport.objects.create(log=log, requested_by=learner)


def answered(stand: Stand, number: int) -> tuple[int, int]:
    """Wait until every wish is answered, killing on the way; return how many kills there were and how many megabytes a child took at most."""
    exports: Any = importlib.import_module("reports.models").LogExport.objects
    chance, kills, most = Random(1), 0, 0
    end = time.monotonic() + LONGEST
    while (done := exports.issued().count()) < number and time.monotonic() < end:
        most = max([most, *map(_megabytes, _workers(stand))])
        if done >= EVERY * (kills + 1) and stand.keeper["worker"].kill_a_child(chance.choice):
            kills += 1
        time.sleep(LOOK)
    return kills, most


def _workers(stand: Stand) -> list[int]:
    children: Any = importlib.import_module("bench.server").children_of
    try:
        return list(children(stand.keeper["worker"].pid))
    except OSError:
        return []


def _megabytes(pid: int) -> int:
    """Return what a process takes of the machine: pages that several share count for each in part (PSS)."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
            return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) // 1024
    except OSError:
        return 0


def wrong(number: int) -> list[str]:
    """Return what is not as it must be."""
    reconcile: Any = importlib.import_module("reports.reconcile")
    reconcile.YOUNG = importlib.import_module("datetime").timedelta(0)  # nobody is about to issue anything any more
    states = Counter(importlib.import_module("reports.models").LogExport.objects.values_list("state", flat=True))
    said = [] if states == {"ready": number} else [f"The rows are {dict(states)}."]
    return said + [found.says for found in reconcile.differences()]


def main() -> int:
    """Render, kill, look, and say what was found."""
    number, database = int((sys.argv[1:] or ["500"])[0]), (sys.argv[2:] or ["postgres"])[0]
    with a_stand(database, 1024 * MB) as stand:
        stand.lay_foundations()
        importlib.import_module("django").setup()
        importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
        wishes(number)
        stand.open_the_doors()
        begun = time.monotonic()
        kills, most = answered(stand, number)
        took = time.monotonic() - begun
        stand.keeper.stop()
        found = wrong(number)
        stand.keep_logs = bool(found)
        print("\n".join(found))
        print(f"{number} PDFs, {kills} workers killed, on {database}: {len(found)} findings, {took:.0f} s, {most} MB at most in a worker")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
