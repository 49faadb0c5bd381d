"""`python -m bench.faults [20] [postgres|sqlite]`: so many faults in a day of 40 times as many acts; without a name, on both databases.

Everything is started here and is nobody else's: a disk, a PostgreSQL, a Redis, web server, worker and beat, each in a
process that this program alone kills. The services' words stand in the folder it names, which is kept when something is
wrong. Exit 0 when every acknowledged act is there exactly once and the ledger verifies, else 1. SEED=… chooses another day;
MINUTES=… ends it early, and what was done until then is looked at.
"""

import importlib
import os
import signal
import subprocess
import sys
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

from bench.faults.stand import MB, Stand, a_stand, with_own_mounts

if TYPE_CHECKING:
    from bench.faults.aftermath import Findings
    from bench.faults.day import Day

ACTS_EACH = 40  # acts to each fault
NAMES = {"postgres": "PostgreSQL", "sqlite": "SQLite"}
DRAIN = 300  # seconds until the last paper must be made
SOME = 5  # records that the independent verifier reads


def one_day(database: str, number: int, seed: int) -> int:
    """Live through one day on one database, print what came of it, and return the exit status."""
    with a_stand(database, 1024 * MB + number * 3 * MB) as stand:
        print(f"{NAMES[database]}, {number} faults, seed {seed}. What the services say is in {stand.logs}", flush=True)
        stand.lay_foundations()
        importlib.import_module("django").setup()
        module: Any = importlib.import_module("bench.faults.day")
        harm: Any = importlib.import_module("bench.faults.harm")
        world, learners, supervisors = module.prepare(stand.port, number, seed)
        stand.open_the_doors()
        stand.wait_for_the_doors()
        day = module.Day(learners, supervisors, harm.Harm(stand, number, ACTS_EACH, Random(seed)), world.book, seed)
        try:
            day.run(number * ACTS_EACH, 60 * float(os.environ.get("MINUTES", "inf")))
            return _settle(database, stand, day, learners)
        except module.Stuck as stuck:
            stand.keep_logs = True
            print(f"The day did not go on: {stuck}", flush=True)
            return 1


def _settle(database: str, stand: Stand, day: "Day", learners: Any) -> int:
    aftermath: Any = importlib.import_module("bench.faults.aftermath")
    stand.start_afresh()
    drained = aftermath.drain(DRAIN)
    found: Findings = aftermath.compare(day.book)
    found.other += [*drained, *day.book.odd, *aftermath.unexplained(day.book, day.harm.felt)]
    against = aftermath.verify([learner for learner in learners if learner.log.id][:SOME], stand.folder)
    found.other += against
    _show(day, aftermath.strays())
    for words in found.all()[:50]:
        print(words)
    verdict = "the ledger DOES NOT VERIFY" if against else "ledger verifies"
    other = (
        f", {len(found.unsent) + len(found.other) - len(against)} otherwise wrong" if found.unsent or found.other[len(against) :] else ""
    )
    stand.keep_logs = bool(found.all())
    acts, faults = day.book.done(), day.harm.done.total()
    print(
        f"{faults} faults in {acts} acts on {NAMES[database]}: {len(found.lost)} lost, {len(found.twice)} twice{other}, {verdict}",
        flush=True,
    )
    return int(bool(found.all()))


def _show(day: "Day", strays: list[str]) -> None:
    book = day.book
    for title, counted in (("faults", day.harm.done), ("acts", Counter(act.kind for act in book.acts if act.came == "done"))):
        print(f"\n{title}")
        for kind, count in counted.most_common():
            print(f"  {kind:28} {count:6}")
    came = Counter(act.came.value for act in book.acts)
    failed = Counter(missed.came for missed in book.missed)
    print(f"\npressed again {book.again} times; told no {came['refused']} times; never answered {came['unknown']}")
    print(f"requests without a proper answer: {dict(failed.most_common())}")
    print(f"files that no row names: {len(strays)}\n")


def both(number: int) -> int:
    """Run each database in a process of its own, because the product reads its settings once."""
    statuses = [subprocess.run([sys.executable, "-m", "bench.faults", str(number), name], check=False).returncode for name in NAMES]
    return max(statuses)


def main() -> int:
    """Read what is asked for."""
    asked = sys.argv[1:] or ["20"]
    if len(asked) < 2:
        return both(int(asked[0]))
    if asked[1] not in NAMES:
        print(f"{asked[1]} is no database of ours. Use postgres or sqlite.")
        return 2
    with_own_mounts()
    return one_day(asked[1], int(asked[0]), int(os.environ.get("SEED", "1")))


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
