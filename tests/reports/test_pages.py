"""Asking, waiting, taking and checking, through the browser's eyes."""

from uuid import uuid4

import pytest
from django.test import Client

from people.models import User
from progress.models import LogEntry, ProgressLog
from reports.codes import new_code
from reports.models import LogExport
from reports.progress_log import read_export
from tests.cast import add_account, declare, entry_of, just_now, sign
from tests.reports.test_exports import PDF, made


def issued(log: ProgressLog) -> tuple[LogExport, str]:
    """Issue a paper of a log and return it with its code."""
    claimed = LogExport.objects.claim(LogExport.request(log, by=log.learner).pk)
    assert claimed
    record = read_export(claimed)
    assert claimed.finish(PDF, record)
    claimed.refresh_from_db()
    return claimed, record.code


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def answer(client: Client, code: str) -> str:
    return page(client, f"/verify/?code={code}")


# Asking and waiting


def test_asking_leads_to_the_page_that_waits(client: Client, log: ProgressLog) -> None:
    client.force_login(log.learner)
    response = client.post(f"/logs/{log.pk}/export/")
    export = LogExport.objects.get()
    assert response["Location"] == export.get_absolute_url()
    shown = page(client, response["Location"])
    assert "We are making your PDF" in shown
    assert "It is the next one." in shown
    assert "Look again" in shown


def test_looking_never_asks(client: Client, log: ProgressLog) -> None:
    client.force_login(log.learner)
    assert client.get(f"/logs/{log.pk}/export/").status_code == 405
    assert not LogExport.objects.exists()


def test_a_poll_hears_nothing_until_there_is_news_and_then_stops(client: Client, export: LogExport) -> None:
    client.force_login(export.log.learner)
    asks = {"path": export.get_absolute_url(), "query_params": {"seen": export.how_far}, "headers": {"HX-Request": "true"}}
    assert client.get(**asks).status_code == 204
    LogExport.objects.filter(pk=export.pk).update(state=LogExport.State.RENDERING)
    assert b"being laid out now" in client.get(**asks).content
    LogExport.objects.filter(pk=export.pk).update(state=LogExport.State.WAITING)
    made(export)
    news = client.get(**asks)
    assert b"Your PDF is ready" in news.content
    assert b"hx-get" not in news.content
    assert b"<html" not in news.content


def test_who_waits_is_told_how_many_are_before_her(client: Client, export: LogExport, lena: User) -> None:
    mine = export.log
    other = ProgressLog.open(framework=mine.framework, workplace=mine.workplace, by=lena, submission=uuid4())
    second = LogExport.request(other, by=lena)
    client.force_login(lena)
    assert "1 other PDF is before it." in page(client, second.get_absolute_url())
    made(export)
    assert "It is the next one." in page(client, second.get_absolute_url())


def test_a_failure_is_said_plainly_with_a_way_on(client: Client, export: LogExport) -> None:
    LogExport.objects.update(state=LogExport.State.FAILED, last_error="MemoryError")
    client.force_login(export.log.learner)
    shown = page(client, export.get_absolute_url())
    assert "We could not make your PDF" in shown
    assert "Nothing in the log is lost" in shown
    assert f"/logs/{export.log_id}/export/" in shown
    assert "MemoryError" not in shown


# Taking


def test_the_file_is_handed_over_and_kept_by_nobody(client: Client, export: LogExport) -> None:
    ready = made(export)
    client.force_login(ready.log.learner)
    response = client.get(f"/exports/{ready.pk}/download/")
    assert b"".join(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="progress-log-amina-okafor-{ready.finished_at:%Y-%m-%d}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_there_is_no_file_before_it_is_ready(client: Client, export: LogExport) -> None:
    client.force_login(export.log.learner)
    assert client.get(f"/exports/{export.pk}/download/").status_code == 404


@pytest.mark.parametrize("stranger", ["lena", "tom", "yusuf", "olu", "ada"])
def test_for_strangers_there_is_no_such_export(client: Client, export: LogExport, stranger: str, request: pytest.FixtureRequest) -> None:
    ready = made(export)
    client.force_login(request.getfixturevalue(stranger))
    answers = [
        client.post(f"/logs/{ready.log_id}/export/"),
        client.get(f"/exports/{ready.pk}/"),
        client.get(f"/exports/{ready.pk}/download/"),
        client.get(f"/exports/{uuid4()}/"),
    ]
    assert [found.status_code for found in answers] == [404] * 4


def test_her_supervisor_may_take_it_too(client: Client, export: LogExport, grace: User) -> None:
    ready = made(export)
    client.force_login(grace)
    assert client.get(f"/exports/{ready.pk}/download/").status_code == 200


# Checking


def test_anybody_with_the_code_sees_what_the_paper_shows(client: Client, log: ProgressLog) -> None:
    export, code = issued(log)
    shown = answer(client, code)
    assert "Valid: this is the latest" in shown
    for words in ("Amina Okafor", "Rosewood House", "Dementia care, Example edition 2026", "0 of 3 outcomes", export.head_in_groups):
        assert words in shown
    for words in (str(log.pk), str(export.pk), "amina@", export.sha256):
        assert words not in shown.replace(code, "")


def test_a_paper_with_a_later_one_is_genuine_and_old(client: Client, log: ProgressLog) -> None:
    _export, code = issued(log)
    add_account(entry_of(log, "1.2"))
    _later, newer = issued(log)
    assert "Genuine, but there is a later one" in answer(client, code)
    assert "Valid" in answer(client, newer)


def test_a_sign_off_taken_back_since_is_said_first(client: Client, signed: LogEntry, grace: User) -> None:
    _export, code = issued(signed.log)
    signed.refresh_from_db()
    signed.withdraw_sign_off(by=grace, proof=just_now(), reason="I mixed up two people.", seen=signed.version, submission=uuid4())
    _later, newer = issued(signed.log)
    shown = answer(client, code)
    assert "withdrawn in part" in shown
    assert "The sign-off of outcome 1.2 was withdrawn" in shown
    assert "mixed up" not in shown
    assert "Valid" in answer(client, newer)


def test_a_sign_off_made_and_taken_back_before_the_paper_is_no_matter(client: Client, signed: LogEntry, grace: User) -> None:
    signed.withdraw_sign_off(by=grace, proof=just_now(), reason="I mixed up two people.", seen=signed.version, submission=uuid4())
    declare(entry_of(signed.log, "1.2"))
    sign(entry_of(signed.log, "1.2"), grace)
    _export, code = issued(signed.log)
    assert "Valid" in answer(client, code)


def test_a_paper_whose_head_is_not_in_the_ledger_is_not_confirmed(client: Client, log: ProgressLog) -> None:
    _export, code = issued(log)
    LogExport.objects.update(head="0" * 64)
    assert "We cannot confirm this progress log" in answer(client, code)


def test_another_code_is_not_ours(client: Client, export: LogExport) -> None:
    made(export)
    shown = answer(client, new_code())
    assert "did not issue a progress log with that code" in shown
    assert "Amina" not in shown


@pytest.mark.parametrize(
    ("code", "says"), [("", "Enter the verification code."), ("ABC", "26 letters and numbers"), ("x" * 500, "There is a problem")]
)
def test_what_cannot_be_a_code_is_refused_with_a_reason(client: Client, db: None, code: str, says: str) -> None:
    assert says in answer(client, code)


def test_the_check_is_public_and_not_for_search_engines(client: Client, db: None) -> None:
    response = client.get("/verify/")
    assert response.status_code == 200
    assert "noindex" in response["X-Robots-Tag"]
    assert b"There is a problem" not in response.content
