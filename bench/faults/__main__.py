"""`python -m bench.faults [20] [postgres|sqlite]`: so many faults in a day of 40 times as many acts; without a name, on both databases.

Everything is started here and is nobody else's: a disk, a PostgreSQL, a Redis, web server, worker and beat, each in a
process that this program alone kills. The services' words stand in the folder it names, which is kept when something is
wrong. Exit 0 when every acknowledged act is there exactly once and the ledger verifies, else 1. SEED=… chooses another day;
MINUTES=… or Ctrl-C ends it early, and what was done until then is looked at; a second Ctrl-C, or SIGTERM, only cleans up.
"""

import importlib
import os
import signal
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

from bench.faults.stand import MB, Stand, a_stand, with_own_mounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.faults.day import Day
    from bench.faults.learner import Learner

ACTS_EACH = 40  # acts to each fault
NAMES = {"postgres": "PostgreSQL", "sqlite": "SQLite"}


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


def _settle(database: str, stand: Stand, day: "Day", learners: "Sequence[Learner]") -> int:
    """Start everything cleanly, let the last papers be made, look, and say what was found."""
    aftermath: Any = importlib.import_module("bench.faults.aftermath")
    papers = aftermath.papers_ready()  # by workers that met every fault of the day
    stand.start_afresh()
    found = aftermath.look(day, [learner for learner in learners if learner.log.id], stand.folder)
    stand.keep_logs = bool(found.all())
    say: Any = importlib.import_module("bench.faults.report")
    print(say.report(NAMES[database], day, found, papers), flush=True)
    return int(stand.keep_logs)


def both(number: int) -> int:
    """Run each database in a process of its own, because the product reads its settings once. Stop after the first that was ended early."""
    worst = 0
    for name in NAMES:
        child = subprocess.Popen([sys.executable, "-m", "bench.faults", str(number), name])
        try:
            worst = max(worst, child.wait())
        except KeyboardInterrupt:  # Ctrl-C reached it too: it looks at what was done, and ends
            return max(worst, child.wait())
        except SystemExit:
            child.terminate()
            child.wait()
            raise
    return worst


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


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell takes away from what runs in the background
    signal.signal(signal.SIGTERM, _leave)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
