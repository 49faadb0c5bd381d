"""A site as large as a real one: a framework of 60 outcomes, a course of four modules, eight learners and their logs."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cms.models import Picture
from courses.models import Area, CourseIndexPage, CoursePage, Framework, ModulePage, Outcome
from people.models import Employer, Membership, User, Workplace
from people.permissions import Role
from progress.models import Evidence, LogEntry, ProgressLog
from tests.reports.samples import AREAS, TEXTS

OUTCOMES = 60
MODULES = 4
STEPS = 9
LEARNERS = 8
ON_THE_DESK = 6  # declared outcomes of the log that is reviewed
MEDIA = settings.BASE_DIR / "courses" / "content" / "dementia-care" / "media"
READING = "<p>Mrs C asks for her mother every evening. Sit down with her. <b>Say one thing, then wait.</b></p>" * 3


@dataclass(frozen=True)
class BenchSite:
    """The addresses and people that are measured."""

    learner: User
    supervisor: User
    log: ProgressLog
    module: ModulePage
    waiting: tuple[LogEntry, ...]

    def pages(self) -> dict[str, tuple[User, str]]:
        """Return each measured page: who opens it, and where it is."""
        return {
            "home": (self.learner, "/"),
            "course": (self.learner, "/courses/dementia-care/"),
            "step": (self.learner, f"/courses/dementia-care/{self.module.slug}/step/3/"),
            "log": (self.learner, f"/learn/logs/{self.log.pk}/"),
            "review list": (self.supervisor, "/review/"),
            "review of one log": (self.supervisor, f"/review/{self.log.pk}/"),
        }


def session_of(user: User) -> str:
    """Sign somebody in and return the session cookie."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def build() -> BenchSite:
    """Fill an empty, migrated database."""
    call_command("make_site")
    framework = make_framework(OUTCOMES)
    modules = make_course(framework)
    home = Workplace.objects.create(employer=Employer.objects.create(name="Rosewood Care"), name="Rosewood House")
    supervisor = _person("grace", "Grace Mwangi", home, Role.SUPERVISOR)
    logs = [_log(_person(f"learner{n}", f"Learner Number {n}", home, Role.LEARNER), framework, home) for n in range(LEARNERS)]
    for log in logs:
        _declare(log, ON_THE_DESK if log is logs[0] else OUTCOMES)
    waiting = LogEntry.objects.declared().exclude(log=logs[0]).select_related("log")
    return BenchSite(logs[0].learner, supervisor, logs[0], modules[0], tuple(waiting))


def make_framework(outcomes: int) -> Framework:
    """Make a framework with so many outcomes."""
    framework = Framework.objects.create(
        key="dementia-care",
        title="Dementia care",
        publisher="Countersign contributors",
        edition="Example edition",
        licence="CC BY-SA 4.0",
        wording="own",
    )
    areas = [Area.objects.create(framework=framework, code=str(n), title=title, position=n) for n, title in enumerate(AREAS, 1)]
    for number in range(outcomes):
        area = areas[number % len(areas)]
        Outcome.objects.create(
            framework=framework,
            area=area,
            code=f"{area.code}.{number // len(areas) + 1}",
            text=TEXTS[number % len(TEXTS)],
            guidance="Ask about it.",
            kind=("practice", "both", "practice")[number % 3],
            position=number,
        )
    return framework


def make_course(framework: Framework) -> list[ModulePage]:
    """Make a course for it, below the site's courses."""
    course = CoursePage(title="Dementia care", slug="dementia-care", framework=framework, summary="How to support a person.", intro=READING)
    CourseIndexPage.objects.get().add_child(instance=course)
    pictures = [_picture(file.name, file.read_bytes()) for file in sorted(MEDIA.glob("*.svg"))]
    return [_module(course, number, pictures) for number in range(MODULES)]


def _picture(name: str, content: bytes) -> Picture:
    made: Picture = Picture.objects.create(title=name, file=ContentFile(content, name), width=720, height=480)
    return made


def _module(course: CoursePage, number: int, pictures: list[Picture]) -> ModulePage:
    steps = [_step(number, place, pictures[place % len(pictures)]) for place in range(STEPS)]
    page = ModulePage(
        title=f"Module {number}", slug=f"module-{number}", summary="What changes, and what does not.", steps=json.dumps(steps)
    )
    course.add_child(instance=page)
    page.outcomes.set(course.framework.outcomes.all()[number * 15 : number * 15 + 15])
    page.save_revision().publish()
    published: ModulePage = ModulePage.objects.get(pk=page.pk)
    return published


def _step(module: int, place: int, picture: Picture) -> dict[str, Any]:
    own = f"{module}-{place}"
    options = [{"text": f"Answer {n}", "right": n == 1, "feedback": "You answer the feeling behind the words."} for n in (1, 2, 3)]
    content = [
        _block("text", f"text-{own}", html=READING),
        _block("picture", f"picture-{own}", image=picture.pk, alt="A corridor with a door at its end", caption="The door at the end"),
        _block("callout", f"callout-{own}", tone="remember", title="One thing at a time", html="<p>Say one thing. Wait.</p>"),
        _block("question", f"question-{own}", prompt="What do you do first?", answers="one", options=options),
        _block("reflection", f"reflection-{own}", prompt="Think of a day when nobody listened to you.", hint="I remember…"),
    ]
    return {"type": "step", "id": f"step-{own}", "value": {"title": f"Idea {place + 1}", "content": content}}


def _block(kind: str, key: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "id": key, "value": value}


def _person(username: str, full_name: str, home: Workplace, role: str) -> User:
    user = User.objects.create_user(username, full_name=full_name)
    Membership.objects.create(user=user, workplace=home, role=role, started_on=timezone.localdate() - timedelta(days=200))
    return user


def _log(learner: User, framework: Framework, home: Workplace) -> ProgressLog:
    return ProgressLog.open(by=learner, framework=framework, workplace=home, submission=uuid4())


def _declare(log: ProgressLog, number: int) -> None:
    for entry in list(log.entries.all()[:number]):
        words: dict[str, Any] = {"kind": "reflective_account", "title": "Breakfast with Mrs C", "text": "I sat down first. I waited. " * 30}
        Evidence.add(log, [entry], by=log.learner, submission=uuid4(), **words)
        entry.log = log
        entry.declare(by=log.learner, statement="I am ready.", submission=uuid4())
