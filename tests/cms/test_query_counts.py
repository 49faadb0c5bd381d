"""How many questions each page asks the database: exactly so many, at most twelve, and no more for three rows than for one.

A count that moves is noticed here. One that grows with the rows is a loop around a query.
"""

import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms import context
from courses.models import CourseIndexPage, CoursePage, Framework, ModulePage, Outcome, OutcomeLink, Unit
from people.models import Supervision, User, Workplace
from people.permissions import Role
from progress.actions import go_on
from progress.models import ProgressLog, Sample, SamplingPlan, SignOff, StandardisationNote
from reports.models import LogCollection, Statement
from tests.cast import STEPS, add_account, declare, employ, entry_of, just_now, make_framework, person, sign

MOST = 12

# Who opens it, where, and how many queries that takes. Everybody signed in has three of their own
# (session, user, memberships with the number of news); a supervisor one more, for the number beside “To review”, a manager for the team.
PAGES = {
    ("nobody", "/"): 5,
    ("nobody", "/courses/dementia-care/module-0/step/2/"): 1,
    ("nobody", "/accounts/login/"): 0,
    ("nobody", "/join/"): 0,
    ("nobody", "/verify/"): 1,
    ("amina", "/"): 8,
    ("amina", "/help/"): 4,
    ("amina", "/courses/"): 5,
    ("amina", "/courses/dementia-care/"): 7,
    ("amina", "/courses/dementia-care/module-0/"): 7,
    ("amina", "/courses/dementia-care/module-0/step/2/"): 6,
    ("amina", "/courses/dementia-care/module-0/paper/"): 6,
    ("amina", "/courses/dementia-care/module-0/finished/"): 8,
    ("amina", "/learn/"): 10,
    ("amina", "/statements/{statement}/"): 4,
    ("amina", "/notices/"): 5,
    ("amina", "/account/everything/"): 4,
    ("amina", "/notices/choices/"): 4,
    ("amina", "/notices/address/"): 3,
    ("amina", "/learn/start/{new}/"): 7,
    ("amina", "/learn/logs/{log}/"): 9,
    ("amina", "/learn/logs/{log}/1.2/"): 12,
    ("amina", "/learn/logs/{log}/1.4/"): 10,
    ("amina", "/learn/logs/{log}/1.5/"): 12,
    ("amina", "/learn/logs/{log}/1.5/evidence/reflective-account/"): 8,
    ("amina", "/learn/logs/{log}/1.5/declare/"): 8,
    ("amina", "/learn/logs/{log}/1.2/sent/"): 10,
    ("amina", "/learn/logs/{log}/1.2/call-back/"): 7,
    ("grace", "/learn/logs/{log}/"): 9,
    ("grace", "/learn/logs/{log}/due/"): 5,
    ("grace", "/learn/logs/{log}/1.2/"): 10,
    ("grace", "/notices/"): 6,
    ("grace", "/review/"): 9,
    ("grace", "/review/?people=everyone"): 9,
    ("grace", "/review/{log}/"): 11,
    ("grace", "/review/{log}/?only=1.3"): 11,
    ("grace", "/review/{log}/record/"): 8,
    ("grace", "/review/{log}/1.4/withdraw/"): 10,
    ("idris", "/quality/"): 9,
    ("idris", "/quality/{workplace}/"): 10,
    ("idris", "/quality/sign-offs/{sign_off}/"): 9,
    ("idris", "/quality/sign-offs/{sign_off}/action/"): 6,
    ("idris", "/quality/{workplace}/plan/"): 6,
    ("idris", "/quality/{workplace}/note/"): 5,
    ("idris", "/quality/{workplace}/report/"): 7,
    ("priya", "/quality/{workplace}/report/"): 8,
    ("idris", "/quality/notes/"): 8,
    ("priya", "/team/{workplace}/"): 8,
    ("priya", "/team/{workplace}/workload/"): 8,
    ("priya", "/team/{workplace}/logs/"): 8,
    ("priya", "/team/{workplace}/logs/{collection}/"): 6,
    ("priya", "/team/{workplace}/{membership}/role/"): 6,
    ("priya", "/team/{workplace}/{membership}/password/"): 7,
    ("priya", "/team/{workplace}/{membership}/end/"): 6,
}


