"""A statement of learning says what its learner finished and claims no more; only she gets it, and it goes when she is erased."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import formats, timezone
from pypdf import PdfReader

from courses.models import CoursePage, ModulePage
from people.models import User
from progress.erasure import Reason, erase_person
from progress.models import LogEntry, ModulePlace, ProgressLog
from reports.models import LogExport, Statement
from reports.statement import in_hours, read_learned, statement_pdf
from reports.tasks import make_statement
from tests.cms.test_query_counts import module_of
from tests.reports.samples import NAMES, learned
from tests.reports.test_paper import HOSTILE
from tests.reports.validator import findings

WORDS_IT_MAY_NOT_USE = ("awarded", "accredited", "certified", "competent", "qualified", "achieved", "passed")


@pytest.fixture(autouse=True)
def store(exports_folder: Any, monkeypatch: pytest.MonkeyPatch) -> FileSystemStorage:
    found = FileSystemStorage(exports_folder)
    monkeypatch.setattr(LogExport._meta.get_field("file"), "storage", found)
    monkeypatch.setattr(Statement._meta.get_field("file"), "storage", found)
    monkeypatch.setitem(storages._storages, "exports", found)
    return found


def finish(module: ModulePage, learner: User, days_ago: int = 0) -> None:
    ModulePlace.objects.create(learner=learner, module=module, finished_at=timezone.now() - timedelta(days=days_ago))


@pytest.fixture
def finished(module: ModulePage, amina: User) -> ModulePage:
    """The cast's module, finished by Amina yesterday."""
    finish(module, amina, days_ago=1)
    return module


def asked(page: Any, learner: User) -> Statement:
    statement = Statement.request(page, read_learned(page, learner).digest, by=learner)
    make_statement(str(statement.pk))
    return Statement.objects.get(pk=statement.pk)


def text_of(statement: Statement) -> str:
    with statement.file.open("rb") as file:
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages).split())


def day(ago: int) -> str:
    return formats.date_format(timezone.localdate() - timedelta(days=ago), "j F Y")


# What it says


def test_of_a_module_it_says_who_what_when_how_long_and_which_outcomes(finished: ModulePage, amina: User) -> None:
    said = text_of(asked(finished, amina))
    for words in (
        "Statement of learning",
        "Amina Okafor",
        "Rosewood House, Rosewood Care",
        "What dementia is",
        day(1),
        "20 minutes in this module",
        "The length of a module is what its authors state.",
        "1.1 Explain matter number 1",
        "1.3 Explain matter number 3",
        "Dementia care, Example edition 2026",
        "in Countersign’s own words",
        f"Issued on {day(0)} by Countersign, http://",
    ):
        assert words in said
    assert "1.2" not in said


def test_it_says_in_one_sentence_what_it_is_not_and_claims_nothing(finished: ModulePage, signed: LogEntry, amina: User) -> None:
    said = text_of(asked(finished.course, amina))
    assert "It is not an award, not a certificate of competence and not a qualification." in said
    assert "Taking a module meets at most the knowledge part of an outcome." in said
    assert [word for word in WORDS_IT_MAY_NOT_USE if word in said.lower()] == []


def test_of_a_course_it_says_every_finished_module_and_the_total(finished: ModulePage, amina: User) -> None:
    second, third = (module_of(finished.course, number) for number in (2, 3))
    ModulePage.objects.filter(pk=second.pk).update(minutes=50)
    finish(second, amina)
    ModulePlace.objects.create(learner=amina, module=third)  # begun
    said = text_of(asked(finished.course, amina))
    assert "1 hour 10 minutes in 2 of 3 modules" in said
    assert ("Module 2 1.1 to 1.3" in said, "Module 3" in said, "1.2 Explain" in said) == (True, False, True)


def test_of_a_course_it_says_how_many_outcomes_are_signed_off_in_her_log(finished: ModulePage, signed: LogEntry, amina: User) -> None:
    assert f"1 of 3 outcomes signed off by {day(0)}" in text_of(asked(finished.course, amina))
    assert "signed off by" not in text_of(asked(finished, amina))


def test_without_a_log_or_a_workplace_it_says_nothing_of_them(finished: ModulePage, amina: User) -> None:
    amina.memberships.all().delete()
    said = text_of(asked(finished.course, amina))
    assert ("outcomes signed off by" in said, "Rosewood" in said) == (False, False)


def test_a_module_that_is_no_longer_shown_was_finished_all_the_same(finished: ModulePage, amina: User) -> None:
    course = finished.course
    finished.unpublish()
    assert [module.title for module in read_learned(course, amina).modules] == ["What dementia is"]


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 minutes"), (1, "1 minute"), (60, "1 hour"), (61, "1 hour 1 minute"), (145, "2 hours 25 minutes")]
)
def test_its_lengths_are_in_hours_and_minutes(minutes: int, said: str) -> None:
    assert in_hours(minutes) == said


def test_it_is_read_in_as_many_questions_for_ten_modules_as_for_one(finished: ModulePage, amina: User) -> None:
    def asks() -> int:
        course = CoursePage.objects.get(pk=finished.course.pk)
        with CaptureQueriesContext(connection) as queries:
            read_learned(course, amina)
        return len(queries)

    before = asks()
    for number in range(9):
        finish(module_of(finished.course, number), amina)
    assert (asks(), before) == (before, 5)


# The paper


