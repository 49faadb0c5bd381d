"""Everything that is a worker's, in one file: that all of it is there, that it is hers alone, and that erased words are in none."""

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import ModulePage
from people.models import Notice, User
from progress.actions import record_answer
from progress.erasure import Reason, erase_piece
from progress.models import Draft, GroupSession, LogEntry
from reports import tasks
from reports.jobs import MOST_ATTEMPTS
from reports.models import LeavingPack, LogExport
from tests.cast import add_account, entry_of
from tests.reports.test_bundle import own_key as own_key
from tests.reports.test_seal import own_seal as own_seal

pytestmark = pytest.mark.usefixtures("own_key", "own_seal")


def made(pack: LeavingPack) -> LeavingPack:
    """Let a worker make it: her papers first, then the file."""
    for _time in range(2):
        LeavingPack.objects.filter(pk=pack.pk).update(not_before=None)
        tasks.make_leaving_pack(str(pack.pk))
        for export in LogExport.objects.pending():
            tasks.render_log(str(export.pk))
    pack.refresh_from_db()
    return pack


@pytest.fixture
def pack(signed: LogEntry, module: ModulePage) -> LeavingPack:
    """Amina's, with an outcome signed off, words in a module, a group session and a draft."""
    amina = signed.log.learner
    record_answer(module, module.outline().steps[0].asking[0], {"words": "I waited until she looked up."}, by=amina)
    Draft.objects.create(writer=amina, place="/learn/x/", fields={"text": "Not finished yet", "submission": "1"})
    return made(LeavingPack.request(by=amina))


@pytest.fixture
def opened(pack: LeavingPack) -> ZipFile:
    with pack.file.open("rb") as file:
        return ZipFile(io.BytesIO(file.read()))


