"""What the desk costs when it is full, and whether other homes make it dearer: 200 outcomes of one learner, then 1,000 workplaces."""

import time
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.pages import FLOOR, MOST_QUERIES, Line
from bench.server import Server, serving
from bench.site import session_of
from courses.models import Area, Framework, Outcome
from people.models import Employer, Membership, User, Workplace
from people.permissions import Role
from progress.models import Evidence, LogEntry, ProgressLog

OUTCOMES = 200
SIGNED_AT_ONCE = 20
FEW, MANY = 10, 1000  # workplaces
ROUNDS = 9
REQUESTS = 4
MOST_TIMES_THE_FLOOR = 5.0
MOST_SECONDS = 1.0
MOST_GROWTH = 1.2


@dataclass(frozen=True)
class Desk:
    """A supervisor, and a log of one learner in which everything waits."""

    supervisor: User
    log: ProgressLog


def measure_desk() -> list[Line]:
    """Return the lines about the desk, in the database of the other pages."""
    desk = _build()
    with serving("cms.wsgi", "cms.settings") as ours, serving(FLOOR, "bench.floor") as floor:
        floor.cookies = ours.cookies = {settings.SESSION_COOKIE_NAME: session_of(desk.supervisor)}
        _workplaces(FEW)
        few = _cpu_of(ours, floor, desk)
        _workplaces(MANY)
        many = _cpu_of(ours, floor, desk)
    return [*_lines(desk, few), *_growth(few, many), _signing(desk)]


def _build() -> Desk:
    framework = Framework.objects.create(key=f"desk-{uuid4().hex[:8]}", title="A full desk", edition="1", wording="own")
    area = Area.objects.create(framework=framework, code="1", title="All of it", position=1)
    text = "Show what you do, and say why."
    Outcome.objects.bulk_create(
        Outcome(framework=framework, area=area, code=f"1.{n}", text=text, guidance="Ask.", kind="practice", position=n)
        for n in range(1, OUTCOMES + 1)
    )
    home = Workplace.objects.create(employer=Employer.objects.create(name="Full Desk Care"), name="Full Desk House")
    supervisor, learner = _person(home, Role.SUPERVISOR), _person(home, Role.LEARNER)
    log = ProgressLog.open(by=learner, framework=framework, workplace=home, submission=uuid4())
    for entry in log.entries.all():
        Evidence.add(log, [entry], by=learner, submission=uuid4(), kind="reflective_account", title="A day", text="I sat down. " * 60)
        entry.log = log
        entry.declare(by=learner, statement="I am ready.", submission=uuid4())
    return Desk(supervisor, log)


def _person(home: Workplace, role: str) -> User:
    user = User.objects.create_user(f"{role}-{uuid4().hex[:8]}", full_name=f"A {role}")
    Membership.objects.create(user=user, workplace=home, role=role, started_on=timezone.localdate() - timedelta(days=9))
    return user


def _workplaces(number: int) -> None:
    """Have so many other workplaces, each with a learner whose log has something waiting."""
    owner = Employer.objects.create(name=f"Others {uuid4().hex[:6]}")
    framework = Framework.objects.create(key=f"other-{uuid4().hex[:8]}", title="Other", edition="1", wording="own")
    area = Area.objects.create(framework=framework, code="1", title="One", position=1)
    outcome = Outcome.objects.create(framework=framework, area=area, code="1.1", text="One", kind="knowledge", position=1)
    homes = Workplace.objects.bulk_create(Workplace(employer=owner, name=f"Home {n}") for n in range(number))
    people = User.objects.bulk_create(User(username=f"other-{uuid4().hex}", full_name="Another Learner", password="!") for _home in homes)
    pairs = list(zip(people, homes, strict=True))
    Membership.objects.bulk_create(
        Membership(user=user, workplace=home, role=role) for user, home in pairs for role in ("learner", "supervisor")
    )
    logs = ProgressLog.objects.bulk_create(
        ProgressLog(learner=user, framework=framework, workplace=home, head_hash="0" * 64) for user, home in pairs
    )
    now = timezone.now()
    LogEntry.objects.bulk_create(LogEntry(log=log, learner=log.learner, outcome=outcome, state="declared", declared_at=now) for log in logs)


def _pages(desk: Desk) -> dict[str, str]:
    return {"desk of 200": f"/review/{desk.log.pk}/", "review list": "/review/"}


def _cpu_of(ours: Server, floor: Server, desk: Desk) -> dict[str, float]:
    """Return the CPU of each page and of the floor, milliseconds a request: medians of rounds that take turns."""
    rounds: dict[str, list[float]] = {name: [] for name in ["floor", *_pages(desk)]}
    for round_ in range(ROUNDS + 1):
        taken = {"floor": _cpu(floor, "/")}
        taken |= {name: _cpu(ours, path) for name, path in _pages(desk).items()}
        for name, cpu in taken.items():
            rounds[name] += [cpu] if round_ else []  # the first warms the workers
    return {name: median(cpus) for name, cpus in rounds.items()}


def _cpu(server: Server, path: str) -> float:
    before = server.cpu()
    statuses = {server.ask(path).status for _time in range(REQUESTS)}
    if statuses != {200}:
        raise RuntimeError(f"A measured page answered {statuses}.")
    return (server.cpu() - before) / REQUESTS


def _lines(desk: Desk, few: dict[str, float]) -> list[Line]:
    client = Client()
    client.force_login(desk.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    path = _pages(desk)["desk of 200"]
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    times = few["desk of 200"] / few["floor"]
    return [
        Line("desk of 200: queries", str(len(queries)), f"≤ {MOST_QUERIES}", len(queries) <= MOST_QUERIES),
        Line(
            "desk of 200: CPU",
            f"{few['desk of 200']:.2f} ms CPU, {times:.2f} × floor",
            f"≤ {MOST_TIMES_THE_FLOOR} × floor",
            times <= MOST_TIMES_THE_FLOOR,
        ),
    ]


def _growth(few: dict[str, float], many: dict[str, float]) -> list[Line]:
    """Compare few and many workplaces, each against the floor of its own rounds."""
    lines = []
    for name in ("desk of 200", "review list"):
        ratio = (many[name] / many["floor"]) / (few[name] / few["floor"])
        lines.append(Line(f"{name}: {MANY} workplaces to {FEW}", f"{ratio:.2f} ×", f"≤ {MOST_GROWTH} ×", ratio <= MOST_GROWTH))
    return lines


def _signing(desk: Desk) -> Line:
    """Sign twenty outcomes in one submit, and say how long the answer took."""
    client = Client()
    client.force_login(desk.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    entries = LogEntry.objects.declared().filter(log=desk.log)[:SIGNED_AT_ONCE]
    said = {"decision": "sign_off", "method": "observation", "reason": ""}
    form = {f"{entry.pk}-{name}": value for entry in entries for name, value in {**said, "seen": str(entry.version)}.items()}
    began = time.perf_counter()
    status = client.post(f"/review/{desk.log.pk}/decide/", {"submission": str(uuid4()), **form}).status_code
    seconds = time.perf_counter() - began
    if status != 302:
        raise RuntimeError(f"Signing twenty answered {status}.")
    return Line(f"signing {SIGNED_AT_ONCE} at once", f"{seconds:.2f} s", f"≤ {MOST_SECONDS} s", seconds <= MOST_SECONDS)