@pytest.fixture(autouse=True)
def nothing_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that is kept run out on a slow machine."""
    monkeypatch.setattr(context, "SETTINGS_FOR", None)


def course_of(framework: Framework, modules: int) -> list[ModulePage]:
    """Publish a course with that many modules."""
    call_command("make_site")
    course = CoursePage(title=framework.title, slug=framework.key, framework=framework, summary="How to support a person.")
    CourseIndexPage.objects.get().add_child(instance=course)
    course.save_revision().publish()
    return [module_of(course, n) for n in range(modules)]


def module_of(course: CoursePage, number: int) -> ModulePage:
    page = ModulePage(title=f"Module {number}", slug=f"module-{number}", summary="What changes.", steps=json.dumps(STEPS))
    course.add_child(instance=page)
    page.outcomes.set(course.framework.outcomes.all())
    page.save_revision().publish()
    made: ModulePage = ModulePage.objects.get(pk=page.pk)
    return made


def kept_log(learner: User, framework: Framework, home: Workplace, supervisor: User, rows: int) -> ProgressLog:
    """Open a log: 1.2, 1.3 and 1.6 onwards wait, 1.4 is signed, 1.5 is ready to be sent; `rows` pieces of evidence for each."""
    log = ProgressLog.open(by=learner, framework=framework, workplace=home, submission=uuid4())
    for code in ["1.2", "1.3", "1.4", "1.5", *(f"1.{n}" for n in range(6, 6 + rows))]:
        for number in range(rows):
            add_account(entry_of(log, code), f"Morning {number}")
        if code != "1.5":
            declare(entry_of(log, code))
    sign(entry_of(log, "1.4"), supervisor)
    return log


@pytest.fixture
def places(rows: int, rosewood: Workplace, amina: User, grace: User, priya: User, idris: User) -> dict[str, object]:
    """Make `rows` of everything, and return what the addresses name."""
    first, *others = [make_framework(5 + rows, key) for key in ["dementia-care", "end-of-life", "safe-hands"][:rows]]
    modules = course_of(first, rows)
    for n in range(rows):
        unit = Unit.objects.create(qualification="A certificate", code=f"Unit {n}", title="Something")
        for outcome in first.outcomes.all():
            OutcomeLink.objects.create(unit=unit, outcome=outcome, why="You can say why.")
    for other in others:
        ProgressLog.open(by=amina, framework=other, workplace=rosewood, submission=uuid4())
    for n in range(rows - 1):
        colleague = person(f"colleague{n}", f"Colleague Number {n}")
        employ(colleague, rosewood, Role.LEARNER)
        kept_log(colleague, first, rosewood, grace, rows)
        employ(person(f"deputy{n}", f"Deputy Number {n}"), rosewood, Role.SUPERVISOR)
        if n:
            Supervision.assign([colleague], grace, at=rosewood, by=priya)
    Supervision.assign([amina], grace, at=rosewood, by=priya)
    log = kept_log(amina, first, rosewood, grace, rows)
    for module in modules:
        go_on(module, module.outline().steps[0], by=amina)
    statement = Statement.request(modules[0], "", by=amina)
    sign_off = looked_at(idris, rosewood, amina, rows)
    collection = LogCollection.request(rosewood, by=priya)
    found = {"sign_off": sign_off, "log": log, "new": first, "workplace": rosewood, "membership": grace.memberships.get()}
    return {name: one.pk for name, one in {**found, "collection": collection, "statement": statement}.items()}


def looked_at(assurer: User, home: Workplace, learner: User, rows: int) -> SignOff:
    """Let an assurer work at more homes, write notes and plans, and begin a sample for each learner but one, whose sign-off is returned."""
    for n in range(rows):
        more = Workplace.objects.create(employer=home.employer, name=f"Home {n}")
        employ(assurer, more, Role.QUALITY_ASSURER)
        StandardisationNote.write(more, Outcome.objects.all(), title=f"Note {n}", text="Two examples.", by=assurer, submission=uuid4())
        SamplingPlan.choose(home, share=n, risks=["new_signer"], by=assurer, submission=uuid4())
    for sign_off in SignOff.objects.exclude(learner=learner):
        Sample.take(sign_off.entry, by=assurer, why=[], proof=just_now(), seen=sign_off.entry.version, submission=uuid4())
    return SignOff.objects.get(learner=learner)


def queries_of(client: Client, address: str) -> int:
    client.get(address)  # what is kept per revision is there
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_every_page_asks_exactly_so_many_questions(places: dict[str, object]) -> None:
    found = {}
    for who, address in PAGES:
        client = Client()
        if who != "nobody":
            client.force_login(User.objects.get(username=who))
        found[who, address] = queries_of(client, address.format(**places))
    assert found == PAGES


def test_no_page_asks_more_than_twelve() -> None:
    assert max(PAGES.values()) <= MOST
