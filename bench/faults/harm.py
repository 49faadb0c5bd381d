"""What goes wrong during the day, at moments that a seed decides, and how long each leaves its mark."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bench.faults.services import Keeper, answers, until
from bench.faults.stand import Stand

GRACE = 3.0  # seconds after the site answers again, for requests that were under way
LONGEST_HANG = 5.0  # seconds
STEADY = 5  # answers in one second
# How often each comes, beside the others. Starting the web server anew takes longest.
EVERYWHERE = {
    "web worker killed": 6,
    "web server killed": 2,
    "job killed": 5,
    "worker killed": 3,
    "beat killed": 3,
    "everything killed": 1,
    "disk full": 4,
}
ON_POSTGRES = {
    "Redis killed": 4,
    "Redis hangs": 4,
    "PostgreSQL killed": 5,
    "PostgreSQL stopped at once": 4,
    "PostgreSQL process killed": 5,
}
# No page may fail because of these.
UNFELT = {"job killed", "worker killed", "beat killed", "Redis killed", "Redis hangs"}


@dataclass
class Harm:
    """The faults of one day."""

    stand: Stand
    number: int
    acts_each: int
    chance: Random
    done: Counter[str] = field(default_factory=Counter)
    felt: list[tuple[float, float]] = field(default_factory=list)  # when pages may have failed, in monotonic seconds
    over: threading.Event = field(default_factory=threading.Event)

    def plan(self) -> list[str]:
        """Return the kinds in the order in which they come: each at least once where there is room, the rest by weight."""
        weights = EVERYWHERE | (ON_POSTGRES if self.stand.is_postgres else {})
        if not self.stand.disk.can_be_filled:
            del weights["disk full"]
        each = self.chance.sample(list(weights), min(self.number, len(weights)))
        more = self.chance.choices(list(weights), list(weights.values()), k=self.number - len(each))
        plan = [*each, *more]
        self.chance.shuffle(plan)
        return plan

    def run(self, acts: Callable[[], int]) -> None:
        """Do harm whenever so many acts were made, at a random moment of them; stop when the day is over before its time."""
        for place, kind in enumerate(self.plan()):
            due = (place + self.chance.uniform(0.1, 0.9)) * self.acts_each
            while acts() < due and not self.over.is_set():
                self.over.wait(0.02)
            if self.over.is_set():
                return
            time.sleep(self.chance.uniform(0, 0.2))
            self.do(kind)
            self.done[kind] += 1

    def do(self, kind: str) -> None:
        """Do one harm, and wait until the site answers again where pages may fail because of it."""
        above, below = self.stand.keeper, self.stand.below
        acts: dict[str, Callable[[], None]] = {
            "web worker killed": lambda: self._kill_a_child(above, "web"),
            "web server killed": lambda: self._kill(above, "web"),
            "job killed": lambda: self._kill_a_child(above, "worker"),
            "worker killed": lambda: self._kill(above, "worker"),
            "beat killed": lambda: self._kill(above, "beat"),
            "everything killed": self._kill_everything,
            "disk full": self._fill_the_disk,
            "Redis killed": lambda: self._kill(below, "redis"),
            "Redis hangs": self._hang_redis,
            "PostgreSQL killed": lambda: self._kill(below, "postgres"),
            "PostgreSQL stopped at once": lambda: self._kill(below, "postgres", signal.SIGQUIT),
            "PostgreSQL process killed": lambda: self._kill_a_child(below, "postgres"),
        }
        began = time.monotonic()
        acts[kind]()
        if kind not in UNFELT:
            until(self._is_steady, f"The site answers after: {kind}")
            self.felt.append((began, time.monotonic() + GRACE))

    def _is_steady(self) -> bool:
        """Whether the site answers, and still does a second later: what was killed may answer once more before it falls."""
        for _time in range(STEADY):
            if not answers(self.stand.port):
                return False
            time.sleep(1 / STEADY)
        return True

    def explains(self, began: float, ended: float) -> bool:
        """Return whether a request failed at a time when it may."""
        return any(began < end and ended > start for start, end in self.felt)

    def _kill(self, keeper: Keeper, name: str, which: signal.Signals = signal.SIGKILL) -> None:
        until(lambda: keeper[name].kill(which), f"{name} is there to be killed")

    def _kill_a_child(self, keeper: Keeper, name: str) -> None:
        until(lambda: keeper[name].kill_a_child(self.chance.choice), f"{name} has a child to be killed")

    def _kill_everything(self) -> None:
        """What a machine without power does to its processes."""
        for keeper in (self.stand.keeper, self.stand.below):
            for service in keeper.services.values():
                service.kill()

    def _fill_the_disk(self) -> None:
        self.stand.disk.fill()
        try:
            time.sleep(self.chance.uniform(1, LONGEST_HANG))
        finally:
            self.stand.disk.free()

    def _hang_redis(self) -> None:
        self._kill(self.stand.below, "redis", signal.SIGSTOP)
        time.sleep(self.chance.uniform(1, LONGEST_HANG))
        self._kill(self.stand.below, "redis", signal.SIGCONT)
