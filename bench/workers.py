"""`python -m bench.workers [20] [500]`: what two workers make of two cores, and how a worker's memory grows with what it renders.

Workers as Celery makes them (the renderer loaded and frozen, then forked), each doing the whole of it: render, both conformances,
seal, store. First so many logs by one worker, then as many by each of two at once. Then, if a second number is given, so many by
one of them, with its memory (PSS: shared pages count in part) after a tenth and at the end. Exit 1 when a budget does not hold.
"""

import gc
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

OUTCOMES = 60
TWO, MEMORY, FLAT = 1.8, 150.0, 1.05  # times one; MB; times what it was after a tenth


def whole_logs(number: int) -> None:
    """Make so many different logs, whole."""
    naive: Any = importlib.import_module("bench.naive_log")
    samples: Any = importlib.import_module("tests.reports.samples")
    for n in range(number):
        naive.whole(samples.sample(OUTCOMES, n % OUTCOMES))


def in_workers(workers: int, work: Callable[[], None]) -> float:
    """Let so many forked workers do the same at once, and return how long the last took, in seconds. Raise RuntimeError when one fails."""
    began = time.monotonic()
    children = [_forked(work) for _worker in range(workers)]
    failed = [child for child in children if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]
    if failed:
        raise RuntimeError("A worker of the bench failed.")
    return time.monotonic() - began


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def growth(number: int) -> tuple[float, float]:
    """Return how many megabytes a worker takes after a tenth of so many logs, and after all of them."""
    read_end, write_end = os.pipe()

    def renders() -> None:
        whole_logs(number // 10)
        os.write(write_end, f"{_megabytes()} ".encode())
        whole_logs(number - number // 10)
        os.write(write_end, f"{_megabytes()} ".encode())

    in_workers(1, renders)
    os.close(write_end)
    with os.fdopen(read_end) as said:
        early, late = map(float, said.read().split())
    return early, late


def _megabytes() -> float:
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


def main() -> int:
    """Measure, print, and return 1 when a budget does not hold."""
    number, long = map(int, (sys.argv[1:] + ["20", "0"][len(sys.argv) - 1 :])[:2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        os.environ["COUNTERSIGN_DATA_DIR"] = folder
        importlib.import_module("django").setup()
        rendering: Any = importlib.import_module("reports.rendering")
        rendering.warm()
        rendering.seal_certificate()  # the demonstration's own is made here, once
        gc.freeze()
        one, two = in_workers(1, lambda: whole_logs(number)), in_workers(2, lambda: whole_logs(number))
        early, late = growth(long) if long else (0.0, 0.0)
    times = 2 * one / two
    print(f"Two workers on two cores: {120 * number / two:.0f} logs a minute, {times:.2f} × one (budget {TWO}) {_verdict(times >= TWO)}")
    if not long:
        return int(times < TWO)
    is_flat = late <= MEMORY and late <= early * FLAT
    print(
        f"A worker after {long // 10} logs: {early:.0f} MB; after {long}: {late:.0f} MB (budget {MEMORY:.0f}, and flat) {_verdict(is_flat)}"
    )
    return int(times < TWO or not is_flat)


def _verdict(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"


if __name__ == "__main__":
    sys.exit(main())
