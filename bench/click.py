"""From the press on “Get the PDF” to the last byte of the file: of a log that is ready, and of one that changed a second ago.

The real web server, worker and beat of `manage.py serve`, each in its own process, on a database of their own; a browser that
asks as ours does, twice a second. Part of `make bench`, in a process of its own. Exit 1 when a budget does not hold.
"""

import importlib
import sys
import time
from random import Random
from statistics import median
from typing import Any
from uuid import uuid4

from bench.faults.browser import PASSWORD, Browser
from bench.faults.stand import MB, a_stand

ROUNDS = 9
POLL = 0.5  # seconds for who is next, as templates/reports/export_state.html says
READY, CHANGED = 0.3, 3.0  # seconds
OUTCOMES = 60


def a_learner() -> Any:
    """Return the log of a learner who can sign in, of sixty outcomes."""
    cast: Any = importlib.import_module("tests.cast")
    people: Any = importlib.import_module("people.models")
    learner = cast.person("learner0", "Learner Number 0")
    learner.set_password(PASSWORD)
    learner.save()
    home = people.Workplace.objects.create(employer=people.Employer.objects.create(name="Rosewood Care"), name="Rosewood House")
    cast.employ(learner, home, importlib.import_module("people.permissions").Role.LEARNER)
    logs: Any = importlib.import_module("progress.models").ProgressLog
    log = logs.open(by=learner, framework=cast.make_framework(OUTCOMES), workplace=home, submission=uuid4())
    for code in ("1.1", "1.2", "1.3"):
        cast.add_account(cast.entry_of(log, code))
    return log


def seconds_to_the_file(browser: Browser, log: Any) -> float:
    """Press, wait as the page does, take the file, and return how long it took."""
    began = time.monotonic()
    export = browser.send(f"/logs/{log.pk}/export/", {}).location
    while b"Your PDF is ready" not in browser.open(export).body:
        time.sleep(POLL)
    if not browser.open(f"{export}download/").body.startswith(b"%PDF-"):
        raise RuntimeError("The file is no PDF.")
    return time.monotonic() - began


def measured(browser: Browser, log: Any) -> tuple[float, float]:
    """Return the medians for a log that is ready, and for one that changed a second ago."""
    cast: Any = importlib.import_module("tests.cast")
    ready, changed = [], []
    for _round in range(ROUNDS):
        cast.add_account(cast.entry_of(log, "1.4"))
        time.sleep(1)
        changed.append(seconds_to_the_file(browser, log))
        ready.append(seconds_to_the_file(browser, log))
    return median(ready), median(changed)


def main() -> int:
    """Measure, print, and return 1 when a budget does not hold."""
    with a_stand("sqlite", 512 * MB) as stand:
        stand.lay_foundations()
        importlib.import_module("django").setup()
        importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
        importlib.import_module("django.core.management").call_command("make_site", verbosity=0)
        log = a_learner()
        stand.open_the_doors()
        stand.wait_for_the_doors()
        browser = Browser(stand.port, "learner0", lambda _missed: None, Random(1))
        browser.sign_in()
        seconds_to_the_file(browser, log)  # the worker has started
        ready, changed = measured(browser, log)
    for what, took, budget in (("that is ready", ready, READY), ("that changed a second ago", changed, CHANGED)):
        print(f"Click to download of a log {what}: {took:.2f} s (budget {budget} s) {'holds' if took <= budget else 'DOES NOT HOLD'}")
    return int(ready > READY or changed > CHANGED)


if __name__ == "__main__":
    sys.exit(main())