def test_a_validator_finds_nothing_against_it(finished: ModulePage, signed: LogEntry, amina: User) -> None:
    for number in range(12):
        finish(module_of(finished.course, number), amina)
    for page in (finished, finished.course):
        with asked(page, amina).file.open("rb") as file:
            assert findings(file.read()) == []


@pytest.mark.parametrize("name", [NAMES["Arabic"], NAMES["Tamil"], HOSTILE[:120], "Wolfeschlegelsteinhausenbergerdorff " * 3])
def test_a_validator_finds_nothing_against_any_name(name: str) -> None:
    said = replace(learned(), learner=name, works_at=(name, "W" * 120), course=name)
    assert findings(statement_pdf(said, named="x", issued_at=timezone.now())) == []


def test_the_same_values_make_the_same_bytes(finished: ModulePage, amina: User) -> None:
    said, at = read_learned(finished, amina), timezone.now()
    assert len({statement_pdf(said, named="x", issued_at=at) for _time in range(2)}) == 1


# Asking for it


def test_it_is_offered_where_she_finishes_and_on_my_learning(client: Client, module: ModulePage, amina: User) -> None:
    client.force_login(amina)
    address = f"/statements/{module.course.pk}/"
    assert address not in client.get("/learn/").content.decode()
    finish(module, amina)
    assert address in client.get("/learn/").content.decode()
    assert f"/statements/{module.pk}/" in client.get(f"{module.url}finished/").content.decode()


def test_she_asks_waits_and_saves_it(client: Client, finished: ModulePage, amina: User) -> None:
    client.force_login(amina)
    asked_for = client.post(f"/statements/{finished.pk}/")
    address = asked_for.headers["Location"]
    assert "It waits for its turn." in client.get(address).content.decode()
    make_statement(address.strip("/").rpartition("/")[2])
    assert "Your statement is ready" in client.get(address).content.decode()
    file = client.get(f"{address}download/")
    name = f"statement-what-dementia-is-amina-okafor-{timezone.localdate().isoformat()}.pdf"
    assert (file["Content-Type"], file["Cache-Control"], file["Content-Disposition"]) == (
        "application/pdf",
        "no-store, private",
        f'attachment; filename="{name}"',
    )


def test_a_page_that_waits_is_told_only_news(client: Client, finished: ModulePage, amina: User) -> None:
    client.force_login(amina)
    statement = Statement.request(finished, "", by=amina)
    address, htmx = statement.get_absolute_url(), {"HX-Request": "true"}
    assert client.get(f"{address}?seen=waiting", headers=htmx).status_code == 204
    Statement.objects.update(state="rendering")
    assert "It is being laid out now." in client.get(f"{address}?seen=waiting", headers=htmx).content.decode()
    Statement.objects.update(state="failed")
    assert "We could not make your statement" in client.get(f"{address}?seen=rendering", headers=htmx).content.decode()


@pytest.mark.parametrize("what", ["begun", "a page that is none", "nothing"])
def test_of_nothing_finished_there_is_none(client: Client, module: ModulePage, amina: User, what: str) -> None:
    client.force_login(amina)
    ModulePlace.objects.create(learner=amina, module=module)
    page = {"begun": module.pk, "a page that is none": module.course.get_parent().pk, "nothing": 10**6}[what]
    assert client.post(f"/statements/{page}/").status_code == 404
    assert not Statement.objects.exists()


def test_nobody_else_sees_it(client: Client, finished: ModulePage, amina: User, grace: User, priya: User) -> None:
    address = asked(finished, amina).get_absolute_url()
    for other in (grace, priya):
        client.force_login(other)
        assert [client.get(address).status_code, client.get(f"{address}download/").status_code] == [404, 404]


def test_what_still_says_the_same_is_the_same_one_and_what_changed_is_made_anew(
    finished: ModulePage, log: ProgressLog, amina: User, store: FileSystemStorage, django_capture_on_commit_callbacks: Any
) -> None:
    first = asked(finished.course, amina)
    assert asked(finished.course, amina) == first
    finish(module_of(finished.course, 2), amina)
    with django_capture_on_commit_callbacks(execute=True):
        second = asked(finished.course, amina)
    assert list(Statement.objects.all()) == [second]
    assert (store.exists(first.file.name), "Module 2" in text_of(second)) == (False, True)


def test_a_second_wish_while_one_is_made_gets_that_one(finished: ModulePage, amina: User) -> None:
    assert Statement.request(finished, "a", by=amina) == Statement.request(finished, "b", by=amina)


# Erasure


def test_it_goes_when_she_is_erased(
    finished: ModulePage, amina: User, ada: User, store: FileSystemStorage, django_capture_on_commit_callbacks: Any
) -> None:
    statement = asked(finished, amina)
    assert Statement.objects.forget_erased_people() == 0
    amina.memberships.get().end(by=ada)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase_words", "--person", "amina", "--by", "ada", "--reason", "asked", "--yes")
    assert (Statement.objects.exists(), store.exists(statement.file.name)) == (False, False)


def test_one_that_is_being_made_while_she_is_erased_is_not_kept(
    finished: ModulePage, amina: User, ada: User, store: FileSystemStorage
) -> None:
    Statement.request(finished, "", by=amina)
    statement = Statement.objects.claim(Statement.objects.get().pk)
    amina.memberships.get().end(by=ada)
    erase_person(amina, by=ada, reason=Reason.ASKED, submission=uuid4())
    assert statement.finish(b"%PDF-1.7", "0" * 64) is False
    assert store.listdir("statements")[1] == []
    Statement.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    make_statement(str(statement.pk))
    assert not Statement.objects.exists()
