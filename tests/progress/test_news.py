"""Each act in a log tells exactly these people exactly this, in the transaction of the act."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import ModulePage
from people.models import AuditEvent, Kind, Membership, Notice, Refused, Supervision, User, Workplace
from people.notices import notices_of, tell
from people.permissions import Role
from progress import news
from progress.desk import decide, sent_back_to_the_desk
from progress.models import Evidence, LogEntry, Plan, ProgressLog, Sample, WitnessRequest
from progress.reminders import remind
from tests.cast import add_account, declare, employ, entry_of, just_now, make_framework, person, sign

Told = list[tuple[str, str, list[str]]]


def told() -> Told:
    """Return who was told what about which outcomes, by name."""
    rows = Notice.objects.order_by("to__username", "kind").values_list("to__username", "kind", "codes")
    return [(name, str(kind), codes) for name, kind, codes in rows]


def forget() -> None:
    Notice.objects.all().delete()


def ready(log: ProgressLog, *codes: str) -> list[LogEntry]:
    """Give outcomes their evidence and send them."""
    for code in codes:
        add_account(entry_of(log, code))
        declare(entry_of(log, code))
    return [entry_of(log, code) for code in codes]


@pytest.fixture
def everybody(amina: User, lena: User, yusuf: User, grace: User, tom: User, olu: User, priya: User, idris: User, ada: User) -> None:
    """Everybody of the cast is there, and could be told by mistake."""


@pytest.mark.usefixtures("everybody")
def test_a_declaration_is_told_to_those_who_sign_off_there_today(declared: LogEntry) -> None:
    assert told() == [("grace", "declared", ["1.2"])]


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("sign_off", [("amina", "signed_off", ["1.2"])]),
        ("send_back", [("amina", "returned", ["1.2"])]),
        ("withdraw", [("amina", "withdrawn", ["1.2"])]),
        ("call_back", []),
        ("declare_again", [("grace", "declared", ["1.2"])]),
        ("add_evidence", [("grace", "declared", ["1.2"])]),
    ],
)
def test_each_act_leaves_exactly_these_notices(grace: User, declared: LogEntry, act: str, expected: Told) -> None:
    """Whatever was told before and is so no longer has gone, where nobody had read it."""
    said = {"by": grace, "proof": just_now(), "reason": "Say more."}
    acts: dict[str, Callable[[], Any]] = {
        "sign_off": lambda: sign(declared, grace),
        "send_back": lambda: declared.send_back(**said, seen=declared.version, submission=uuid4()),  # type: ignore[arg-type]
        "withdraw": lambda: (
            sign(declared, grace),
            declared.withdraw_sign_off(**said, seen=declared.version, submission=uuid4()),  # type: ignore[arg-type]
        ),
        "call_back": lambda: declared.call_back(by=declared.learner, submission=uuid4()),
        "declare_again": lambda: (declared.call_back(by=declared.learner, submission=uuid4()), declare(declared)),
        "add_evidence": lambda: add_account(entry_of(declared.log, "1.3")),
    }
    acts[act]()
    assert told() == expected


@pytest.mark.usefixtures("everybody")
def test_an_assurer_who_asks_for_action_is_heard_by_the_learner_and_by_those_who_sign(signed: LogEntry, idris: User) -> None:
    forget()
    how: dict[str, Any] = {"by": idris, "proof": just_now(), "seen": signed.version}
    sample = Sample.take(signed, why=[], submission=uuid4(), **how)
    submission = uuid4()
    for _press in range(2):
        sample.ask_for_action(reason="Say what she chose.", submission=submission, **how)
    assert told() == [("amina", "action_asked", ["1.2"]), ("grace", "action_asked", ["1.2"])]


SEEN: dict[str, Any] = {"kind": "observation", "title": "Tea", "text": "She waited.", "seen_on": timezone.localdate()}


@pytest.mark.usefixtures("everybody")
def test_what_a_supervisor_recorded_is_told_to_the_learner(log: ProgressLog, grace: User) -> None:
    submission = uuid4()
    for _press in range(2):
        Evidence.record(log, [entry_of(log, "1.2"), entry_of(log, "1.3")], by=grace, submission=submission, **SEEN)
    assert told() == [("amina", "recorded", ["1.2", "1.3"])]


@pytest.mark.usefixtures("everybody")
def test_what_is_signed_in_the_same_act_is_told_once(declared: LogEntry, grace: User) -> None:
    Evidence.record(declared.log, [declared, entry_of(declared.log, "1.3")], by=grace, submission=uuid4(), **SEEN)
    sign(entry_of(declared.log, "1.2"), grace)
    assert told() == [("amina", "recorded", ["1.3"]), ("amina", "signed_off", ["1.2"])]


@pytest.mark.usefixtures("everybody")
def test_what_a_witness_said_is_told_to_the_learner(log: ProgressLog, amina: User) -> None:
    entries = [entry_of(log, "1.2")]
    asked = WitnessRequest.ask(log, entries, by=amina, remember="Tea", submission=uuid4())
    who = {"witness_name": "Ruth Marsh", "witness_job": "Nurse", "witness_relation": "Visits"}
    asked.give(entries, submission=uuid4(), text="She waited.", seen_on=timezone.localdate(), **who)
    assert told() == [("amina", "witnessed", ["1.2"])]


@pytest.mark.usefixtures("everybody")
def test_who_supervises_somebody_now_is_told_to_her(amina: User, grace: User, priya: User, rosewood: Workplace) -> None:
    for _press in range(2):
        (given,) = Supervision.assign([amina], grace, at=rosewood, by=priya)
    assert told() == [("amina", "supervisor", [])]
    ruth = person("ruth", "Ruth Marsh")
    employ(ruth, rosewood, Role.SUPERVISOR)
    given.move_to(ruth, by=priya)
    assert [notice.by for notice in notices_of(amina).order_by("made_at")] == [grace, ruth]


def test_what_was_read_stays_when_it_is_so_no_longer(grace: User, declared: LogEntry) -> None:
    Notice.objects.update(read_at=timezone.now())
    sign(declared, grace)
    assert told() == [("amina", "signed_off", ["1.2"]), ("grace", "declared", ["1.2"])]


def test_an_outcome_that_came_back_is_no_news_once_it_is_sent_again(grace: User, declared: LogEntry) -> None:
    declared.send_back(by=grace, proof=just_now(), reason="Say more.", seen=declared.version, submission=uuid4())
    declare(declared)
    assert told() == [("grace", "declared", ["1.2"])]


@pytest.mark.parametrize("act", ["declare", "sign_off"])
def test_an_act_that_fails_tells_nobody(log: ProgressLog, grace: User, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    (entry,) = ready(log, "1.2") if act == "sign_off" else [entry_of(log, "1.2")]
    if act == "declare":
        add_account(entry)
    before = told()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the power went")

    # The notice is written inside the act's transaction; here the act fails after it.
    def told_and_then(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        assert told() != before
        broken()

    real = news.tell
    monkeypatch.setattr(news, "tell", told_and_then)
    with pytest.raises(RuntimeError):
        declare(entry) if act == "declare" else sign(entry, grace)
    assert (told(), entry_of(log, "1.2").state) == (before, "open" if act == "declare" else "declared")


def test_an_act_that_cannot_be_told_is_not_done(log: ProgressLog, grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = ready(log, "1.2")
    monkeypatch.setattr(news, "tell", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sign(entry, grace)
    assert (entry_of(log, "1.2").state, log.events.last().type) == ("declared", "declared")  # type: ignore[union-attr]


def test_a_form_sent_twice_tells_once(log: ProgressLog, grace: User) -> None:
    add_account(entry_of(log, "1.2"))
    submission = uuid4()
    for _time in range(2):
        entry_of(log, "1.2").declare(by=log.learner, statement="", submission=submission)
        Notice.objects.update(read_at=timezone.now())
    assert told() == [("grace", "declared", ["1.2"])]


@pytest.fixture
def full_log(amina: User, rosewood: Workplace) -> ProgressLog:
    """A log of 25 outcomes, of which 20 and more may be signed together."""
    return ProgressLog.open(by=amina, framework=make_framework(25), workplace=rosewood, submission=uuid4())


def sign_together(entries: list[LogEntry], by: User) -> None:
    said = {"decision": "sign_off", "method": "observation", "reason": ""}
    data = {f"{entry.pk}-{name}": value for entry in entries for name, value in {**said, "seen": str(entry.version)}.items()}
    query = Client().post("/", data).wsgi_request.POST
    items = sent_back_to_the_desk(entries[0].log, query)
    assert all(item.form.is_valid() for item in items)
    decide(items, by=by, proof=just_now(), statement="", submission=uuid4())


def test_twenty_outcomes_are_one_notice_each_way(full_log: ProgressLog, grace: User) -> None:
    codes = ["1.2", *(f"1.{n}" for n in range(4, 23))]
    entries = ready(full_log, *codes)
    assert told() == [("grace", "declared", codes)]
    with CaptureQueriesContext(connection) as queries:
        sign_together(entries, grace)
    assert told() == [("amina", "signed_off", codes)]
    about_notices = [query for query in queries if "people_notice" in query["sql"]]
    assert len(about_notices) <= 20 * 5
    notice = Notice.objects.get()
    assert (notice.address, notice.codes_in_words) == (f"/learn/logs/{full_log.pk}/", "1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.10 and 12 more")


def test_one_outcome_leads_to_its_page_and_several_to_the_log(log: ProgressLog, grace: User) -> None:
    first, second = ready(log, "1.2", "1.3")
    sign(first, grace)
    assert Notice.objects.get(kind=Kind.SIGNED_OFF).address == f"/learn/logs/{log.pk}/1.2/"
    sign(second, grace)
    assert Notice.objects.get(kind=Kind.SIGNED_OFF).address == f"/learn/logs/{log.pk}/"


@pytest.mark.parametrize("since", [{"read_at": timezone.now()}, {"letter": uuid4()}], ids=["read", "in a letter"])
def test_what_was_read_or_is_in_a_letter_is_not_added_to(log: ProgressLog, grace: User, since: dict[str, Any]) -> None:
    first, second = ready(log, "1.2", "1.3")
    sign(first, grace)
    Notice.objects.update(**since)
    sign(second, grace)
    assert [codes for name, _kind, codes in told() if name == "amina"] == [["1.2"], ["1.3"]]


def test_two_supervisors_are_two_notices(log: ProgressLog, rosewood: Workplace, grace: User) -> None:
    hope = person("hope", "Hope Addo")
    employ(hope, rosewood, Role.SUPERVISOR)
    first, second = ready(log, "1.2", "1.3")
    sign(first, grace)
    sign(second, hope)
    assert [(str(notice.by), notice.codes) for notice in Notice.objects.filter(to=log.learner).order_by("made_at")] == [
        ("Grace Mwangi", ["1.2"]),
        ("Hope Addo", ["1.3"]),
    ]


def test_a_supervisor_who_keeps_a_log_is_not_told_of_her_own(rosewood: Workplace, grace: User, framework: object) -> None:
    hope = person("hope", "Hope Addo")
    employ(hope, rosewood, Role.SUPERVISOR)
    hers = ProgressLog.open(by=grace, framework=framework, workplace=rosewood, submission=uuid4())  # type: ignore[arg-type]
    ready(hers, "1.2")
    assert told() == [("hope", "declared", ["1.2"])]


def test_declaring_asks_as_many_questions_with_a_hundred_supervisors_elsewhere(
    log: ProgressLog, grace: User, birch: Workplace, rosewood: Workplace
) -> None:
    add_account(entry_of(log, "1.2"))
    add_account(entry_of(log, "1.3"))
    found = []
    for code in ("1.2", "1.3"):
        entry = entry_of(log, code)
        with CaptureQueriesContext(connection) as queries:
            declare(entry)
        found.append(len(queries))
        Notice.objects.update(letter=uuid4())
        for n in range(100 if code == "1.2" else 0):
            employ(person(f"far{n}", f"Far Away {n}"), birch, Role.SUPERVISOR)
    assert found[0] == found[1]
    assert {name for name, _kind, _codes in told()} == {"grace"}


def test_an_assurer_asks_the_signer_unless_she_has_left(grace: User, signed: LogEntry, idris: User, tom: User) -> None:
    forget()
    tell([grace, tom, idris], Kind.ACTION_ASKED, about=news.about_outcome(signed), by=idris)
    assert told() == [("grace", "action_asked", ["1.2"])]
    grace.memberships.get().end(by=idris)
    forget()
    tell([grace], Kind.ACTION_ASKED, about=news.about_outcome(signed), by=idris)
    assert told() == []


def test_no_words_of_a_learner_or_of_a_reason_are_in_a_notice(grace: User, declared: LogEntry) -> None:
    declared.send_back(by=grace, proof=just_now(), reason="Say what Mrs C answered.", seen=declared.version, submission=uuid4())
    (row,) = Notice.objects.values()
    assert {key: row[key] for key in ("title", "codes", "address", "once")} == {
        "title": "Dementia care",
        "codes": ["1.2"],
        "address": f"/learn/logs/{declared.log_id}/1.2/",
        "once": "",
    }


# Reminders


@pytest.mark.parametrize(("days", "expected"), [(1, 0), (0, 1), (-2, 1), (-3, 0)])
def test_a_task_is_reminded_of_on_its_day_and_once(amina: User, module: ModulePage, days: int, expected: int) -> None:
    Plan.choose(module, "t-wait", timezone.localdate() + timedelta(days=days), by=amina)
    for _hour in range(2):
        remind()
    found = [(n.to, n.kind, n.title, n.address) for n in Notice.objects.all()]
    assert found == [(amina, "try_at_work", "Wait", "/courses/dementia-care/what-dementia-is/step/2/#t-wait")] * expected


def test_another_day_is_reminded_of_again(amina: User, module: ModulePage) -> None:
    today = timezone.localdate()
    for day in (today - timedelta(days=1), today):
        Plan.choose(module, "t-wait", day, by=amina)
        remind()
    assert [notice.day for notice in Notice.objects.order_by("day")] == [today - timedelta(days=1), today]


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (15, []),
        (14, [("amina", "due_soon", [])]),
        (0, [("amina", "due_soon", [])]),
        (-1, [("amina", "overdue", []), ("priya", "overdue", [])]),
        (-29, [("amina", "overdue", []), ("priya", "overdue", [])]),
        (-30, []),
    ],
)
def test_a_day_to_finish_is_told_two_weeks_before_and_when_it_has_passed(log: ProgressLog, days: int, expected: Told) -> None:
    ProgressLog.objects.update(due_on=timezone.localdate() + timedelta(days=days))
    for _hour in range(2):
        remind()
    assert told() == expected


def test_nothing_is_due_of_a_finished_log_nor_of_somebody_who_left(log: ProgressLog, priya: User) -> None:
    ProgressLog.objects.update(due_on=timezone.localdate())
    LogEntry.objects.update(state="signed_off")
    remind()
    LogEntry.objects.update(state="open")
    membership = Membership.objects.get(user=log.learner)
    membership.end(by=priya)
    remind()
    assert told() == []
    Membership.objects.filter(pk=membership.pk).update(ended_on=None)
    remind()
    assert told() == [("amina", "due_soon", [])]


# The day itself


@pytest.mark.parametrize(
    ("who", "may"), [("grace", True), ("priya", True), ("idris", False), ("amina", False), ("tom", False), ("olu", False)]
)
def test_who_may_set_a_day(log: ProgressLog, request: pytest.FixtureRequest, who: str, may: bool) -> None:
    by, day = request.getfixturevalue(who), timezone.localdate() + timedelta(days=60)
    if may:
        log.set_due(day, by=by)
    else:
        with pytest.raises(Refused):
            log.set_due(day, by=by)
    log.refresh_from_db()
    assert (log.due_on, AuditEvent.objects.filter(actor=by).count()) == ((day, 1) if may else (None, 0))


def test_a_day_is_set_on_a_page_and_told_on_the_log(client: Client, log: ProgressLog, grace: User, amina: User) -> None:
    client.force_login(grace)
    page = f"/learn/logs/{log.pk}/due/"
    assert f'href="{page}"' in client.get(f"/learn/logs/{log.pk}/").content.decode()
    assert "Choose today or a later day." in client.post(page, {"day": "2020-01-01"}).content.decode()
    assert client.post(page, {"day": "2031-01-09"}).status_code == 302
    client.force_login(amina)
    pages = [client.get(address).content.decode() for address in (f"/learn/logs/{log.pk}/", "/learn/")]
    assert ["To be finished by 9 January 2031" in page for page in pages] == [True, True]
    assert page not in pages[0]


def test_another_day_takes_back_what_was_told_of_the_first(log: ProgressLog, grace: User) -> None:
    log.set_due(timezone.localdate(), by=grace)
    remind()
    log.set_due(timezone.localdate() + timedelta(days=60), by=grace)
    remind()
    assert told() == []


def test_the_notices_of_an_act_are_in_sight_of_whom_they_are_for(grace: User, declared: LogEntry) -> None:
    assert [notice.codes for notice in notices_of(grace)] == [["1.2"]]
