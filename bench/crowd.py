"""`python -m bench.crowd [200] [postgres|sqlite]`: a manager collects so many logs, while learners elsewhere ask for their own one by one.

The real worker (one child) and beat of `manage.py serve`, on a database and Redis of their own. With one child, the PDFs that are
finished for a collection between a learner's wish and her own PDF are those that she waited for: at most the one that was being made. Another employer
collects five logs at the same time, and must get one PDF for each that the first one gets. Part of `make bench`. Exit 1 when a budget does not hold.
"""

import importlib
import sys
import time
from statistics import median
from typing import Any
from uuid import uuid4

from bench.faults.stand import MB, Stand, a_stand

OUTCOMES = 60
EVERY = 3.0  # seconds between two learners who ask
OTHERS = 5  # logs of the second employer
MOST_BEFORE_HERS = 1  # PDFs
LONGEST = 3600  # seconds


class Homes:
    """Two employers that collect, and a home of learners who ask one by one."""

    def __init__(self, number: int) -> None:
        self.cast: Any = importlib.import_module("tests.cast")
        self.people: Any = importlib.import_module("people.models")
        self.role: Any = importlib.import_module("people.permissions").Role
        self.logs: Any = importlib.import_module("progress.models").ProgressLog
        self.framework = self.cast.make_framework(OUTCOMES)
        self.large, self.small = self._home("Rosewood", number), self._home("Birch", OTHERS)
        self.alone = self._home("Elm", number)

    def _home(self, name: str, logs: int) -> tuple[Any, Any, list[Any]]:
        """Return a home, its manager and its logs."""
        home = self.people.Workplace.objects.create(employer=self.people.Employer.objects.create(name=f"{name} Care"), name=f"{name} House")
        manager = self.cast.person(f"{name.lower()}-manager", f"{name} Manager")
        self.cast.employ(manager, home, self.role.MANAGER)
        return home, manager, [self._log(home, f"{name.lower()}{n}") for n in range(logs)]

    def _log(self, home: Any, name: str) -> Any:
        learner = self.cast.person(name, f"Learner {name.title()}")
        self.cast.employ(learner, home, self.role.LEARNER)
        return self.logs.open(by=learner, framework=self.framework, workplace=home, submission=uuid4())


def crowd(homes: Homes) -> tuple[list[Any], Any, Any]:
    """Let the two managers ask, then a learner every three seconds until both have theirs; return the learners' exports and both collections."""
    reports: Any = importlib.import_module("reports.models")
    (home, manager, _logs), (other_home, other_manager, _more) = homes.large, homes.small
    large = reports.LogCollection.request(home, by=manager)
    small = reports.LogCollection.request(other_home, by=other_manager)
    waiting, asked, end = list(homes.alone[2]), [], time.monotonic() + LONGEST
    while reports.LogCollection.objects.pending().exists() and time.monotonic() < end:
        if waiting:
            log = waiting.pop()
            asked.append(reports.LogExport.request(log, by=log.learner).pk)
        time.sleep(EVERY)
    while reports.LogExport.objects.pending().exists() and time.monotonic() < end:
        time.sleep(EVERY)
    for collection in (large, small):
        collection.refresh_from_db()
    return list(reports.LogExport.objects.filter(pk__in=asked)), large, small


def before_hers(export: Any, *collections: Any) -> int:
    """Return how many PDFs of collections were finished between a learner's wish and her own PDF."""
    meanwhile = {"export__finished_at__gt": export.created_at, "export__finished_at__lt": export.finished_at}
    return sum(collection.logs.filter(**meanwhile).count() for collection in collections)


def shown(asked: list[Any], large: Any, small: Any) -> bool:
    """Print what was seen, and return whether the budgets hold."""
    if not (large.is_ready and small.is_ready and all(export.is_ready for export in asked)):
        print("Not everything was made: DOES NOT HOLD")
        return False
    before = [before_hers(export, large, small) for export in asked]
    seconds = [(export.finished_at - export.created_at).total_seconds() for export in asked]
    took = {one: (one.finished_at - one.created_at).total_seconds() for one in (large, small)}
    first_comes_first = max(before) <= MOST_BEFORE_HERS
    larger_ones = large.logs.filter(export__finished_at__lt=small.finished_at).count()
    is_fair = larger_ones <= OTHERS + 1
    print(
        f"{large.counts['made']} logs of a workplace in {took[large]:.0f} s; meanwhile {len(asked)} learners each got theirs after"
        f" {median(seconds):.1f} s (median; longest {max(seconds):.1f} s), with at most {max(before)} other PDF before it"
        f" (budget {MOST_BEFORE_HERS}) {'holds' if first_comes_first else 'DOES NOT HOLD'}"
    )
    print(
        f"{OTHERS} logs of another employer meanwhile in {took[small]:.0f} s, in which the first one got {larger_ones}"
        f" (budget {OTHERS + 1}) {'holds' if is_fair else 'DOES NOT HOLD'}"
    )
    return first_comes_first and is_fair


def measure(stand: Stand, number: int) -> bool:
    """Set everything up on a stand, measure, and return whether the budgets hold."""
    stand.lay_foundations()
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    homes = Homes(number)
    stand.open_the_doors()
    found = shown(*crowd(homes))
    stand.keeper.stop()
    return found


def main() -> int:
    """Measure, and return 1 when a budget does not hold."""
    number, database = int((sys.argv[1:] or ["200"])[0]), (sys.argv[2:] or ["postgres"])[0]
    with a_stand(database, 1024 * MB) as stand:
        return int(not measure(stand, number))


if __name__ == "__main__":
    sys.exit(main())
