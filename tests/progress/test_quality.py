"""What a quality assurer may do with a sign-off, what follows from it, and what stands in the record."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.models import AuditEvent, Refused, User, Workplace
from people.permissions import Role
from progress import quality, rules
from progress.models import LedgerEvent, LogEntry, ProgressLog, Sample, SamplingPlan, SignOff, StandardisationNote
from progress.risks import Why
from progress.verification import verify
from tests.cast import add_account, declare, employ, entry_of, just_now, person, sign
from tests.progress.test_proof import AN_OLD_PROOF


def act(entry: LogEntry, by: User, **more: Any) -> dict[str, Any]:
    return {"by": by, "proof": just_now(), "seen": entry.version, "submission": uuid4(), **more}


def sampled(entry: LogEntry, by: User) -> Sample:
    return Sample.take(entry, why=["share"], **act(entry, by))


def ask(entry: LogEntry, by: User, reason: str = "Say what she chose.") -> LedgerEvent:
    return sampled(entry, by).ask_for_action(**act(entry, by, reason=reason))


def events(log: ProgressLog) -> list[str]:
    return list(LedgerEvent.objects.filter(log=log).order_by("seq").values_list("type", flat=True))


def refused(verb: Any, *args: Any, **kwargs: Any) -> list[str]:
    with pytest.raises(Refused) as told:
        verb(*args, **kwargs)
    return list(told.value.messages)


NOT_HERE = "You do not assure quality at Rosewood House."


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("idris", []),
        ("grace", ["You cannot sample your own sign-off.", NOT_HERE]),
        ("amina", ["You cannot sample a sign-off in your own log.", NOT_HERE]),
        ("priya", [NOT_HERE]),
        ("lena", [NOT_HERE]),
        ("olu", [NOT_HERE]),
        ("tom", [NOT_HERE]),
    ],
)
def test_who_may_sample(signed: LogEntry, who: str, expected: list[str], request: pytest.FixtureRequest) -> None:
    assert rules.objections(rules.SAMPLE_RULES, signed, request.getfixturevalue(who)) == expected


@pytest.mark.parametrize(
    ("who", "expected"), [("grace", "You cannot sample your own sign-off."), ("amina", "You cannot sample a sign-off in your own log.")]
)
def test_the_role_makes_no_sign_off_less_ones_own(signed: LogEntry, who: str, expected: str, request: pytest.FixtureRequest) -> None:
    both = request.getfixturevalue(who)
    employ(both, signed.log.workplace, Role.QUALITY_ASSURER)
    assert refused(sampled, signed, both) == [expected]


def test_an_assurer_of_another_home_samples_nothing_here(signed: LogEntry, birch: Workplace) -> None:
    other = person("other", "Otto Other")
    employ(other, birch, Role.QUALITY_ASSURER)
    assert refused(sampled, signed, other) == [NOT_HERE]


def test_a_role_that_ended_samples_nothing(signed: LogEntry, idris: User, priya: User) -> None:
    idris.memberships.get().end(by=priya)
    assert refused(sampled, signed, idris) == [NOT_HERE]


def test_only_a_sign_off_that_stands_is_sampled(declared: LogEntry, idris: User) -> None:
    assert refused(sampled, declared, idris) == ["This sign-off was taken back."]


def test_one_sign_off_is_one_sample(signed: LogEntry, idris: User, rosewood: Workplace) -> None:
    second = person("second", "Second Assurer")
    employ(second, rosewood, Role.QUALITY_ASSURER)
    sample = sampled(signed, idris)
    assert refused(sampled, signed, second) == [f"Idris Bello already sampled this on {sample.sign_off.day_in_words}."]


def test_an_assurer_decides_once_and_the_second_hears_who_did(signed: LogEntry, idris: User) -> None:
    sample = sampled(signed, idris)
    sample.agree(**act(signed, idris))
    said = [f"Idris Bello agreed with this sign-off on {sample.sign_off.day_in_words}."]
    assert refused(sample.agree, **act(signed, idris)) == said
    assert refused(sample.ask_for_action, **act(signed, idris, reason="No.")) == said


def test_after_action_the_second_hears_who_asked(signed: LogEntry, idris: User) -> None:
    ask(signed, idris)
    sample = Sample.objects.get()
    entry = entry_of(signed.log, "1.2")
    assert refused(sample.agree, **act(entry, idris)) == [f"Idris Bello asked for action on {sample.sign_off.day_in_words}."]


def test_nothing_is_decided_that_was_not_sampled(signed: LogEntry, idris: User) -> None:
    unsampled = Sample(sign_off=signed.sign_offs.get())
    assert refused(unsampled.agree, **act(signed, idris)) == ["This sign-off is not sampled yet."]


def test_agreement_leaves_the_sign_off_as_it_is(signed: LogEntry, idris: User) -> None:
    sampled(signed, idris).agree(**act(signed, idris))
    entry, sample = entry_of(signed.log, "1.2"), Sample.objects.get()
    assert (entry.state, entry.version, entry.practice_met_at) == (signed.state, signed.version, signed.practice_met_at)
    assert (sample.outcome, sample.decided_by, entry.sign_offs.get().withdrawn_at) == ("agreed", idris, None)
    assert events(signed.log)[-2:] == ["iqa_sampled", "iqa_agreed"]


def test_action_takes_the_sign_off_back_and_opens_the_entry_again(signed: LogEntry, idris: User) -> None:
    event = ask(signed, idris)
    entry, sample = entry_of(signed.log, "1.2"), Sample.objects.get()
    sign_off = entry.sign_offs.get()
    assert (entry.state, entry.practice_met_at, entry.last_reason) == ("returned", None, "Say what she chose.")
    assert (sign_off.withdrawn_by, sign_off.withdrawn_at) == (event, event.at)
    assert (sample.outcome, sample.decided_by, sample.decided_event) == ("action", idris, event)


def test_a_knowledge_mark_of_a_module_stays(signed: LogEntry, idris: User, grace: User) -> None:
    entry = entry_of(signed.log, "1.3")
    entry.note_knowledge({"id": 1, "title": "What dementia is"}, submission=uuid4())
    add_account(entry)
    declare(entry_of(signed.log, "1.3"))
    sign(entry_of(signed.log, "1.3"), grace)
    ask(entry_of(signed.log, "1.3"), idris)
    after = entry_of(signed.log, "1.3")
    assert (after.knowledge_met_at is not None, after.practice_met_at) == (True, None)


def test_after_action_it_is_sent_signed_and_sampled_again(signed: LogEntry, idris: User, grace: User) -> None:
    ask(signed, idris)
    declare(entry_of(signed.log, "1.2"))
    sign(entry_of(signed.log, "1.2"), grace)
    again = entry_of(signed.log, "1.2")
    sampled(again, idris).agree(**act(again, idris))
    assert [sample.outcome for sample in Sample.objects.order_by("sampled_at")] == ["action", "agreed"]
    assert SignOff.objects.filter(entry=again, withdrawn_at=None).count() == 1
    assert verify().findings == []


@pytest.mark.parametrize("reason", ["", "  "])
def test_action_without_a_reason_changes_nothing(signed: LogEntry, idris: User, reason: str) -> None:
    assert refused(ask, signed, idris, reason) == ["Enter a reason, so that the learner knows what to do next."]
    assert (entry_of(signed.log, "1.2").state, Sample.objects.get().outcome) == ("signed_off", "waiting")


def test_an_old_proof_samples_and_decides_nothing(signed: LogEntry, idris: User) -> None:
    again = ["Enter your password again, so that it is clear who signs."]
    assert refused(Sample.take, signed, why=[], **act(signed, idris, proof=AN_OLD_PROOF)) == again
    sample = sampled(signed, idris)
    assert refused(sample.agree, **act(signed, idris, proof=AN_OLD_PROOF)) == again
    assert refused(sample.ask_for_action, **act(signed, idris, proof=AN_OLD_PROOF, reason="No.")) == again


def test_a_stale_page_decides_nothing(signed: LogEntry, idris: User) -> None:
    told = ["1.2 has changed since you opened the page. Look at it again."]
    assert refused(Sample.take, signed, why=[], **act(signed, idris, seen=signed.version - 1)) == told


@pytest.mark.parametrize("verb", ["agree", "ask_for_action"])
def test_the_same_submission_is_recorded_once(signed: LogEntry, idris: User, verb: str) -> None:
    submission = uuid4()
    said: dict[str, Any] = {"reason": "Say more."} if verb == "ask_for_action" else {}
    for _time in range(2):
        getattr(quality, verb)(signed.sign_offs.get(), ["share"], **act(signed, idris, submission=submission, **said))
    assert (Sample.objects.count(), LedgerEvent.objects.filter(event_id=submission).count(), len(events(signed.log))) == (1, 1, 6)


def test_the_ledger_says_who_looked_at_what_and_why_and_names_nobody(signed: LogEntry, idris: User) -> None:
    ask(signed, idris)
    first, last = list(LedgerEvent.objects.filter(log=signed.log).order_by("seq"))[-2:]
    said = json.loads(first.payload)["data"]
    assert said["assurer"] == {"id": str(idris.pk), "role": "quality_assurer", "job_title": "Quality lead"}
    assert said["sign_off"] == {"event": str(signed.sign_offs.get().event.event_id), "signer": str(signed.sign_offs.get().signer_id)}
    assert (said["why"], said["workplace"]["name"], said["proof"]["kind"]) == (["share"], "Rosewood House", "password")
    assert {text.field: text.text for text in last.texts.all()} == {"assurer_name": "Idris Bello", "reason": "Say what she chose."}
    assert "Idris" not in first.payload + last.payload
    assert "Say what" not in last.payload


def test_nothing_is_left_behind_when_the_sample_fails(signed: LogEntry, idris: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError("no room for a sample")

    monkeypatch.setattr(Sample.objects, "create", broken)
    with pytest.raises(IntegrityError):
        sampled(signed, idris)
    assert events(signed.log)[-1] == "signed_off"


def test_nothing_is_left_behind_when_the_ledger_fails(signed: LogEntry, idris: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError("the ledger is out of order")

    sample = sampled(signed, idris)
    monkeypatch.setattr(LedgerEvent.objects, "create", broken)
    with pytest.raises(IntegrityError):
        sample.ask_for_action(**act(signed, idris, reason="Say more."))
    assert (entry_of(signed.log, "1.2").state, Sample.objects.get().outcome, SignOff.objects.get().withdrawn_at) == (
        "signed_off",
        "waiting",
        None,
    )


@pytest.mark.parametrize(
    ("who", "name"), [("grace", "a_quality_assurer_never_samples_their_own_sign_off"), ("amina", "nobody_assures_their_own_log")]
)
@pytest.mark.parametrize("column", ["sampled_by", "decided_by"])
def test_the_database_refuses_it_too(
    signed: LogEntry, idris: User, who: str, name: str, column: str, request: pytest.FixtureRequest
) -> None:
    sampled(signed, idris).agree(**act(signed, idris))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Sample.objects.update(**{column: request.getfixturevalue(who)})


def test_a_decision_has_its_event_its_person_and_its_time(signed: LogEntry, idris: User) -> None:
    sampled(signed, idris)
    with pytest.raises(IntegrityError, match="decided_when_by_whom_and_by_which_event"), transaction.atomic():
        Sample.objects.update(outcome="agreed")


# What waits at a workplace


def looked_at(user: User, *workplaces: Workplace) -> list[quality.Overview]:
    return quality.overviews(workplaces, by=user)


def test_somebody_new_is_looked_at_first(signed: LogEntry, idris: User, rosewood: Workplace) -> None:
    SamplingPlan.choose(rosewood, share=0, risks=["new_signer"], by=idris, submission=uuid4())
    (here,) = looked_at(idris, rosewood)
    sign_off = signed.sign_offs.get()
    assert (here.to_sample, [reason.says for reason in here.reasons[sign_off.pk]]) == (
        [sign_off.pk],
        ["New to signing off here: this was number 1."],
    )
    assert (here.signed, here.sampled, here.percent) == (1, 0, 0)
    sampled(signed, idris)
    (after,) = looked_at(idris, rosewood)
    assert (after.to_sample, after.waiting, after.sampled, after.percent) == ([], [sign_off.pk], 1, 100)


def test_each_workplace_has_its_own_plan_and_its_own_sign_offs(
    signed: LogEntry, idris: User, rosewood: Workplace, birch: Workplace
) -> None:
    employ(idris, birch, Role.QUALITY_ASSURER)
    SamplingPlan.choose(rosewood, share=100, risks=[], by=idris, submission=uuid4())
    here, there = looked_at(idris, rosewood, birch)
    assert (here.plan.share, len(here.to_sample), there.plan.share, there.to_sample) == (100, 1, 10, [])


def test_own_sign_offs_and_those_of_people_who_left_are_not_offered(
    signed: LogEntry, idris: User, grace: User, rosewood: Workplace
) -> None:
    SamplingPlan.choose(rosewood, share=100, risks=[], by=idris, submission=uuid4())
    employ(grace, rosewood, Role.QUALITY_ASSURER)
    assert [len(looked_at(who, rosewood)[0].to_sample) for who in (idris, grace)] == [1, 0]
    signed.learner.memberships.update(ended_on=timezone.localdate())
    assert looked_at(idris, rosewood)[0].to_sample == []


def test_the_draw_is_the_sites_own_and_stays(settings: Any) -> None:
    numbers = [quality.drawn(UUID(int=n)) for n in range(2000)]
    assert numbers == [quality.drawn(UUID(int=n)) for n in range(2000)]
    assert 150 < sum(number < 1000 for number in numbers) < 250
    settings.SECRET_KEY = "another site"
    assert numbers != [quality.drawn(UUID(int=n)) for n in range(2000)]


def test_what_nobody_drew_is_the_assurers_own_choice(signed: LogEntry, idris: User, rosewood: Workplace) -> None:
    SamplingPlan.choose(rosewood, share=0, risks=[], by=idris, submission=uuid4())
    assert quality.reasons_for(signed.sign_offs.get(), by=idris) == []
    assert quality.take(signed.sign_offs.get(), [], **act(signed, idris)).why == [Why.OWN_CHOICE]


# The plan, and notes


def test_a_plan_takes_the_place_of_the_one_before_and_both_stay(idris: User, rosewood: Workplace) -> None:
    submission = uuid4()
    for _time in range(2):
        SamplingPlan.choose(rosewood, share=20, risks=["too_quick"], by=idris, submission=submission)
    SamplingPlan.choose(rosewood, share=30, risks=[], by=idris, submission=uuid4())
    assert [(plan.share, plan.ended_at is None) for plan in SamplingPlan.objects.order_by("made_at")] == [(20, False), (30, True)]
    assert list(AuditEvent.objects.values_list("actor", "verb")) == [(idris.pk, "changed the sampling plan")] * 2
    assert SamplingPlan.current_of([rosewood])[rosewood.pk].share == 30


@pytest.mark.parametrize("who", ["grace", "priya", "amina", "tom"])
def test_only_an_assurer_changes_the_plan_and_writes_notes(rosewood: Workplace, who: str, request: pytest.FixtureRequest) -> None:
    by = request.getfixturevalue(who)
    assert refused(SamplingPlan.choose, rosewood, share=0, risks=[], by=by, submission=uuid4()) == [NOT_HERE]
    assert refused(StandardisationNote.write, rosewood, title="A", text="B", by=by, submission=uuid4()) == [NOT_HERE]
    assert (SamplingPlan.objects.count(), StandardisationNote.objects.count()) == (0, 0)


@pytest.mark.parametrize(("who", "reads"), [("idris", 1), ("grace", 1), ("priya", 0), ("amina", 0), ("olu", 0), ("tom", 0)])
def test_those_who_sign_or_assure_here_read_its_notes(
    rosewood: Workplace, idris: User, who: str, reads: int, request: pytest.FixtureRequest
) -> None:
    StandardisationNote.write(rosewood, title="Enough", text="Two examples.", by=idris, submission=uuid4())
    assert StandardisationNote.objects.visible_to(request.getfixturevalue(who)).count() == reads
