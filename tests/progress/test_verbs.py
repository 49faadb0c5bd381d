"""Every change takes `by` and leaves its event in the same transaction, or leaves nothing."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from people.models import Refused, User
from progress.models import Evidence, LedgerEvent, LogEntry, Method, ProgressLog, SignOff
from tests.cast import add_account, declare, entry_of, just_now, sign


def events(log: ProgressLog) -> list[str]:
    return list(LedgerEvent.objects.filter(log=log).order_by("seq").values_list("type", flat=True))


def test_the_whole_way_is_in_the_ledger_in_order(signed: LogEntry) -> None:
    assert events(signed.log) == ["opened", "evidence_added", "declared", "signed_off"]


def test_opening_twice_opens_once(amina: User, log: ProgressLog) -> None:
    again = ProgressLog.open(by=amina, framework=log.framework, workplace=log.workplace, submission=uuid4())
    assert (again.pk, ProgressLog.objects.count(), events(log)) == (log.pk, 1, ["opened"])


def test_a_log_is_opened_only_where_one_works(amina: User, framework: object, birch: object) -> None:
    with pytest.raises(Refused) as refused:
        ProgressLog.open(by=amina, framework=framework, workplace=birch, submission=uuid4())  # type: ignore[arg-type]
    assert refused.value.messages == ["You do not work at Birch Lodge."]


def test_an_edition_that_a_log_uses_is_frozen(log: ProgressLog) -> None:
    log.framework.refresh_from_db()
    assert log.framework.frozen_at is not None


@pytest.mark.parametrize("verb", ["declare", "sign_off", "send_back"])
def test_the_same_submission_is_recorded_once(declared: LogEntry, grace: User, verb: str) -> None:
    submission = uuid4()
    said = {
        "declare": lambda: declared.declare(by=declared.learner, statement="I am ready.", submission=submission),
        "sign_off": lambda: declared.sign_off(
            by=grace, proof=just_now(), method=Method.OBSERVATION, statement="", seen=declared.version, submission=submission
        ),
        "send_back": lambda: declared.send_back(
            by=grace, proof=just_now(), reason="Say more.", seen=declared.version, submission=submission
        ),
    }[verb]
    if verb == "declare":
        declared.call_back(by=declared.learner, submission=uuid4())
    first, second = said(), said()
    assert (first.pk, LedgerEvent.objects.filter(event_id=submission).count()) == (second.pk, 1)


def test_a_submission_is_not_used_for_something_else(declared: LogEntry, grace: User) -> None:
    submission = uuid4()
    declared.send_back(by=grace, proof=just_now(), reason="Say more.", seen=declared.version, submission=submission)
    with pytest.raises(Refused) as refused:
        declared.declare(by=declared.learner, statement="", submission=submission)
    assert refused.value.messages == ["This form was used before. Open the page again."]


def test_evidence_sent_twice_is_added_once(log: ProgressLog, amina: User) -> None:
    submission = uuid4()
    for _time in range(2):
        Evidence.add(
            log, [entry_of(log, "1.2")], by=amina, submission=submission, kind="reflective_account", title="A day", text="I waited."
        )
    assert (Evidence.objects.count(), events(log)) == (1, ["opened", "evidence_added"])


def test_only_the_learner_adds_evidence(log: ProgressLog, grace: User) -> None:
    with pytest.raises(Refused) as refused:
        Evidence.add(log, [entry_of(log, "1.2")], by=grace, submission=uuid4(), kind="reflective_account", title="A day", text="I waited.")
    assert refused.value.messages == ["Only the learner adds evidence to a log."]


def test_one_piece_serves_several_outcomes(log: ProgressLog, amina: User) -> None:
    piece = add_account(entry_of(log, "1.2"))
    for _time in range(2):
        piece.show_for(entry_of(log, "1.3"), by=amina, submission=uuid4())
    assert sorted(link.entry.outcome.code for link in piece.links.all()) == ["1.2", "1.3"]


def test_sign_off_leaves_nothing_behind_when_the_ledger_fails(declared: LogEntry, grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError("the ledger is out of order")

    monkeypatch.setattr(LedgerEvent.objects, "create", broken)
    with pytest.raises(IntegrityError):
        sign(declared, grace)
    assert (entry_of(declared.log, "1.2").state, SignOff.objects.count(), events(declared.log)[-1]) == ("declared", 0, "declared")


def test_a_sign_off_leaves_no_event_behind_when_the_signature_fails(
    declared: LogEntry, grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError("no room for a signature")

    monkeypatch.setattr(SignOff.objects, "create", broken)
    with pytest.raises(IntegrityError):
        sign(declared, grace)
    assert (entry_of(declared.log, "1.2").state, events(declared.log)[-1]) == ("declared", "declared")


def test_a_returned_entry_keeps_the_reason_and_can_be_sent_again(declared: LogEntry, grace: User) -> None:
    declared.send_back(by=grace, proof=just_now(), reason="Say what you did next.", seen=declared.version, submission=uuid4())
    entry = entry_of(declared.log, "1.2")
    assert (entry.state, entry.last_reason) == ("returned", "Say what you did next.")
    declare(entry)
    assert entry_of(declared.log, "1.2").state == "declared"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_return_needs_a_reason(declared: LogEntry, grace: User, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        declared.send_back(by=grace, proof=just_now(), reason=reason, seen=declared.version, submission=uuid4())
    assert refused.value.messages == ["Enter a reason, so that the learner knows what to do next."]


def test_a_withdrawal_takes_practice_back_and_keeps_both_in_the_record(signed: LogEntry, grace: User) -> None:
    signed.withdraw_sign_off(by=grace, proof=just_now(), reason="I signed the wrong one.", seen=signed.version, submission=uuid4())
    entry = entry_of(signed.log, "1.2")
    assert (entry.state, entry.practice_met_at, entry.live_sign_off) == ("returned", None, None)
    assert SignOff.objects.filter(entry=entry).count() == 1
    assert events(entry.log)[-2:] == ["signed_off", "signoff_withdrawn"]


def test_a_withdrawal_keeps_the_knowledge_a_module_gave(log: ProgressLog, grace: User) -> None:
    entry = entry_of(log, "1.3")
    entry.note_knowledge({"id": 1, "title": "What dementia is"}, submission=uuid4())
    met = entry_of(log, "1.3").knowledge_met_at
    add_account(entry_of(log, "1.3"))
    declare(entry_of(log, "1.3"))
    sign(entry_of(log, "1.3"), grace)
    signed = entry_of(log, "1.3")
    signed.withdraw_sign_off(by=grace, proof=just_now(), reason="Not seen.", seen=signed.version, submission=uuid4())
    assert (entry_of(log, "1.3").knowledge_met_at, entry_of(log, "1.3").practice_met_at) == (met, None)


def test_what_was_signed_keeps_its_wording_when_the_home_is_renamed(signed: LogEntry) -> None:
    home = signed.log.workplace
    home.name = "New Name House"
    home.save()
    sign_off = entry_of(signed.log, "1.2").live_sign_off
    assert sign_off is not None
    assert (sign_off.workplace_name, sign_off.signer_name, sign_off.signer_status) == (
        "Rosewood House",
        "Grace Mwangi",
        "Senior care worker",
    )


def test_the_database_itself_refuses_a_signature_on_ones_own_log(signed: LogEntry) -> None:
    with pytest.raises(IntegrityError, match="nobody_signs_their_own_log"), transaction.atomic():
        SignOff.objects.filter(entry=signed).update(signer=signed.learner_id)


def test_the_payload_names_nobody(signed: LogEntry) -> None:
    payloads = " ".join(LedgerEvent.objects.values_list("payload", flat=True))
    assert [name for name in ("Amina", "Okafor", "Grace", "Mwangi", "I sat down first") if name in payloads] == []