def data_in(opened: ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(opened.read("everything.json"))
    return found


def test_each_log_is_there_with_its_paper_and_its_record(pack: LeavingPack, opened: ZipFile) -> None:
    assert pack.is_ready
    (log,) = data_in(opened)["logs"]
    inside = {name.removeprefix(log["folder"]) for name in opened.namelist() if name.startswith(log["folder"])}
    assert {"index.html", "progress-log.pdf", "outcomes.csv", "record.json", "verify_log.py", "evidence/E1.html"} <= inside
    export = LogExport.objects.get()
    with export.file.open("rb") as paper:
        assert opened.read(f"{log['folder']}progress-log.pdf") == paper.read()


def test_what_she_answered_and_has_not_sent_is_there_to_read_and_for_a_program(opened: ZipFile) -> None:
    (module,) = data_in(opened)["modules"]
    assert [answer["said"] for answer in module["answers"]] == [[{"asked": "", "said": "I waited until she looked up."}]]
    assert [draft["words"] for draft in data_in(opened)["not_sent_yet"]] == [{"text": "Not finished yet"}]
    page = opened.read("learning.html").decode()
    assert "I waited until she looked up." in page
    assert "Not finished yet" in page


def test_her_roles_and_account_are_there(opened: ZipFile) -> None:
    said = data_in(opened)
    assert [(role["workplace"], role["role"]) for role in said["roles"]] == [("Rosewood House", "learner")]
    assert (said["account"]["full_name"], said["account"]["username"]) == ("Amina Okafor", "amina")
    assert "password" not in opened.read("everything.json").decode()


def test_group_sessions_are_there(signed: LogEntry, module: ModulePage, grace: User) -> None:
    session = GroupSession.lead(module, "g1", "Four chairs", at=signed.log.workplace, by=grace)
    session.attendances.create(learner=signed.log.learner)
    with made(LeavingPack.request(by=signed.log.learner)).file.open("rb") as file:
        (said,) = data_in(ZipFile(io.BytesIO(file.read())))["group_sessions"]
    assert (said["title"], said["led_by"], said["workplace"]) == ("Four chairs", "Grace Mwangi", "Rosewood House")


def test_what_an_author_took_away_since_is_there_in_her_words(signed: LogEntry, module: ModulePage) -> None:
    amina = signed.log.learner
    answer = record_answer(module, module.outline().steps[0].asking[0], {"words": "I sat down."}, by=amina)
    type(answer).objects.filter(pk=answer.pk).update(activity_id="gone", revision=None)
    module.unpublish()
    with made(LeavingPack.request(by=amina)).file.open("rb") as file:
        assert "I sat down." in ZipFile(io.BytesIO(file.read())).read("learning.html").decode()


def test_somebody_without_a_log_has_a_file_too(client: Client, lena: User) -> None:
    client.force_login(lena)
    asked = client.post("/account/everything/")
    pack = made(LeavingPack.objects.get())
    assert asked.headers["Location"] == f"/account/everything/{pack.pk}/"
    answer: Any = client.get(f"{pack.get_absolute_url()}download/")
    opened = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert sorted(opened.namelist()) == ["everything.json", "index.html", "learning.html", "style.css"]


def test_it_is_hers_alone(client: Client, pack: LeavingPack, grace: User, priya: User) -> None:
    for other in (grace, priya):
        client.force_login(other)
        assert client.get(pack.get_absolute_url()).status_code == 404
        assert client.get(f"{pack.get_absolute_url()}download/").status_code == 404


def test_a_newer_one_takes_its_place_and_a_week_ends_it(pack: LeavingPack) -> None:
    newer = made(LeavingPack.request(by=pack.learner))
    assert list(LeavingPack.objects.all()) == [newer]
    LeavingPack.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert (LeavingPack.objects.forget_the_old(), LeavingPack.objects.count()) == (1, 0)


def test_with_erased_words_it_goes(pack: LeavingPack, signed: LogEntry, ada: User) -> None:
    assert LeavingPack.objects.forget_erased_words() == 0
    erase_piece(signed.pieces[0], by=ada, reason=Reason.MISTAKE, submission=uuid4())
    assert (LeavingPack.objects.forget_erased_words(), LeavingPack.objects.count()) == (1, 0)


def test_words_that_are_erased_while_it_is_made_are_in_none(pack: LeavingPack, signed: LogEntry, ada: User) -> None:
    LeavingPack.objects.update(state="waiting", file="")
    claimed = LeavingPack.objects.claim(pack.pk)
    begun_with = claimed.erasures()
    erase_piece(signed.pieces[0], by=ada, reason=Reason.MISTAKE, submission=uuid4())
    assert claimed.finish(io.BytesIO(b"PK"), begun_with=begun_with) is False
    assert LeavingPack.objects.get().state == "waiting"


def test_it_gives_up_where_a_paper_cannot_be_made(signed: LogEntry) -> None:
    pack = LeavingPack.request(by=signed.log.learner)
    LogExport.objects.create(log=signed.log, requested_by=signed.log.learner, state="failed", finished_at=timezone.now())
    for _time in range(MOST_ATTEMPTS):
        tasks.make_leaving_pack(str(pack.pk))
    pack.refresh_from_db()
    assert pack.state == "failed"


def test_who_has_left_the_page_is_told(signed: LogEntry) -> None:
    pack = LeavingPack.request(by=signed.log.learner)
    LeavingPack.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    made(pack)
    told = [notice.kind for notice in Notice.objects.filter(to=signed.log.learner, address=pack.get_absolute_url())]
    assert told == ["everything_ready"]


def test_of_what_she_wrote_since_she_left_the_page_nothing_is_missing(pack: LeavingPack, signed: LogEntry) -> None:
    add_account(entry_of(signed.log, "1.3"), text="A new one.")
    newer = made(LeavingPack.request(by=pack.learner))
    with newer.file.open("rb") as file:
        opened = ZipFile(io.BytesIO(file.read()))
    (log,) = data_in(opened)["logs"]
    assert "A new one." in opened.read(f"{log['folder']}evidence/E2.html").decode()
