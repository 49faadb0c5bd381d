"""Words can be erased for good; the chain, and every checkpoint made before, stay valid and say that it was done."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, models
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from courses.models import ModulePage
from people.models import AuditEvent, Refused, User
from progress.checkpoint import make_checkpoint, read_checkpoint
from progress.erasure import Reason, erase_person, erase_piece, erase_text
from progress.models import (
    Answer,
    Draft,
    ErasedFile,
    Evidence,
    LedgerEvent,
    LedgerText,
    LogEntry,
    ProgressLog,
    SignOff,
    Upload,
    WitnessRequest,
)
from progress.verification import verify
from tests.cast import add_account, add_file, declare, entry_of, just_now, sign
from tests.progress.test_guards import told
from tests.progress.test_verification import own_key, unguarded  # noqa: F401 – a fixture

READ_ONLY = "Its words cannot be read any more. It does not count as evidence."


@pytest.fixture
def returned(declared: LogEntry, grace: User) -> LogEntry:
    """Outcome 1.2 of Amina's log, sent back with a reason that names somebody."""
    declared.send_back(by=grace, proof=just_now(), reason="Mrs Cole was upset.", seen=declared.version, submission=uuid4())
    return entry_of(declared.log, "1.2")


def found() -> list[tuple[int, str]]:
    return [(finding.seq, finding.says) for finding in verify().findings]


def gone(log: ProgressLog, ada: User, field: str = "reason") -> LedgerEvent:
    """Erase the reason that a log's last return holds."""
    returned = log.events.filter(type="returned").latest("seq")
    return erase_text(log, returned.seq, field, by=ada, reason=Reason.NAMES_SOMEBODY, submission=uuid4())


def piece_of(entry: LogEntry) -> Evidence:
    return entry.pieces[0]


def erased(piece: Evidence, ada: User) -> LedgerEvent:
    return erase_piece(piece, by=ada, reason=Reason.NAMES_SOMEBODY, submission=uuid4())


def today() -> str:
    return f"Erased on {formats.date_format(timezone.localdate(), 'j F Y')}"


# One text


def test_an_erased_text_is_gone_and_the_chain_says_so(returned: LogEntry, ada: User) -> None:
    seq = returned.log.events.get(type="returned").seq
    event = gone(returned.log, ada)
    assert (event.type, event.actor, event.data) == (
        "redacted",
        ada,
        {"reason": "names_somebody", "texts": [{"seq": seq, "field": "reason"}], "evidence": []},
    )
    assert not LedgerText.objects.filter(event__log=returned.log, field="reason").exists()
    assert verify().findings == []


def test_a_checkpoint_made_before_stays_valid(returned: LogEntry, ada: User) -> None:
    before = read_checkpoint(make_checkpoint())
    gone(returned.log, ada)
    erased(piece_of(returned), ada)
    assert verify(checkpoint=before).findings == []


def test_the_learner_reads_when_the_reason_was_erased(returned: LogEntry, ada: User, client: Client) -> None:
    client.force_login(returned.learner)
    assert "Mrs Cole was upset." in client.get(returned.get_absolute_url()).content.decode()
    gone(returned.log, ada)
    page = client.get(returned.get_absolute_url()).content.decode()
    assert ("Mrs Cole" in page, today() in page) == (False, True)


def test_the_database_lets_go_only_what_the_chain_says_is_erased(returned: LogEntry, grace: User, ada: User) -> None:
    declare(entry_of(returned.log, "1.2"))
    again = entry_of(returned.log, "1.2")
    again.send_back(by=grace, proof=just_now(), reason="Mr Cole, too.", seen=again.version, submission=uuid4())
    gone(returned.log, ada)
    with pytest.raises(IntegrityError, match="only ever appended"):
        told("DELETE FROM progress_ledgertext")
    with pytest.raises(IntegrityError, match="only ever appended"):
        told("UPDATE progress_ledgertext SET text = 'Somebody'")
    assert list(LedgerText.objects.values_list("text", flat=True)) == ["Mrs Cole was upset."]


