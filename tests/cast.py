"""The cast: the same people in every test.

At Rosewood House: Amina and Lena learn, Grace supervises, Priya manages, Idris assures
quality, and Olu supervised until last month. At Birch Lodge, another employer's home:
Tom supervises and Yusuf learns. Ada writes courses.
"""

import json
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from courses.models import Area, CourseIndexPage, CoursePage, Framework, ModulePage, Outcome
from people.models import Employer, Membership, User, Workplace
from people.permissions import Role
from people.proof import Proof
from progress.models import Evidence, LogEntry, Method, ProgressLog, Upload

PASSWORD = "three-plain-words"

# The smallest picture there is: one dot.
A_PHOTO = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


def person(username: str, full_name: str) -> User:
    """Make a user who can sign in."""
    return User.objects.create_user(username, PASSWORD, full_name=full_name)


def employ(user: User, workplace: Workplace, role: str, title: str = "", ended_days_ago: int | None = None) -> Membership:
    """Give somebody a role since 200 days ago, perhaps ended."""
    today = timezone.localdate()
    ended = today - timedelta(days=ended_days_ago) if ended_days_ago is not None else None
    return Membership.objects.create(
        user=user, workplace=workplace, role=role, job_title=title, started_on=today - timedelta(days=200), ended_on=ended
    )


@pytest.fixture
def rosewood(db: None) -> Workplace:
    return Workplace.objects.create(employer=Employer.objects.create(name="Rosewood Care"), name="Rosewood House")


@pytest.fixture
def birch(db: None) -> Workplace:
    return Workplace.objects.create(employer=Employer.objects.create(name="Birch Homes"), name="Birch Lodge")


@pytest.fixture
def amina(rosewood: Workplace) -> User:
    user = person("amina", "Amina Okafor")
    employ(user, rosewood, Role.LEARNER, "Care worker")
    return user


@pytest.fixture
def lena(rosewood: Workplace) -> User:
    user = person("lena", "Lena Novak")
    employ(user, rosewood, Role.LEARNER, "Care worker")
    return user


@pytest.fixture
def grace(rosewood: Workplace) -> User:
    user = person("grace", "Grace Mwangi")
    employ(user, rosewood, Role.SUPERVISOR, "Senior care worker")
    return user


@pytest.fixture
def olu(rosewood: Workplace) -> User:
    user = person("olu", "Olu Adeyemi")
    employ(user, rosewood, Role.SUPERVISOR, "Team leader", ended_days_ago=30)
    return user


@pytest.fixture
def priya(rosewood: Workplace) -> User:
    user = person("priya", "Priya Shah")
    employ(user, rosewood, Role.MANAGER, "Registered manager")
    return user


@pytest.fixture
def idris(rosewood: Workplace) -> User:
    user = person("idris", "Idris Bello")
    employ(user, rosewood, Role.QUALITY_ASSURER, "Quality lead")
    return user


@pytest.fixture
def tom(birch: Workplace) -> User:
    user = person("tom", "Tom Ellery")
    employ(user, birch, Role.SUPERVISOR, "Team leader")
    return user


@pytest.fixture
def yusuf(birch: Workplace) -> User:
    user = person("yusuf", "Yusuf Karim")
    employ(user, birch, Role.LEARNER, "Care worker")
    return user


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_superuser("ada", PASSWORD, full_name="Ada Author")


def make_framework(outcomes: int = 3, key: str = "dementia-care") -> Framework:
    """Make a framework: 1.1 knowledge, 1.2 practice with one piece, 1.3 both and signed one by one, then more of 1.2's kind."""
    framework = Framework.objects.create(
        key=key,
        title="Dementia care",
        publisher="Countersign contributors",
        edition="Example edition 2026",
        licence="CC BY-SA 4.0",
        wording="own",
    )
    area = Area.objects.create(framework=framework, code="1", title="Understanding dementia", position=1)
    kinds = ["knowledge", "practice", "both"]
    for n in range(1, outcomes + 1):
        Outcome.objects.create(
            framework=framework,
            area=area,
            code=f"1.{n}",
            text=f"Explain matter number {n}",
            guidance="Ask about it.",
            kind=kinds[n - 1] if n <= 3 else "practice",
            sign_individually=n == 3,
            evidence_needed=0 if n == 1 else 1,
            position=n,
        )
    return framework


@pytest.fixture
def framework(db: None) -> Framework:
    return make_framework()


@pytest.fixture
def log(amina: User, rosewood: Workplace, framework: Framework) -> ProgressLog:
    """Amina's log, open and empty."""
    return ProgressLog.open(by=amina, framework=framework, workplace=rosewood, submission=uuid4())


