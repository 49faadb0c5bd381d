"""A new version takes a piece's place where the outcome is in the learner's hands; nothing is written over."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Refused, User
from progress.models import Evidence, EvidenceLink, LogEntry, ProgressLog, WitnessRequest
from progress.models.upload import ROOM, room_left
from progress.verification import verify
from reports.progress_log import read_record
from tests.cast import add_account, add_file, declare, entry_of, just_now, sign
from tests.progress.test_files import her as her  # a fixture

WORDS = {"title": "Breakfast, told better", "text": "I sat down first, and then I asked."}


def better(piece: Evidence, by: User | None = None, **more: Any) -> Evidence:
    fresh = Evidence.objects.get(pk=piece.pk)
    return fresh.replace(by=by or piece.log.learner, submission=uuid4(), **{**WORDS, **more})


def beside(log: ProgressLog) -> dict[str, list[int]]:
    """The versions that stand beside each outcome that has any."""
    entries = LogEntry.objects.with_everything().filter(log=log)
    return {entry.outcome.code: [piece.version for piece in entry.pieces] for entry in entries if entry.pieces}


@pytest.fixture
def account(log: ProgressLog) -> Evidence:
    return add_account(entry_of(log, "1.2"))


def test_a_new_version_stands_where_the_old_one_stood_and_the_old_one_stays(account: Evidence, log: ProgressLog) -> None:
    new = better(account)
    old = Evidence.objects.get(pk=account.pk)
    assert (beside(log), new.version, new.replaces_id) == ({"1.2": [2]}, 2, old.pk)
    assert (old.title, old.text) == (account.title, account.text)
    assert entry_of(log, "1.2").evidence_count == 1
    assert verify(log.pk).findings == []


def test_what_waits_and_what_is_signed_keep_the_version_they_were_sent_with(account: Evidence, log: ProgressLog, grace: User) -> None:
    for code in ("1.1", "1.3"):
        account.show_for(entry_of(log, code), by=log.learner, submission=uuid4())
    declare(entry_of(log, "1.2"))
    declare(entry_of(log, "1.3"))
    sign(entry_of(log, "1.3"), grace)
    new = better(account)
    assert beside(log) == {"1.1": [2], "1.2": [1], "1.3": [1]}
    with pytest.raises(Refused, match=r"1.2 is with your supervisor. Call it back"):
        new.show_for(entry_of(log, "1.2"), by=log.learner, submission=uuid4())
    entry_of(log, "1.2").call_back(by=log.learner, submission=uuid4())
    new.show_for(entry_of(log, "1.2"), by=log.learner, submission=uuid4())
    assert beside(log) == {"1.1": [2], "1.2": [2], "1.3": [1]}
    declare(entry_of(log, "1.2"))
    sign(entry_of(log, "1.2"), grace)
    assert verify(log.pk).findings == []


def test_a_third_version_takes_the_place_of_the_first_where_the_second_never_stood(account: Evidence, log: ProgressLog) -> None:
    account.show_for(entry_of(log, "1.3"), by=log.learner, submission=uuid4())
    declare(entry_of(log, "1.3"))
    second = better(account)
    entry_of(log, "1.3").call_back(by=log.learner, submission=uuid4())
    better(second, title="Once more")
    assert beside(log) == {"1.2": [3], "1.3": [3]}
    assert verify(log.pk).findings == []


def test_an_old_version_is_not_used_again(account: Evidence, log: ProgressLog) -> None:
    better(account)
    with pytest.raises(Refused, match=r"There is a newer version of this. Use that one."):
        account.show_for(entry_of(log, "1.3"), by=log.learner, submission=uuid4())
    with pytest.raises(Refused, match=r"There is a newer version of this."):
        better(account)


def test_sent_twice_it_is_one_version(account: Evidence, log: ProgressLog) -> None:
    submission = uuid4()
    for _time in range(2):
        account.replace(by=log.learner, submission=submission, **WORDS)
    assert (Evidence.objects.count(), EvidenceLink.objects.count()) == (2, 2)


def test_a_file_stays_when_only_the_words_are_better(log: ProgressLog) -> None:
    piece = add_file(entry_of(log, "1.2"))
    new = better(piece)
    assert (new.file.name, new.file_sha256, new.kind) == (piece.file.name, piece.file_sha256, "work_product")
    assert verify(log.pk).findings == []
    assert room_left(log.learner) == ROOM - piece.file_size


def watched(log: ProgressLog, by: User) -> Evidence:
    words = {"kind": "observation", "title": "At supper", "text": "She asked first.", "seen_on": timezone.localdate()}
    return Evidence.record(log, [entry_of(log, "1.2")], by=by, submission=uuid4(), **words)


def test_nobody_replaces_what_another_recorded(account: Evidence, log: ProgressLog, grace: User, tom: User) -> None:
    asked = WitnessRequest.ask(log, [entry_of(log, "1.2")], by=log.learner, remember="Tea", submission=uuid4())
    who = {"witness_name": "Ruth Lane", "witness_job": "Nurse", "witness_relation": "I visit"}
    asked.give([entry_of(log, "1.2")], submission=uuid4(), text="She waited.", seen_on=timezone.localdate(), **who)
    said = Evidence.objects.get(witness_name="Ruth Lane")
    seen = watched(log, grace)
    for piece, by in ((said, log.learner), (seen, log.learner), (account, grace), (seen, tom)):
        with pytest.raises(Refused, match=r"Only the person who recorded this can replace it."):
            better(piece, by)
    assert Evidence.objects.filter(version=2).count() == 0


def test_a_supervisor_replaces_her_own_observation_while_she_supervises(log: ProgressLog, grace: User, priya: User) -> None:
    second = better(watched(log, grace), grace)
    assert (second.version, second.added_by, verify(log.pk).findings) == (2, grace, [])
    grace.memberships.get().end(by=priya)
    with pytest.raises(Refused, match=r"You do not supervise at Rosewood House."):
        better(second, grace)


def test_the_paper_names_both_and_says_which_counts(account: Evidence, log: ProgressLog) -> None:
    better(account)
    log.refresh_from_db()
    paper = read_record(log, export_id=uuid4(), code="X", issued_at=timezone.now())
    assert [(piece.reference, piece.kind, piece.codes) for piece in paper.evidence] == [
        ("E1", "Reflective account, replaced by E2", ()),
        ("E2", "Reflective account, version 2, in place of E1", ("1.2",)),
    ]


# On the site


def address(piece: Evidence) -> str:
    return f"/learn/logs/{piece.log_id}/1.2/evidence/{piece.pk}/new-version/"


def test_she_changes_a_piece_on_a_page_that_holds_its_words(her: Client, account: Evidence, log: ProgressLog) -> None:
    assert f'href="{address(account)}"' in her.get(f"{log.get_absolute_url()}1.2/").content.decode()
    page = her.get(address(account)).content.decode()
    assert ("Make a new version" in page, account.text in page) == (True, True)
    assert her.post(address(account), {**WORDS, "submission": str(uuid4())}).status_code == 302
    page = her.get(f"{log.get_absolute_url()}1.2/").content.decode()
    assert (WORDS["text"] in page, account.text in page, "see the earlier ones" in page) == (True, False, True)


def test_a_new_version_of_a_photo_keeps_the_photo(her: Client, log: ProgressLog) -> None:
    piece = add_file(entry_of(log, "1.2"))
    assert "The file stays (Photo, 1 KB)." in her.get(address(piece)).content.decode()
    her.post(address(piece), {**WORDS, "submission": str(uuid4())})
    assert Evidence.objects.get(version=2).file.name == piece.file.name


def test_a_supervisor_sees_both_versions_and_somebody_elsewhere_none(
    client: Client, account: Evidence, log: ProgressLog, grace: User, tom: User
) -> None:
    new = better(account)
    declare(entry_of(log, "1.2"))
    client.force_login(grace)
    assert f'href="/learn/evidence/{new.pk}/versions/"' in client.get(f"/review/{log.pk}/").content.decode()
    for piece in (new, account):
        page = client.get(f"/learn/evidence/{piece.pk}/versions/").content.decode()
        assert [words in page for words in ("Version 2", "Version 1", account.text, WORDS["text"])] == [True] * 4
    client.force_login(tom)
    assert client.get(f"/learn/evidence/{new.pk}/versions/").status_code == 404


def test_what_another_recorded_has_no_such_page(her: Client, log: ProgressLog, grace: User) -> None:
    piece = watched(log, grace)
    assert her.get(address(piece)).status_code == 404
    assert "new-version" not in her.get(f"{log.get_absolute_url()}1.2/").content.decode()


def test_a_decision_on_another_version_than_she_saw_is_refused(account: Evidence, log: ProgressLog, grace: User) -> None:
    declare(entry_of(log, "1.2"))
    shown = entry_of(log, "1.2")
    entry_of(log, "1.2").call_back(by=log.learner, submission=uuid4())
    better(account)
    declare(entry_of(log, "1.2"))
    with pytest.raises(Refused, match=r"1.2 has changed since you opened the page."):
        shown.send_back(by=grace, proof=just_now(), reason="Why?", seen=shown.version, submission=uuid4())
