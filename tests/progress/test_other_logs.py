"""One piece for several logs of one learner: each log stands by itself, and opens nothing of another home."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Refused, User, Workplace
from people.permissions import Role
from progress.models import Evidence, LogEntry, ProgressLog
from progress.models.upload import ROOM, room_left
from progress.verification import verify
from reports.bundle import bundle_of
from tests.cast import add_account, add_file, declare, employ, entry_of, make_framework, sign
from tests.progress.test_files import her as her  # a fixture


@pytest.fixture
def night_log(log: ProgressLog, amina: User, birch: Workplace) -> ProgressLog:
    """Amina's other log, at Birch Lodge, where she works nights and Tom supervises."""
    employ(amina, birch, Role.LEARNER, "Night care worker")
    return ProgressLog.open(by=amina, framework=make_framework(key="end-of-life"), workplace=birch, submission=uuid4())


@pytest.fixture
def day_log(log: ProgressLog, amina: User, rosewood: Workplace) -> ProgressLog:
    """Another log of hers at Rosewood House."""
    return ProgressLog.open(by=amina, framework=make_framework(key="safe-hands"), workplace=rosewood, submission=uuid4())


def take(piece: Evidence, entry: LogEntry, by: User | None = None) -> Evidence:
    return Evidence.objects.get(pk=piece.pk).show_in_another_log(entry, by=by or entry.learner, submission=uuid4())


def seen(log: ProgressLog) -> Evidence:
    words: dict[str, Any] = {"kind": "seen_in_workplace", "title": "A plan", "text": "Mine.", "kept_where": "Office at Rosewood House"}
    return Evidence.add(log, [entry_of(log, "1.2")], by=log.learner, submission=uuid4(), seen_on=timezone.localdate(), **words)


def watched(log: ProgressLog, by: User) -> Evidence:
    words = {"kind": "observation", "title": "At supper", "text": "She asked first.", "seen_on": timezone.localdate()}
    return Evidence.record(log, [entry_of(log, "1.2")], by=by, submission=uuid4(), **words)


def test_a_piece_and_its_file_stand_in_both_logs_and_are_stored_once(log: ProgressLog, night_log: ProgressLog) -> None:
    piece = add_file(entry_of(log, "1.2"))
    there = take(piece, entry_of(night_log, "1.2"))
    same = ("kind", "title", "text", "file_sha256", "added_at")
    assert [getattr(there, name) for name in same] == [getattr(piece, name) for name in same]
    assert (there.file.name, there.salt == piece.salt, there.log) == (piece.file.name, False, night_log)
    assert room_left(log.learner) == ROOM - piece.file_size
    assert [verify(each.pk).findings for each in (log, night_log)] == [[], []]


def test_nothing_in_the_other_log_points_back(log: ProgressLog, night_log: ProgressLog, settings: Any, tmp_path: Any) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "key.pem"
    piece = add_account(entry_of(log, "1.2"))
    take(piece, entry_of(night_log, "1.2"))
    night_log.refresh_from_db()
    record = bundle_of(night_log).decode()
    assert [str(each) in record for each in (piece.pk, log.pk, piece.salt, log.workplace_id, "Rosewood")] == [False] * 5


def test_taken_twice_it_is_there_once_and_it_grows_no_younger(log: ProgressLog, night_log: ProgressLog) -> None:
    piece = add_account(entry_of(log, "1.2"))
    Evidence.objects.filter(pk=piece.pk).update(added_at=timezone.now() - timedelta(days=400))
    first, second = (take(piece, entry_of(night_log, "1.2")) for _time in range(2))
    assert (first, first.shown_on) == (second, Evidence.objects.get(pk=piece.pk).shown_on)
    assert night_log.events.filter(type="evidence_added").count() == 1


def test_a_supervisor_of_the_other_home_sees_that_piece_and_nothing_else(
    client: Client, log: ProgressLog, night_log: ProgressLog, tom: User, grace: User
) -> None:
    piece, other = add_file(entry_of(log, "1.2")), add_file(entry_of(log, "1.2"), "document")
    there = take(piece, entry_of(night_log, "1.2"))
    declare(entry_of(night_log, "1.2"))
    shut = [f"/learn/evidence/{pk}/{rest}" for pk in (piece.pk, other.pk) for rest in ("", "versions/")] + [log.get_absolute_url()]
    client.force_login(tom)
    assert client.get(f"/learn/evidence/{there.pk}/").status_code == 200
    assert {address: client.get(address).status_code for address in shut} == dict.fromkeys(shut, 404)
    for address in (f"/review/{night_log.pk}/", f"/learn/evidence/{there.pk}/versions/", f"{night_log.get_absolute_url()}1.2/"):
        assert "Rosewood" not in client.get(address).content.decode()
    client.force_login(grace)
    assert client.get(f"/learn/evidence/{there.pk}/").status_code == 404
    sign(entry_of(night_log, "1.2"), tom)
    assert verify(night_log.pk).findings == []


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("seen", "This is kept at another workplace"),
        ("watched", "What somebody else recorded stays"),
        ("replaced", "There is a newer version of this"),
        ("another learner", "Only the learner adds evidence to a log"),
        ("grace", "Only the learner adds evidence to a log"),
    ],
)
def test_what_may_not_go_along(what: str, says: str, log: ProgressLog, night_log: ProgressLog, grace: User, lena: User) -> None:
    by = {"grace": grace, "another learner": lena}.get(what)
    piece = {"seen": seen, "watched": lambda log: watched(log, grace)}.get(what, lambda log: add_account(entry_of(log, "1.2")))(log)
    if what == "replaced":
        piece.replace(by=log.learner, submission=uuid4(), title="Better", text="Better.")
    with pytest.raises(Refused, match=says):
        take(piece, entry_of(night_log, "1.2"), by)
    assert Evidence.objects.filter(log=night_log).count() == 0


def test_what_stays_at_a_workplace_may_be_seen_there_for_another_log(log: ProgressLog, day_log: ProgressLog) -> None:
    assert take(seen(log), entry_of(day_log, "1.2")).kept_where == "Office at Rosewood House"


def test_she_is_offered_what_may_go_along_once(her: Client, log: ProgressLog, night_log: ProgressLog, grace: User) -> None:
    piece = add_account(entry_of(log, "1.2"))
    watched(log, grace)
    seen(log)
    address = f"{night_log.get_absolute_url()}1.2/"
    page = her.get(address).content.decode()
    assert [words in page for words in ("Breakfast with Mrs C (from Dementia care)", "At supper", "A plan")] == [True, False, False]
    sent = {"evidence": str(piece.pk), "submission": str(uuid4())}
    assert her.post(f"{address}use-evidence/", sent).status_code == 302
    assert [each.title for each in entry_of(night_log, "1.2").pieces] == ["Breakfast with Mrs C"]
    assert "(from Dementia care)" not in her.get(address).content.decode()
    assert "Breakfast with Mrs C</option>" in her.get(f"{night_log.get_absolute_url()}1.3/").content.decode()


def test_she_cannot_use_what_she_is_not_offered(her: Client, log: ProgressLog, night_log: ProgressLog, grace: User) -> None:
    for piece in (watched(log, grace), seen(log)):
        page = her.post(f"{night_log.get_absolute_url()}1.2/use-evidence/", {"evidence": str(piece.pk), "submission": str(uuid4())})
        assert "Choose a piece from the list." in page.content.decode()
    assert Evidence.objects.filter(log=night_log).count() == 0
