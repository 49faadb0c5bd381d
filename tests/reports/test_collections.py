"""The logs of many in one file: made beside what learners ask for, fair between employers, and never of more people than the manager has."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Framework
from people.models import Employer, Membership, Notice, User, Workplace
from people.permissions import Role
from progress.erasure import Reason, erase_piece
from progress.models import ProgressLog
from reports import tasks
from reports.collecting import take_a_turn
from reports.models import LogCollection, LogExport
from reports.progress_log import read_export
from tests.cast import add_account, employ, entry_of, person
from tests.reports.test_exports import made

PDF = b"%PDF-1.7 paper"


@pytest.fixture(autouse=True)
def no_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_issue", made_of)


def made_of(export: LogExport) -> None:
    """Finish a claimed export, without a renderer."""
    with export.failing_safely():
        assert export.finish(PDF + str(export.log_id).encode(), read_export(export))


def a_log(of: str, at: Workplace, framework: Framework) -> ProgressLog:
    learner = person(of.lower().replace(" ", "-"), of)
    employ(learner, at, Role.LEARNER)
    return ProgressLog.open(by=learner, framework=framework, workplace=at, submission=uuid4())


def a_home(of: Employer, name: str, manager: User, framework: Framework, logs: int = 1) -> Workplace:
    home = Workplace.objects.create(employer=of, name=name)
    employ(manager, home, Role.MANAGER)
    for number in range(logs):
        a_log(f"{name} Learner {number}", home, framework)
    return home


def turns(number: int = 1) -> None:
    for _turn in range(number):
        tasks.collect_logs("")


def names_in(client: Client, collection: LogCollection) -> list[str]:
    return opened(client, collection).namelist()


def opened(client: Client, collection: LogCollection) -> ZipFile:
    answer: Any = client.get(f"{collection.get_absolute_url()}download/")
    assert answer.status_code == 200
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def rows_in(client: Client, collection: LogCollection) -> list[dict[str, str]]:
    table = opened(client, collection).read("list-of-logs.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(table)))


@pytest.fixture
def second(rosewood: Workplace, framework: Framework) -> ProgressLog:
    return a_log("Joseph Mensah", rosewood, framework)


@pytest.fixture
def desk(client: Client, priya: User) -> Client:
    client.force_login(priya)
    return client


@pytest.fixture
def collection(log: ProgressLog, second: ProgressLog, rosewood: Workplace, priya: User) -> LogCollection:
    """Of two logs at Rosewood."""
    return LogCollection.request(rosewood, by=priya)


# Asking, and what comes of it


def test_she_presses_and_gets_every_log_with_a_list(desk: Client, log: ProgressLog, second: ProgressLog, rosewood: Workplace) -> None:
    asked = desk.post(f"/team/{rosewood.pk}/logs/")
    collection = LogCollection.objects.get()
    assert asked.headers["Location"] == collection.get_absolute_url()
    assert "0 of 2 done" in desk.get(asked.headers["Location"]).content.decode()
    turns(2)
    assert "It holds 2 progress logs" in desk.get(asked.headers["Location"]).content.decode()
    files = ["amina-okafor-dementia-care.pdf", "joseph-mensah-dementia-care.pdf"]
    assert names_in(desk, collection) == [*files, "list-of-logs.csv"]
    assert opened(desk, collection).read(files[0]) == PDF + str(log.pk).encode()
    rows = rows_in(desk, collection)
    assert [(row["File"], row["Name"], row["Signed off"], row["Outcomes"]) for row in rows] == [
        (files[0], "Amina Okafor", "0", "3"),
        (files[1], "Joseph Mensah", "0", "3"),
    ]
    assert [row["SHA-256"] for row in rows] == [item.export.sha256 for item in collection.logs.order_by("log__learner__full_name")]


def test_two_presses_are_one_wish(collection: LogCollection, rosewood: Workplace, priya: User) -> None:
    assert LogCollection.request(rosewood, by=priya) == collection


def test_a_log_whose_pdf_is_true_is_not_made_again(log: ProgressLog, second: ProgressLog, rosewood: Workplace, priya: User) -> None:
    ready = made(LogExport.request(log, by=log.learner))
    collection = LogCollection.request(rosewood, by=priya)
    turns()
    collection.refresh_from_db()
    assert collection.is_ready
    assert collection.logs.get(log=log).export == ready
    assert LogExport.objects.count() == 2


def test_two_people_of_one_name_are_two_files(
    desk: Client, log: ProgressLog, rosewood: Workplace, framework: Framework, priya: User
) -> None:
    other = a_log("Amina Okafor ", rosewood, framework)
    User.objects.filter(pk=other.learner_id).update(full_name="Amina Okafor")
    collection = LogCollection.request(rosewood, by=priya)
    turns(2)
    assert names_in(desk, collection)[:2] == ["amina-okafor-dementia-care.pdf", "amina-okafor-dementia-care-2.pdf"]


def test_of_an_employer_she_takes_the_homes_that_she_manages_each_in_its_folder(
    desk: Client, log: ProgressLog, rosewood: Workplace, framework: Framework, priya: User
) -> None:
    a_home(rosewood.employer, "Elm Court", priya, framework)
    somebody = person("sam", "Sam Field")
    a_home(rosewood.employer, "Not Hers", somebody, framework)
    assert "Every workplace of" in desk.get(f"/team/{rosewood.pk}/logs/").content.decode()
    desk.post(f"/team/{rosewood.pk}/logs/", {"whose": "everywhere"})
    turns(2)
    found = names_in(desk, LogCollection.objects.get())
    assert [name.split("/")[0] for name in found] == ["elm-court", "rosewood-house", "list-of-logs.csv"]


def test_where_there_is_no_log_nothing_is_collected(desk: Client, rosewood: Workplace) -> None:
    assert "No progress logs yet" in desk.get(f"/team/{rosewood.pk}/logs/").content.decode()
    assert "There is no progress log here yet" in desk.post(f"/team/{rosewood.pk}/logs/").content.decode()
    assert LogCollection.objects.count() == 0


def test_who_has_left_the_page_is_told(collection: LogCollection, priya: User) -> None:
    LogCollection.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    turns(2)
    assert [(notice.to, notice.kind, notice.title) for notice in Notice.objects.all()] == [(priya, "logs_ready", "Rosewood House")]


def test_a_list_is_kept_for_a_week(collection: LogCollection) -> None:
    LogCollection.objects.update(created_at=timezone.now() - timedelta(days=8))
    LogCollection.objects.forget_the_old()
    assert LogCollection.objects.count() == 0


# Who waits for whom


def test_a_turn_makes_one_pdf(collection: LogCollection) -> None:
    turns()
    assert (LogExport.objects.issued().count(), collection.counts["done"]) == (1, 1)


def test_whoever_waits_for_her_own_goes_first(collection: LogCollection, log: ProgressLog, nudges: list[tuple[str, float]]) -> None:
    wish = LogExport.request(log, by=log.learner)
    turns()
    assert (LogExport.objects.issued().count(), nudges) == (0, [(LogCollection.task, tasks.STEP_ASIDE)])
    made(wish)
    turns()
    assert LogExport.objects.issued().count() == 2


def test_a_learner_who_asks_for_what_a_collection_is_making_gets_that(collection: LogCollection, log: ProgressLog) -> None:
    asked: list[LogExport] = []

    def she_asks_meanwhile(export: LogExport) -> None:
        asked.append(LogExport.request(export.log, by=export.log.learner))
        made_of(export)

    claimed = LogCollection.objects.claim_next()
    assert claimed
    take_a_turn(claimed, she_asks_meanwhile)
    assert [(export.pk, export.state) for export in LogExport.objects.issued()] == [(asked[0].pk, "ready")]


def test_an_employer_with_many_homes_waits_like_one_with_one(
    rosewood: Workplace, birch: Workplace, framework: Framework, priya: User, tom: User
) -> None:
    homes = [a_home(rosewood.employer, f"Home {n}", priya, framework, logs=2) for n in range(3)]
    other = a_home(birch.employer, "Birch Annexe", tom, framework, logs=2)
    for home in homes:
        LogCollection.request(home, by=priya)
    LogCollection.request(other, by=tom)
    turns(4)
    made_for = list(LogExport.objects.order_by("finished_at").values_list("log__workplace__name", flat=True))
    assert made_for == ["Home 0", "Birch Annexe", "Home 0", "Birch Annexe"]


# When something goes wrong


def test_a_worker_that_dies_leaves_its_turn_to_the_next(collection: LogCollection) -> None:
    assert LogCollection.objects.claim_next() == collection
    assert (LogCollection.objects.claim_next(), LogCollection.objects.overdue()) == (None, [])
    LogCollection.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert LogCollection.objects.overdue() == [collection.pk]
    turns(2)
    collection.refresh_from_db()
    assert collection.is_ready


def test_what_a_worker_has_promised_to_come_back_for_is_not_called_for_again(collection: LogCollection) -> None:
    LogCollection.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert LogCollection.objects.overdue() == [collection.pk]
    turns()
    assert LogCollection.objects.overdue() == []


def test_one_log_that_fails_five_times_is_named_and_stops_no_other(
    desk: Client, collection: LogCollection, log: ProgressLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_amina(export: LogExport) -> None:
        with export.failing_safely():
            if export.log_id == log.pk:
                raise ValueError
        if export.log_id != log.pk:
            made_of(export)

    monkeypatch.setattr(tasks, "_issue", fails_for_amina)
    turns(8)
    collection.refresh_from_db()
    assert (collection.state, collection.counts) == ("ready", {"total": 2, "failed": 1, "made": 1, "done": 2})
    assert [row["File"] for row in rows_in(desk, collection)] == ["Could not be made", "joseph-mensah-dementia-care.pdf"]
    assert "1 PDF could not be made" in desk.get(collection.get_absolute_url()).content.decode()


def test_a_log_that_kills_each_worker_counts_against_itself_only(collection: LogCollection) -> None:
    def killed(export: LogExport) -> None:
        raise SystemExit

    for _time in range(5):
        claimed = LogCollection.objects.claim_next()
        assert claimed
        with pytest.raises(SystemExit):
            take_a_turn(claimed, killed)
        past = timezone.now() - timedelta(seconds=1)
        LogCollection.objects.update(lease_until=past)
        LogExport.objects.update(lease_until=past)
    LogExport.objects.give_up_on_the_hopeless()
    LogCollection.objects.give_up_on_the_hopeless()
    turns(2)
    collection.refresh_from_db()
    assert (collection.state, collection.counts["failed"]) == ("ready", 1)


# Whom it may hold


@pytest.fixture
def ready(collection: LogCollection) -> LogCollection:
    turns(2)
    collection.refresh_from_db()
    return collection


def end(user: User) -> None:
    Membership.objects.filter(user=user).update(ended_on=timezone.localdate() - timedelta(days=1))


def test_who_has_left_is_not_in_it_from_then_on(desk: Client, ready: LogCollection, second: ProgressLog) -> None:
    end(second.learner)
    assert names_in(desk, ready) == ["amina-okafor-dementia-care.pdf", "list-of-logs.csv"]


def test_who_leaves_while_it_is_made_drops_out(collection: LogCollection, second: ProgressLog) -> None:
    end(second.learner)
    turns()
    collection.refresh_from_db()
    assert (collection.state, collection.counts["total"]) == ("ready", 1)


def test_a_manager_whose_role_ended_has_it_no_longer(desk: Client, ready: LogCollection, priya: User) -> None:
    end(priya)
    assert desk.get(ready.get_absolute_url()).status_code == 404
    assert desk.get(f"{ready.get_absolute_url()}download/").status_code == 404


def test_it_is_not_handed_out_before_it_is_ready(desk: Client, collection: LogCollection) -> None:
    assert desk.get(f"{collection.get_absolute_url()}download/").status_code == 404


def test_a_pdf_with_erased_words_is_not_in_it_from_then_on(
    desk: Client, log: ProgressLog, rosewood: Workplace, priya: User, ada: User
) -> None:
    piece = add_account(entry_of(log, "1.1"))
    collection = LogCollection.request(rosewood, by=priya)
    turns()
    erase_piece(piece, by=ada, reason=Reason.MISTAKE, submission=uuid4())
    LogExport.objects.forget_papers()
    assert names_in(desk, collection) == ["list-of-logs.csv"]
    assert [row["File"] for row in rows_in(desk, collection)] == ["Deleted: words in it were erased"]


def test_a_file_that_is_missing_is_named_and_keeps_back_no_other(desk: Client, ready: LogCollection, log: ProgressLog, caplog: Any) -> None:
    export = ready.logs.get(log=log).export
    export.file.storage.delete(export.file.name)
    assert [row["File"] for row in rows_in(desk, ready)] == [
        "Missing: tell the person who runs this site",
        "joseph-mensah-dementia-care.pdf",
    ]
    assert [record.message for record in caplog.records if record.name == "reports.zip_of_logs"] == [
        f"The file of export {export.pk} is missing."
    ]
