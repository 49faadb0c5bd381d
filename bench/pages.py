"""What pages cost: queries, CPU and bytes, beside a floor measured in the same run.

Queries are counted in this process, CPU is that of the web server's own processes over many
requests in a row (the kernel counts it, so a busy machine changes little), and bytes are what
crosses the wire when a browser asks, which accepts compressed answers. Floor and page
take turns, and medians of the rounds are compared.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from urllib.parse import urljoin
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.server import Answer, Server, assets_of, is_elsewhere, serving
from bench.site import BenchSite, build, session_of
from people.models import User
from progress.models import LogEntry

ROUNDS = 28
REQUESTS = 10  # of one page in one round: short rounds, so that a moment's noise meets the floor as often as the pages
SIGN_OFFS = 5  # in one round
MOST_QUERIES = 12
MOST_TIMES_THE_FLOOR = 3.0
MOST_FIRST_VIEW = 100  # kilobytes
SIGN_OFF = "sign-off"
FLOOR = "django.core.wsgi:get_wsgi_application()"


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, the figure in words, its budget in words, and whether it holds."""

    what: str
    figure: str
    budget: str = ""
    holds: bool | None = None


@dataclass(frozen=True)
class PageCost:
    """One page: queries, milliseconds of CPU, kilobytes on the wire."""

    name: str
    queries: int
    cpu: float
    kilobytes: float


def measure_pages() -> list[Line]:
    """Return the lines about pages, for an empty migrated database."""
    site = build()
    with serving("cms.wsgi", "cms.settings") as ours, serving(FLOOR, "bench.floor") as floor:
        floor_cpu, costs = _costs(site, ours, floor)
        return [
            Line("floor: session, user, small template", f"{floor_cpu:.2f} ms CPU"),
            *_lines(costs, floor_cpu),
            *_first_view(site, ours),
        ]


def _lines(costs: list[PageCost], floor: float) -> list[Line]:
    lines = []
    for cost in costs:
        if cost.name == SIGN_OFF:  # it writes: BEGIN, savepoints and five rows are among its statements
            lines.append(Line(f"{cost.name}: statements", str(cost.queries)))
        else:
            lines.append(Line(f"{cost.name}: queries", str(cost.queries), f"≤ {MOST_QUERIES}", cost.queries <= MOST_QUERIES))
        times = f"{cost.cpu:.2f} ms CPU, {cost.cpu / floor:.2f} × floor"
        budget, holds = (
            (f"≤ {MOST_TIMES_THE_FLOOR} × floor", cost.cpu <= MOST_TIMES_THE_FLOOR * floor) if cost.name == "step" else ("", None)
        )
        lines.append(Line(f"{cost.name}: CPU", times, budget, holds))
        lines.append(Line(f"{cost.name}: on the wire", f"{cost.kilobytes:.1f} KB"))
    return lines


def _costs(site: BenchSite, ours: Server, floor: Server) -> tuple[float, list[PageCost]]:
    """Measure every page in rounds, the floor once in each round."""
    browsers = {user.pk: {settings.SESSION_COOKIE_NAME: session_of(user)} for user in (site.learner, site.supervisor)}
    floor.cookies = dict(browsers[site.learner.pk])
    rounds: dict[str, list[float]] = {name: [] for name in ["floor", *site.pages(), SIGN_OFF]}
    last: dict[str, Answer] = {}
    entries = list(site.waiting)

    def sign_next() -> Answer:
        return ours.ask(*decision_on(entries.pop()))

    for round_ in range(ROUNDS + 1):  # the first warms both of the server's workers and is not counted
        taken = {"floor": _cpu(floor, REQUESTS, lambda: floor.ask("/"))}
        for name, (user, path) in site.pages().items():
            ours.cookies = browsers[user.pk]
            taken[name] = _cpu(ours, REQUESTS, lambda path=path: ours.ask(path))  # type: ignore[misc]  # mypy cannot infer a bound default
            last[name] = ours.ask(path)
        taken[SIGN_OFF] = _cpu(ours, SIGN_OFFS, sign_next)
        last[SIGN_OFF] = sign_next()
        if round_:
            for name, cpu in taken.items():
                rounds[name].append(cpu)
    counted = {**_queries(site), SIGN_OFF: _queries_of_a_sign_off(site, entries.pop())}
    costs = [PageCost(name, counted[name], median(rounds[name]), last[name].wire / 1024) for name in counted]
    return median(rounds["floor"]), costs


def _cpu(server: Server, times: int, request: Callable[[], Answer]) -> float:
    """Return the milliseconds of CPU of one request; raise when it does not succeed."""
    before = server.cpu()
    statuses = {request().status for _time in range(times)}
    if not statuses <= {200, 302}:
        raise RuntimeError(f"A measured page answered {statuses}.")
    return (server.cpu() - before) / times


def decision_on(entry: LogEntry) -> tuple[str, dict[str, str]]:
    """Return address and form of a supervisor's sign-off of one entry."""
    said = {"decision": "sign_off", "method": "observation", "reason": "", "seen": str(entry.version)}
    return f"/review/{entry.log_id}/decide/", {"submission": str(uuid4()), **{f"{entry.pk}-{name}": value for name, value in said.items()}}


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _queries(site: BenchSite) -> dict[str, int]:
    counted = {}
    for name, (user, path) in site.pages().items():
        client = _client(user)
        client.get(path)  # what is kept per revision is there
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counted[name] = len(queries)
    return counted


def _queries_of_a_sign_off(site: BenchSite, entry: LogEntry) -> int:
    client = _client(site.supervisor)
    client.get("/review/")
    with CaptureQueriesContext(connection) as queries:
        client.post(*decision_on(entry))
    return len(queries)


def _first_view(site: BenchSite, server: Server) -> list[Line]:
    """Fetch a step as a browser with an empty cache does, with everything it loads."""
    learner, path = site.pages()["step"]
    server.cookies = {settings.SESSION_COOKIE_NAME: session_of(learner)}
    client = _client(learner)
    addresses = assets_of(client.get(path).content.decode(), path)
    fetched = [server.ask(path)]
    for address in addresses:  # grows while it is walked: styles name fonts and pictures
        if is_elsewhere(address) or address.startswith("data:"):
            continue
        fetched.append(server.ask(address))
        if "css" in fetched[-1].kind:
            styles = client.get(address)
            text = b"".join(styles.streaming_content if styles.streaming else [styles.content]).decode()  # type: ignore[attr-defined]
            addresses += [
                found for name in re.findall(r"url\([\"']?([^)\"']+)", text) if (found := urljoin(address, name)) not in addresses
            ]
    missing = [answer.status for answer in fetched if answer.status != 200]
    if missing:
        raise RuntimeError(f"A step loads what is not there: {missing}.")
    elsewhere = [address for address in addresses if is_elsewhere(address)]
    size = sum(answer.wire for answer in fetched) / 1024
    return [
        Line(
            "step, first view with all it loads",
            f"{size:.1f} KB in {len(fetched)} requests",
            f"≤ {MOST_FIRST_VIEW} KB",
            size <= MOST_FIRST_VIEW,
        ),
        Line("step, requests to other hosts", str(len(elsewhere)), "none", not elsewhere),
    ]
