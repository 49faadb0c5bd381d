"""A signed checkpoint goes to each employer once a day, holds nothing personal, and is read as it came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from people.models import User, Workplace
from progress import letters
from progress.checkpoint import CannotRun, Leaf, _write_once, make_checkpoint, read_checkpoint
from progress.letters import post_letters, send_letters
from progress.models import CheckpointLetter, LogEntry, ProgressLog
from progress.models.letter import MOST_TRIES
from progress.nightly import check_the_ledger
from progress.verification import verify
from tests.progress.test_verification import cut_the_tail, own_key, run  # noqa: F401 – a fixture


@pytest.fixture
def addressed(rosewood: Workplace) -> Workplace:
    """Rosewood House, whose employer gave an address."""
    call_command("checkpoint_letters", "--to", "Rosewood Care", "owner@rosewood.example", stdout=StringIO())
    rosewood.employer.refresh_from_db()
    return rosewood


def attached(number: int = 0) -> str:
    """Return what is attached to a letter, as a mail program saves it."""
    [part] = [part for part in mail.outbox[number].message().walk() if part.get_filename()]
    return part.get_payload(decode=True).decode()


def listed() -> str:
    out = StringIO()
    call_command("checkpoint_letters", stdout=out)
    return out.getvalue()


class Refusing:
    """A mail server that refuses the first letters."""

    def __init__(self, times: int) -> None:
        self.times, self.sent = times, 0

    def __call__(self) -> None:
        if self.times:
            self.times -= 1
            raise OSError("No route to owner@rosewood.example")
        self.sent += 1


def test_an_employer_gets_the_heads_of_her_own_logs_and_nothing_personal(
    addressed: Workplace, signed: LogEntry, yusuf: User, birch: Workplace
) -> None:
    elsewhere = ProgressLog.open(by=yusuf, framework=signed.log.framework, workplace=birch, submission=uuid4())
    assert post_letters() == 1
    [letter] = mail.outbox
    assert letter.to == ["owner@rosewood.example"]
    log = ProgressLog.objects.get(pk=signed.log_id)
    assert attached().endswith(f"\n\n{log.pk} {log.head_seq} {log.head_hash}\n")
    for private in (str(elsewhere.pk), "Amina", "Grace", "Yusuf"):
        assert private not in attached() + letter.body + letter.subject


def test_the_file_is_read_as_it_came(addressed: Workplace, signed: LogEntry, tmp_path: Path) -> None:
    post_letters()
    log = ProgressLog.objects.get(pk=signed.log_id)
    for line_end in ("\n", "\r\n"):
        path = tmp_path / "from-the-letter.txt"
        path.write_bytes(attached().replace("\n", line_end).encode())
        assert read_checkpoint(path) == [Leaf(log.pk, log.head_seq, log.head_hash)]
    assert run("--checkpoint", str(path)) == (0, f"{log.head_seq} events in 1 logs: nothing found\n")
    cut_the_tail(signed.log)
    code, said = run("--checkpoint", str(path))
    assert (code, "The checkpoint knows 4 events; those after event 3 were cut off." in said) == (1, True)


@pytest.mark.parametrize("place", range(0, 900, 61))
def test_a_letter_that_was_changed_is_not_believed(place: int, addressed: Workplace, signed: LogEntry, tmp_path: Path) -> None:
    post_letters()
    held = attached()
    place %= len(held) - 1
    path = tmp_path / "changed.txt"
    path.write_text(held[:place] + ("8" if held[place] != "8" else "9") + held[place + 1 :], encoding="utf-8")
    with pytest.raises(CannotRun):
        read_checkpoint(path)


def test_an_employer_without_logs_gets_a_letter_that_can_be_read(addressed: Workplace, tmp_path: Path) -> None:
    post_letters()
    path = tmp_path / "empty.txt"
    path.write_text(attached(), encoding="utf-8")
    assert read_checkpoint(path) == []


def test_one_letter_a_day_and_one_checkpoint_for_it(addressed: Workplace, signed: LogEntry, birch: Workplace, settings: Any) -> None:
    assert [post_letters(), post_letters()] == [1, 0]
    assert (len(mail.outbox), CheckpointLetter.objects.count()) == (1, 1)
    assert len(list(settings.CHECKPOINT_DIR.glob("*.checkpoint"))) == 1
    CheckpointLetter.objects.update(day=timezone.localdate() - timedelta(days=1))
    assert (post_letters(), len(mail.outbox)) == (1, 2)


def test_a_refused_letter_is_tried_again_and_said_to_have_failed(
    addressed: Workplace, signed: LogEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Refusing(2)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", server)
    assert [post_letters(), send_letters()] == [0, 0]
    assert listed().splitlines()[-1].endswith("not sent, 2 tries, OSError")
    assert ([send_letters(), send_letters()], server.sent) == ([1, 0], 1)
    assert "sent " in listed().splitlines()[-1]


def test_one_refused_address_holds_nobody_else_up(addressed: Workplace, birch: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("checkpoint_letters", "--to", "Birch Homes", "owner@birch.example", stdout=StringIO())
    server = Refusing(1)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", server)
    assert (post_letters(), server.sent) == (1, 1)


def test_after_many_tries_it_is_given_up_and_the_operator_is_told(
    addressed: Workplace, signed: LogEntry, monkeypatch: pytest.MonkeyPatch, client: Client, ada: User
) -> None:
    monkeypatch.setattr("django.core.mail.EmailMessage.send", Refusing(99))
    for _time in range(MOST_TRIES + 2):
        post_letters()
    assert CheckpointLetter.objects.get().attempts == MOST_TRIES
    client.force_login(ada)
    page = client.get("/admin/").content.decode()
    assert "Letters with a checkpoint did not go." in page
    assert "tried 12 times, OSError" in page
    assert "owner@rosewood.example" not in page
    later = CheckpointLetter.objects.create(
        employer=addressed.employer,
        day=timezone.localdate() + timedelta(days=1),
        address="a@b.example",
        checkpoint="x",
        sent_at=timezone.now(),
    )
    assert later.pk
    assert "did not go" not in client.get("/admin/").content.decode()


def test_a_worker_that_died_while_it_sent_is_told_and_nothing_is_sent_twice(
    addressed: Workplace, signed: LogEntry, client: Client, ada: User
) -> None:
    letters.write_letters(make_checkpoint())
    assert CheckpointLetter.objects.claim(CheckpointLetter.objects.get().pk)
    CheckpointLetter.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
    assert (send_letters(), mail.outbox) == (0, [])
    assert listed().splitlines()[-1].endswith("not known: the worker died while it sent this")
    client.force_login(ada)
    assert "the worker stopped while it sent this letter; it may have gone" in client.get("/admin/").content.decode()


def test_without_an_address_nothing_is_written(signed: LogEntry) -> None:
    assert (post_letters(), CheckpointLetter.objects.count()) == (0, 0)


def test_the_command_refuses_what_is_no_address_and_no_employer(addressed: Workplace) -> None:
    with pytest.raises(CommandError, match="Enter a valid email address"):
        call_command("checkpoint_letters", "--to", "Rosewood Care", "owner")
    with pytest.raises(CommandError, match="There is no employer called Nobody"):
        call_command("checkpoint_letters", "--to", "Nobody", "a@b.example")
    assert listed().splitlines()[0] == "Rosewood Care: owner@rosewood.example"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_sends(addressed: Workplace, signed: LogEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Refusing(0)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", server)
    letters.write_letters(make_checkpoint())
    start = Barrier(8)

    def work(_number: int) -> int:
        start.wait()
        try:
            return send_letters()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 1
    assert server.sent == 1


# The write-once folder


def test_a_checkpoint_cannot_be_written_to_and_is_never_written_over(signed: LogEntry, caplog: pytest.LogCaptureFixture) -> None:
    path = make_checkpoint()
    assert path.stat().st_mode & 0o222 == 0
    held = path.read_text()
    assert _write_once(path, held) == path
    with pytest.raises(CannotRun, match="is there already, with other bytes"):
        _write_once(path, held + "x")
    assert path.read_text() == held
    assert [record.levelname for record in caplog.records if record.name == "progress.checkpoint"] == ["ERROR"]


def test_checkpoints_that_stopped_are_told_on_the_first_page(signed: LogEntry, client: Client, ada: User) -> None:
    client.force_login(ada)
    check_the_ledger()
    assert "No checkpoint was ever written." in client.get("/admin/").content.decode()
    make_checkpoint()
    check = check_the_ledger()
    assert "checkpoint was" not in client.get("/admin/").content.decode()
    type(check).objects.filter(pk=check.pk).update(checkpointed_at=check.began_at - timedelta(hours=3))
    assert "The last checkpoint was written on " in client.get("/admin/").content.decode()
    assert verify().findings == []