def entry_of(log: ProgressLog, code: str) -> LogEntry:
    """Return one entry of a log, fresh from the database."""
    return LogEntry.objects.get(log=log, outcome__code=code)


def add_account(entry: LogEntry, title: str = "Breakfast with Mrs C", text: str = "I sat down first. I waited.") -> Evidence:
    """Add a reflective account to an entry, as its learner."""
    return Evidence.add(entry.log, [entry], by=entry.learner, submission=uuid4(), kind="reflective_account", title=title, text=text)


def an_upload(owner: User, kind: str = "photo") -> Upload:
    """Keep a file that is no evidence yet: a few bytes that look like a photo, a PDF or a sound."""
    content = {"photo": A_PHOTO, "document": b"%PDF-1.7", "sound": b"ID3"}[kind]
    suffix = {"photo": "gif", "document": "pdf", "sound": "mp3"}[kind]
    return Upload.objects.create(
        owner=owner,
        file=ContentFile(content, f"{uuid4().hex}.{suffix}"),
        kind=kind,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )


def add_file(entry: LogEntry, kind: str = "photo", title: str = "Our new menu cards") -> Evidence:
    """Add a work product to an entry, as its learner: a file of a few bytes that looks like a photo, a PDF or a sound."""
    upload = an_upload(entry.learner, kind)
    words = {"kind": "work_product", "title": title, "text": "I made them with pictures."}
    return Evidence.add(entry.log, [entry], by=entry.learner, submission=uuid4(), upload=upload, **words)


def declare(entry: LogEntry) -> None:
    """Send an entry to the supervisor, as its learner."""
    entry.declare(by=entry.learner, statement="I am ready.", submission=uuid4())


def just_now() -> Proof:
    """How somebody proves who she is who has just signed in."""
    return Proof("password", timezone.now())


def sign(entry: LogEntry, by: User) -> None:
    """Sign an entry off, having looked at it now."""
    entry.refresh_from_db()
    how = {"method": Method.OBSERVATION, "statement": "I have seen it.", "looked_at": {piece.pk for piece in entry.kept_elsewhere}}
    entry.sign_off(by=by, proof=just_now(), seen=entry.version, submission=uuid4(), **how)


@pytest.fixture
def declared(log: ProgressLog) -> LogEntry:
    """Outcome 1.2 of Amina's log, with evidence, sent to the supervisor."""
    entry = entry_of(log, "1.2")
    add_account(entry)
    declare(entry)
    return entry_of(log, "1.2")


@pytest.fixture
def signed(declared: LogEntry, grace: User) -> LogEntry:
    """The same, signed off by Grace."""
    sign(declared, grace)
    return entry_of(declared.log, "1.2")


STEPS = [
    {
        "type": "step",
        "id": "one-morning",
        "value": {
            "title": "One morning",
            "content": [
                {"type": "text", "id": "t1", "value": {"html": "<p>It is ten past seven.</p>"}},
                {"type": "reflection", "id": "r-word", "value": {"prompt": "Think of a day.", "hint": "I remember…"}},
            ],
        },
    },
    {
        "type": "step",
        "id": "what-first",
        "value": {
            "title": "What do you do first?",
            "content": [
                {
                    "type": "question",
                    "id": "q-first",
                    "value": {
                        "prompt": "Mrs C wants to go home. What do you do first?",
                        "answers": "one",
                        "outcomes": ["1.1", "1.3"],
                        "options": [
                            {"text": "Ask who is waiting.", "right": True, "feedback": "You answer the feeling."},
                            {"text": "Close the door now.", "right": False, "feedback": "Not quite. The worry stays."},
                        ],
                    },
                },
                {
                    "type": "try_at_work",
                    "id": "t-wait",
                    "value": {
                        "title": "Wait",
                        "minutes": 20,
                        "html": "<p>Wait for one answer.</p>",
                        "talk": "What changed?",
                        "outcomes": ["1.3"],
                    },
                },
            ],
        },
    },
]


@pytest.fixture
def module(framework: Framework) -> ModulePage:
    """A published module of two steps that serves outcomes 1.1 and 1.3, on a whole site."""
    call_command("make_site")
    course = CoursePage(title="Dementia care", slug="dementia-care", framework=framework, summary="How to support a person.")
    CourseIndexPage.objects.get().add_child(instance=course)
    page = ModulePage(
        title="What dementia is", slug="what-dementia-is", summary="What changes, and what does not.", minutes=20, steps=json.dumps(STEPS)
    )
    course.add_child(instance=page)
    page.outcomes.set(framework.outcomes.filter(code__in=["1.1", "1.3"]))
    page.save_revision().publish()
    return ModulePage.objects.get(pk=page.pk)