def test_the_event_of_another_log_gives_no_leave(returned: LogEntry, lena: User, ada: User, rosewood: Any) -> None:
    text = LedgerText.objects.get(event__log=returned.log)
    other = ProgressLog.open(by=lena, framework=returned.log.framework, workplace=rosewood, submission=uuid4())
    data = {"reason": "mistake", "texts": [{"seq": text.event.seq, "field": "reason"}], "evidence": []}
    for _number in range(text.event.seq):
        with other.writing():
            other.append("redacted", by=ada, submission=uuid4(), data=data)
    with pytest.raises(IntegrityError, match="only ever appended"):
        told("DELETE FROM progress_ledgertext")


def test_nothing_is_erased_when_the_ledger_fails(returned: LogEntry, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (LedgerEvent.objects.count(), LedgerText.objects.count())

    def full(*_args: Any, **_more: Any) -> None:
        raise OSError("The disk is full.")

    monkeypatch.setattr(Evidence, "forget_words", full)
    with pytest.raises(OSError, match="full"):
        erased(piece_of(returned), ada)
    assert (LedgerEvent.objects.count(), LedgerText.objects.count()) == before
    assert not piece_of(entry_of(returned.log, "1.2")).is_erased


def test_sent_twice_it_is_erased_once(returned: LogEntry, ada: User) -> None:
    seq, once = returned.log.events.get(type="returned").seq, uuid4()
    first, second = (
        erase_text(returned.log, seq, "reason", by=ada, reason=Reason.MISTAKE, submission=once),
        erase_text(returned.log, seq, "reason", by=ada, reason=Reason.MISTAKE, submission=once),
    )
    assert first == second


@pytest.mark.parametrize(
    ("field", "seq", "says"),
    [
        ("signer_name", 4, "The name of who decided stays: without it there is no signature."),
        ("note", 4, "There are no such words, or they are erased already."),
        ("signer_name", 9, "There are no such words, or they are erased already."),
    ],
)
def test_what_cannot_be_erased(signed: LogEntry, ada: User, field: str, seq: int, says: str) -> None:
    with pytest.raises(Refused, match=says):
        erase_text(signed.log, seq, field, by=ada, reason=Reason.MISTAKE, submission=uuid4())


def test_only_somebody_who_runs_the_site_erases(returned: LogEntry, priya: User, amina: User) -> None:
    for nobody in (priya, returned.learner):
        with pytest.raises(Refused, match=r"Only somebody who runs this site erases words."):
            gone(returned.log, nobody)
        with pytest.raises(Refused, match=r"Only somebody who runs this site erases words."):
            erased(piece_of(returned), nobody)
        with pytest.raises(Refused, match=r"Only somebody who runs this site erases words."):
            erase_person(amina, by=nobody, reason=Reason.ASKED, submission=uuid4())


# One piece of evidence


def test_a_piece_goes_with_its_file(log: ProgressLog, ada: User, client: Client, django_capture_on_commit_callbacks: Any) -> None:
    piece = add_file(entry_of(log, "1.2"))
    before, name, store = piece.commitment, piece.file.name, piece.file.storage
    assert store.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        event = erased(piece, ada)
    kept = Evidence.objects.get(pk=piece.pk)
    assert (kept.title, kept.text, kept.salt, kept.file_sha256, bool(kept.file)) == ("", "", "", "", False)
    assert (kept.commitment, kept.erased_at, store.exists(name)) == (before, event.at, False)
    assert ErasedFile.objects.count() == 0
    assert found() == []
    client.force_login(log.learner)
    assert client.get(f"/learn/evidence/{piece.pk}/").status_code == 404


def test_a_file_that_cannot_be_deleted_now_is_tried_again_and_found(
    log: ProgressLog, ada: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    piece = add_file(entry_of(log, "1.2"))
    store, name = piece.file.storage, piece.file.name

    def away(_self: Any, _name: str) -> None:
        raise OSError("The store is away.")

    with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
        broken.setattr(type(store), "delete", away)
        erased(piece, ada)
    ErasedFile.objects.update(asked_at=timezone.now() - timedelta(hours=4))
    assert (store.exists(name), found()) == (True, [(0, "Files that were erased are still there: 1.")])
    ErasedFile.delete_what_is_left()
    assert (store.exists(name), found()) == (False, [])


def test_it_stands_beside_its_outcome_and_counts_no_more(returned: LogEntry, ada: User) -> None:
    assert returned.missing is None
    erased(piece_of(returned), ada)
    entry = entry_of(returned.log, "1.2")
    assert (len(entry.pieces), entry.evidence_count, entry.missing) == (1, 0, "Add one more piece of evidence from your work.")
    with pytest.raises(Refused, match="Add one more piece of evidence"):
        declare(entry)
    add_account(entry, "Lunch")
    declare(entry_of(returned.log, "1.2"))
    assert found() == []


def test_a_page_that_still_showed_the_words_signs_nothing(declared: LogEntry, grace: User, ada: User) -> None:
    add_account(declared, "Lunch")
    shown = entry_of(declared.log, "1.2")
    erased(piece_of(declared), ada)
    with pytest.raises(Refused, match=r"1.2 has changed since you opened the page"):
        shown.sign_off(by=grace, proof=just_now(), method="observation", statement="Seen.", seen=shown.version, submission=uuid4())
    sign(entry_of(declared.log, "1.2"), grace)
    assert found() == []


def test_what_was_signed_stays_signed(signed: LogEntry, ada: User) -> None:
    erased(piece_of(signed), ada)
    assert entry_of(signed.log, "1.2").is_signed_off
    assert found() == []


def test_an_erased_piece_is_shown_for_nothing_more(returned: LogEntry, ada: User, client: Client) -> None:
    piece = piece_of(returned)
    client.force_login(returned.learner)
    other = entry_of(returned.log, "1.3")
    assert piece.title in client.get(other.get_absolute_url()).content.decode()
    erased(piece, ada)
    page = client.get(other.get_absolute_url()).content.decode()
    assert (today() in page, "Use this here too" in page) == (False, False)
    with pytest.raises(Refused, match=r"The words of this piece of evidence were erased."):
        piece.show_for(other, by=returned.learner, submission=uuid4())


def test_the_learner_and_the_supervisor_read_that_it_was_erased(declared: LogEntry, grace: User, ada: User, client: Client) -> None:
    words = piece_of(declared).text
    erased(piece_of(declared), ada)
    for reader, address in ((declared.learner, declared.get_absolute_url()), (grace, f"/review/{declared.log_id}/")):
        client.force_login(reader)
        page = client.get(address).content.decode()
        assert (today() in page, READ_ONLY in page, words in page) == (True, True, False)


def test_the_answer_and_the_draft_it_was_made_of_go_too(log: ProgressLog, module: ModulePage, ada: User, client: Client) -> None:
    client.force_login(log.learner)
    entry = entry_of(log, "1.1")
    answer = Answer.objects.create(
        learner=log.learner, module=module, activity_id="r-word", given={"words": "Mrs Cole cried."}, answered_at=timezone.now()
    )
    client.post(reverse("progress:use_words", args=[log.pk, "1.1", answer.pk]))
    [piece] = entry_of(log, "1.1").pieces
    Draft.keep(
        {"text": "Mrs Cole cried.", "submission": str(piece.pk)},
        place=f"{entry.get_absolute_url()}evidence/reflective-account/",
        by=log.learner,
    )
    erased(piece, ada)
    assert (Answer.objects.count(), Draft.objects.count()) == (0, 0)


def test_erased_twice_is_refused(returned: LogEntry, ada: User) -> None:
    erased(piece_of(returned), ada)
    with pytest.raises(Refused, match=r"There are no such words, or they are erased already."):
        erased(piece_of(returned), ada)


# Somebody who left


def left(user: User, by: User) -> None:
    for membership in user.memberships.all():
        membership.end(by=by)


@pytest.fixture
def full_log(signed: LogEntry, grace: User, module: ModulePage) -> ProgressLog:
    """Amina's log with a signature, a reason, a file, and all that lies beside a log."""
    log, amina = signed.log, signed.learner
    add_file(entry_of(log, "1.3"))
    declare(entry_of(log, "1.3"))
    sent = entry_of(log, "1.3")
    sent.send_back(by=grace, proof=just_now(), reason="Say more, Amina.", seen=sent.version, submission=uuid4())
    Answer.objects.create(learner=amina, module=module, activity_id="r-word", given={"words": "I cried."}, answered_at=timezone.now())
    Draft.keep({"text": "I think"}, place="/anywhere/", by=amina)
    Upload.objects.create(owner=amina, file="none.gif", kind="photo", size=1, sha256="0" * 64)
    WitnessRequest.ask(log, [entry_of(log, "1.3")], by=amina, remember="Ruth on Tuesday", submission=uuid4())
    return log


def test_everything_personal_of_somebody_who_left_goes(full_log: ProgressLog, ada: User, client: Client) -> None:
    amina = full_log.learner
    client.force_login(amina)
    before = read_checkpoint(make_checkpoint())
    left(amina, ada)
    [event] = erase_person(amina, by=ada, reason=Reason.ASKED, submission=uuid4())
    amina.refresh_from_db()
    assert (event.type, event.data["reason"]) == ("erased", "asked")
    assert [text["field"] for text in event.data["texts"]] == ["reason"]
    assert sorted(event.data["evidence"]) == sorted(str(piece.pk) for piece in full_log.evidence.all())
    assert (amina.full_name, amina.username, amina.email, amina.is_active) == ("Erased person", f"erased-{amina.pk.hex}", "", False)
    assert not amina.has_usable_password()
    assert [table.objects.count() for table in (Answer, Draft, Upload, WitnessRequest, Session)] == [0, 0, 0, 0, 0]
    assert [piece.is_erased for piece in full_log.evidence.all()] == [True, True]
    assert {text.field for text in LedgerText.objects.all()} == {"signer_name"}
    assert SignOff.objects.get(entry__log=full_log).signer_name == "Grace Mwangi"
    assert [membership.job_title for membership in amina.memberships.all()] == [""]
    assert AuditEvent.objects.filter(verb="erased a person", about_id=amina.pk, actor=ada).count() == 1
    assert verify(checkpoint=before).findings == []


def test_the_name_of_somebody_who_signed_for_others_stays(signed: LogEntry, grace: User, ada: User) -> None:
    left(grace, ada)
    assert erase_person(grace, by=ada, reason=Reason.ASKED, submission=uuid4()) == []
    grace.refresh_from_db()
    assert (grace.full_name, grace.username, grace.is_active) == ("Grace Mwangi", f"erased-{grace.pk.hex}", False)
    assert found() == []


def test_nobody_who_works_here_or_runs_the_site_is_erased(amina: User, ada: User) -> None:
    with pytest.raises(Refused, match=r"Amina Okafor still has a role at Rosewood House. End it first."):
        erase_person(amina, by=ada, reason=Reason.ASKED, submission=uuid4())
    with pytest.raises(Refused, match=r"Ada Author runs this site."):
        erase_person(ada, by=ada, reason=Reason.ASKED, submission=uuid4())


def test_somebody_is_erased_once(log: ProgressLog, ada: User) -> None:
    left(log.learner, ada)
    first = erase_person(log.learner, by=ada, reason=Reason.ASKED, submission=uuid4())
    assert erase_person(log.learner, by=ada, reason=Reason.ASKED, submission=uuid4()) == first
    assert AuditEvent.objects.filter(verb="erased a person").count() == 1


# Every table that points to a person, and what erasing that person does with it. Whoever adds one decides.
KEPT = {  # records, of this person or of others; no words of hers are left in them
    "progress.ProgressLog.learner",
    "progress.LogEntry.learner",
    "progress.LedgerEvent.actor",
    "progress.SignOff.learner",
    "progress.SignOff.signer",
    "progress.Evidence.added_by",
    "progress.GroupSession.leader",
    "progress.Sample.sampled_by",
    "progress.Sample.decided_by",
    "progress.Sample.signer",
    "progress.Sample.learner",
    "progress.SamplingPlan.made_by",
    "progress.StandardisationNote.made_by",
    "people.Supervision.learner",
    "people.Supervision.supervisor",
    "people.Supervision.decided_by",
    "people.Membership.user",
    "people.AuditEvent.actor",
    "people.JoinCode.made_by",
    "people.PasswordCode.made_by",
    "reports.LogExport.requested_by",
    "reports.LogCollection.requested_by",  # a list of logs, for a week; no words of anybody
    "reports.LeavingPack.learner",  # the pack itself goes: LeavingPack.objects.forget_erased_words
    "reports.Pack.requested_by",  # the pack itself goes: Pack.objects.forget_erased_words
    "reports.Statement.learner",  # it goes too: Statement.objects.forget_erased_people
}
DELETED = {"progress.Answer.learner", "progress.ModulePlace.learner", "progress.Attendance.learner", "people.PasswordCode.user"}


def test_of_every_table_that_points_to_a_person_it_is_decided_what_becomes_of_it() -> None:
    """What goes with the row of a person (CASCADE) goes when she is erased; what holds her row (PROTECT) is named above."""
    pointing = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in get_user_model()._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.PROTECT
    }
    assert pointing == KEPT | DELETED


# What verification finds


FAULTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a text taken away without a word": (
        "DELETE FROM progress_ledgertext WHERE field = 'note'",
        [("signed_off", "The words that belong to it are not the ones that were recorded.")],
    ),
    "a signer's name taken away": (
        "DELETE FROM progress_ledgertext WHERE field = 'signer_name'",
        [
            ("signed_off", "The signature on the record is not the one that was signed."),
            ("signed_off", "The words that belong to it are not the ones that were recorded."),
        ],
    ),
    "evidence emptied, and no event says so": (
        "UPDATE progress_evidence SET title = '', text = '', salt = '', erased_at = added_at, erased_commitment = 'x' WHERE title = 'Lunch'",
        [
            ("evidence_added", "The evidence it speaks of is not the evidence that was recorded."),
            ("", "The words of a piece of evidence are gone, and no event says so."),
        ],
    ),
    "erased words put back": (
        "INSERT INTO progress_ledgertext (id, event_id, field, salt, text) SELECT '00000000000040008000000000000001', id, 'reason', 's', 'x'"
        " FROM progress_ledgerevent WHERE type = 'returned'",
        [
            ("returned", "The words that belong to it are not the ones that were recorded."),
            ("returned", "Words of it that were erased are still there."),
        ],
    ),
    "erased evidence put back": (
        "UPDATE progress_evidence SET text = 'x' WHERE erased_at IS NOT NULL",
        [("", "A piece of evidence that was erased is still there.")],
    ),
    "another day of erasing": (
        "UPDATE progress_evidence SET erased_at = '2020-01-01 00:00:00+00:00' WHERE erased_at IS NOT NULL",
        [("", "A piece of evidence that was erased is still there.")],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(fault: str, returned: LogEntry, grace: User, ada: User) -> None:
    log = returned.log
    gone(log, ada)
    erased(piece_of(returned), ada)
    add_account(entry_of(log, "1.2"), "Lunch")
    declare(entry_of(log, "1.2"))
    entry = entry_of(log, "1.2")
    entry.sign_off(
        by=grace, proof=just_now(), method="observation", statement="Seen.", seen=entry.version, submission=uuid4(), note="Well done."
    )
    assert found() == []
    sql, expected = FAULTS[fault]
    without_checks(sql)
    places = {event.type: event.seq for event in log.events.order_by("seq")}
    assert found() == [(places.get(kind, 0), says) for kind, says in expected]


def without_checks(sql: str) -> None:
    """Change a row as somebody could who runs the database: without guards, and without the table's own constraints."""
    if connection.vendor == "sqlite":
        # A setting of the connection, which the tests after this one have too: it is put back.
        told("PRAGMA ignore_check_constraints = ON")
        try:
            unguarded(sql)
        finally:
            told("PRAGMA ignore_check_constraints = OFF")
    else:
        told("ALTER TABLE progress_evidence DROP CONSTRAINT an_erased_piece_holds_nothing")
        unguarded(sql)


def test_an_event_that_erases_what_was_not_there_is_found(log: ProgressLog, ada: User) -> None:
    data = {"reason": "mistake", "texts": [{"seq": 9, "field": "note"}], "evidence": []}
    with log.writing():
        log.append("redacted", by=ada, submission=uuid4(), data=data)
    assert found() == [(2, "It erases words that were not there.")]
