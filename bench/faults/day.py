"""A day at two homes: the site is filled, people work at the same time, and harm is done meanwhile."""

import io
import threading
import time
import traceback
from collections.abc import Sequence
from random import Random

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from PIL import Image

from bench.faults.book import Book
from bench.faults.browser import PASSWORD, GaveUp
from bench.faults.harm import Harm
from bench.faults.learner import Learner
from bench.faults.people import World
from bench.faults.supervisor import Supervisor
from bench.site import STEPS, make_course, make_framework
from people.models import Employer, Membership, User, Workplace
from people.permissions import Role

OUTCOMES = 24
HOMES = ("Rosewood House", "Elm Court")
LEARNERS_AT_ONCE = 6  # threads, each with several people
SUPERVISORS_AT_ONCE = 2
STUCK = 900  # seconds without an act until the day is given up; a busy machine takes minutes to start everything
SAY = 10  # seconds between two lines of progress


class Stuck(Exception):
    """The day did not go on, or a person met what she cannot deal with."""


def people_of(number: int) -> tuple[int, int]:
    """Return how many learners and supervisors so many faults are spread over: 60 and 8, or fewer on a short day."""
    return min(60, max(6, number // 2)), 8 if number >= 100 else 4


def prepare(port: int, number: int, seed: int) -> tuple[World, list[Learner], list[Supervisor]]:
    """Fill a new database, and return who works."""
    call_command("migrate", verbosity=0)
    call_command("make_site")
    framework = make_framework(OUTCOMES)
    course = make_course(framework)
    codes = tuple(framework.outcomes.values_list("code", flat=True))
    modules = tuple((f"/courses/dementia-care/{module.slug}/", STEPS) for module in course)
    world = World(port, str(framework.pk), codes, modules, tuple(_photo(n) for n in range(5)), Book())
    learners, supervisors = people_of(number)
    employer, password = Employer.objects.create(name="Rosewood Care"), make_password(PASSWORD)
    homes = [Workplace.objects.create(employer=employer, name=name) for name in HOMES]
    learning = [_learner(n, homes, world, password, Random(f"{seed} learner {n}")) for n in range(learners)]
    deciding = []
    for n in range(supervisors):
        place = n // SUPERVISORS_AT_ONCE % len(homes)  # at each home somebody in each thread, so that colleagues race
        _employ(f"supervisor{n}", f"Supervisor Number {n}", homes[place], Role.SUPERVISOR, password)
        deciding.append(Supervisor(f"supervisor{n}", learning[place :: len(homes)], world, Random(f"{seed} supervisor {n}")))
    connections.close_all()
    return world, learning, deciding


def _learner(n: int, homes: Sequence[Workplace], world: World, password: str, chance: Random) -> Learner:
    name = f"Learner Number {n:03}"
    _employ(f"learner{n}", name, homes[n % len(homes)], Role.LEARNER, password)
    return Learner(f"learner{n}", name, world, chance)


def _employ(username: str, full_name: str, home: Workplace, role: str, password: str) -> None:
    user = User.objects.create(username=username, full_name=full_name, password=password)
    Membership.objects.create(user=user, workplace=home, role=role, started_on=timezone.localdate())


def _photo(n: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (160, 120), (40 * n, 90, 120)).save(made, "JPEG")
    return made.getvalue()


class Day:
    """Everybody at work, each thread with some of them in turn, until enough was done."""

    def __init__(self, learners: Sequence[Learner], supervisors: Sequence[Supervisor], harm: Harm, book: Book, seed: int) -> None:
        groups: list[Sequence[Learner | Supervisor]] = [learners[n::LEARNERS_AT_ONCE] for n in range(LEARNERS_AT_ONCE)]
        groups += [supervisors[n::SUPERVISORS_AT_ONCE] for n in range(SUPERVISORS_AT_ONCE)]
        self.harm, self.book, self.over, self.broken = harm, book, threading.Event(), ""
        self.harming = threading.Thread(target=self._harm, daemon=True)
        self.working = [
            threading.Thread(target=self._work, args=(group, Random(f"{seed} thread {n}")), daemon=True) for n, group in enumerate(groups)
        ]

    def run(self, acts: int, seconds: float) -> None:
        """Work until so many acts are done and all harm too, or the time is up. Raise Stuck when nothing goes on."""
        began = said = self.book.last = time.monotonic()
        for thread in (self.harming, *self.working):
            thread.start()
        try:
            while (self.book.done() < acts or self.harming.is_alive()) and time.monotonic() - began < seconds:
                time.sleep(0.2)
                self._insist_on_progress()
                if time.monotonic() - said > SAY:
                    said = time.monotonic()
                    print(f"{said - began:6.0f} s  {self.book.done():6} acts  {self.harm.done.total():4} faults", flush=True)
        except KeyboardInterrupt:
            print("The day ends early.", flush=True)
        finally:
            self.over.set()
            self.harm.over.set()
        for thread in (self.harming, *self.working):
            thread.join()

    def _insist_on_progress(self) -> None:
        if self.broken:
            raise Stuck(self.broken)
        if time.monotonic() - self.book.last > STUCK:
            raise Stuck(f"No act was acknowledged for {STUCK} seconds.")

    def _harm(self) -> None:
        try:
            self.harm.run(self.book.done)
        except RuntimeError as error:
            self.broken = str(error)

    def _work(self, people: Sequence[Learner | Supervisor], chance: Random) -> None:
        while not self.over.is_set():
            try:
                chance.choice(people).act()
            except GaveUp:
                continue
            except Exception:  # a person of ours who cannot go on is a fault of the harness: say which
                self.broken = traceback.format_exc()
                return
