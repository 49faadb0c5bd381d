"""The two homes the pages are looked at in: one where nothing has happened yet, and one where everything has."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from courses.models import CoursePage, Framework, ModulePage
from courses.outline import Part
from people.models import User, Workplace
from people.permissions import May, Role
from progress.actions import go_on, record_answer
from progress.answers import ANSWERS, ChecklistAnswer, KnowledgeCheckAnswer, PlacingAnswer, QuestionAnswer, ScenarioAnswer
from progress.models import GroupSession, LogEntry, ProgressLog, WitnessRequest
from reports.models import Handout, LogExport
from reports.progress_log import read_export
from tests.cast import add_account, add_file, declare, employ, entry_of, just_now, make_framework, person, sign

PACK = settings.BASE_DIR / "courses" / "content" / "dementia-care"
LONG_NAME = "Wilhelmina-Konstantina Oluwaseunfunmilayo Featherstonehaugh-Papadopoulos"
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2

Places = dict[str, Any]


def new_log(learner: User, framework: Framework, home: Workplace) -> ProgressLog:
    return ProgressLog.open(by=learner, framework=framework, workplace=home, submission=uuid4())


def home_where_nothing_has_happened(rosewood: Workplace, amina: User, grace: User) -> Places:
    """Return the places of a site with nothing to learn, and a log nobody has written in."""
    call_command("make_site")
    framework = make_framework()
    return {"log": new_log(amina, framework, rosewood).pk, "workplace": rosewood.pk, "member": grace.memberships.get().pk}


def home_where_everything_has(rosewood: Workplace, amina: User, grace: User) -> Places:
    """Return the places of a site with the shipped pack, a log with an entry in every state, and names too long for a line."""
    call_command("make_site")
    call_command("load_pack", str(PACK), verbosity=0)
    framework = Framework.objects.get()
    log = new_log(amina, framework, rosewood)
    take_modules(amina)
    papers = fill(log, grace)
    other = person("wilhelmina", LONG_NAME)
    employ(other, rosewood, Role.LEARNER, "Night care worker and activities coordinator, Lavender wing")
    hers = new_log(other, framework, rosewood)
    ready_to_send(entry_of(hers, "1.7"), LONG_WORD)
    declare(entry_of(hers, "1.7"))
    return (
        papers
        | witnesses(log)
        | handouts()
        | sessions(grace, amina)
        | {
            "framework": framework.pk,
            "log": log.pk,
            "long": hers.pk,
            "workplace": rosewood.pk,
            "member": grace.memberships.get().pk,
            "learner": amina.memberships.get().pk,
            "course": CoursePage.objects.get().url,
        }
    )


def take_modules(learner: User) -> None:
    """Take two modules to their ends; in all others but the last, answer everything as wrongly as possible and never go on."""
    first, *others, _last = ModulePage.objects.order_by("path")
    with_most_kinds = others.pop(4)
    for module in (first, with_most_kinds):
        for step in module.outline().steps:
            for part in step.asking:
                record_answer(module, part, right_answer(part), by=learner)
            go_on(module, step, by=learner)
    for module in others:
        for part in [part for step in module.outline().steps for part in step.asking]:
            record_answer(module, part, wrong_answer(part), by=learner)


def right_answer(part: Part) -> dict[str, Any]:
    """Return an answer to an activity of any kind, right where anything is."""
    assert part.asks
    return part.asks.solution() or wrong_answer(part)


def wrong_answer(part: Part) -> dict[str, Any]:
    """Return an answer to an activity of any kind, wrong where anything can be."""
    asks: Any = part.asks
    if ANSWERS[part.kind].in_words:
        return {"words": f"I sat down first. {LONG_WORD}"}
    given = {
        QuestionAnswer: lambda: {"chosen": [option.key for option in asks.options if not option.right]},
        KnowledgeCheckAnswer: lambda: {
            "drawn": [question.id for question in asks.pool[: asks.ask]],
            **{asks.field_of(question): [o.key for o in question.options if not o.right] for question in asks.pool[: asks.ask]},
        },
        PlacingAnswer: lambda: {row.name: asks.choices[0].key for row in asks.rows},
        ChecklistAnswer: lambda: {"ticked": [asks.items[0].key]},
        ScenarioAnswer: lambda: {"path": ["1"]},
    }
    return given[ANSWERS[part.kind]]()


def ready_to_send(entry: LogEntry, word: str = "") -> LogEntry:
    """Give an entry all the evidence it needs."""
    for number in range(entry.outcome.evidence_needed):
        add_account(entry, f"Breakfast with Mrs C, morning {number + 1} {word}")
    return entry_of(entry.log, entry.outcome.code)


def fill(log: ProgressLog, supervisor: User) -> Places:
    """Bring an entry into every state, and issue a paper at each turn. Return the codes of the papers, by how they stand."""
    for code in ["1.5", "1.6", "1.7", "2.4", "2.5", "2.7", "8.2"]:
        ready_to_send(entry_of(log, code), LONG_WORD if code == "2.5" else "")
    add_account(entry_of(log, "3.3"))
    for kind in ("photo", "document", "sound"):
        add_file(entry_of(log, "2.5"), kind)
    for code in ["1.5", "1.6", "2.4", "2.5", "2.7", "8.2", "1.1"]:
        declare(entry_of(log, code))
    for code in ["1.5", "1.6"]:
        sign(entry_of(log, code), supervisor)
    returned = entry_of(log, "2.4")
    returned.send_back(
        by=supervisor, proof=just_now(), reason=f"Say what she answered. {LONG_WORD}", seen=returned.version, submission=uuid4()
    )
    _withdrawn, withdrawn_code = issue(log)
    taken_back = entry_of(log, "1.6")
    taken_back.withdraw_sign_off(
        by=supervisor, proof=just_now(), reason="I mixed up two people.", seen=taken_back.version, submission=uuid4()
    )
    _older, older_code = issue(log)
    add_account(entry_of(log, "3.3"), "Tea with Mrs C")
    broken, broken_code = issue(log)
    LogExport.objects.filter(pk=broken.pk).update(head="0" * 64)
    account = add_account(entry_of(log, "3.3"), "Supper with Mrs C")
    replaced = add_account(entry_of(log, "3.3"), "A walk with Mrs C")
    replaced.replace(by=log.learner, submission=uuid4(), title=f"A walk {LONG_WORD}"[:100], text="We went slowly.")
    photo = add_file(entry_of(log, "3.3"))
    ready, valid_code = issue(log)
    failed = LogExport.objects.create(log=log, requested_by=log.learner, state="failed", attempts=5)
    pending = LogExport.objects.create(log=log, requested_by=log.learner, state="rendering", attempts=1)
    return {
        "account": account.pk,
        "replaced": replaced.pk,
        "photo": photo.pk,
        "ready": ready.pk,
        "failed": failed.pk,
        "pending": pending.pk,
        "withdrawn_code": withdrawn_code,
        "older_code": older_code,
        "broken_code": broken_code,
        "valid_code": valid_code,
    }


def witnesses(log: ProgressLog) -> Places:
    """Return links for witnesses: one that waits, one that was taken back, and one that was answered."""
    waiting, taken_back, answered = (
        WitnessRequest.ask(log, [entry_of(log, "3.3")], by=log.learner, remember=f"Tea {LONG_WORD}", submission=uuid4())
        for _number in range(3)
    )
    taken_back.take_back()
    who = {"witness_name": "Ruth Lane", "witness_job": "District nurse", "witness_relation": "I visit on Tuesdays"}
    answered.give([entry_of(log, "3.3")], submission=uuid4(), text="She waited.", seen_on=timezone.localdate(), **who)
    return {"asked": waiting.pk, "token": waiting.token, "taken_back": taken_back.pk, "answered": answered.pk}


def handouts() -> Places:
    """Return a handout in every state, each of another module."""
    ready, pending, failed = (Handout.request(module) for module in ModulePage.objects.live()[:3])
    claimed = Handout.objects.claim(ready.pk)
    assert claimed
    claimed.finish(b"%PDF-1.7")
    Handout.objects.filter(pk=failed.pk).update(state="failed", attempts=5)
    return {"handout_ready": ready.pk, "handout_pending": pending.pk, "handout_failed": failed.pk}


def sessions(leader: User, learner: User) -> Places:
    """Return a group session that is open, with somebody in the room, and one that has ended with nobody."""
    module = ModulePage.objects.order_by("path")[5]
    where = Workplace.objects.where(leader, May.LEAD_SESSIONS).earliest("name")
    ended = GroupSession.lead(module, "g-ended", "Four chairs", at=where, by=leader)
    ended.end(45)
    opened = GroupSession.lead(module, "g-four-chairs", "Four chairs", at=where, by=leader)
    GroupSession.join(module, "g-four-chairs", opened.code, by=learner)
    return {"session_open": opened.pk, "session_ended": ended.pk}


def issue(log: ProgressLog) -> tuple[LogExport, str]:
    """Issue a paper of the log as it stands, and return it with its code."""
    claimed = LogExport.objects.claim(LogExport.request(log, by=log.learner).pk)
    assert claimed
    record = read_export(claimed)
    assert claimed.finish(b"%PDF-1.7", record)
    return claimed, record.code
