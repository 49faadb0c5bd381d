"""The two homes the pages are looked at in: one where nothing has happened yet, and one where everything has."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.signing import dumps
from django.utils import timezone

from courses.models import CoursePage, Framework, ModulePage
from courses.outline import Part
from people import addresses
from people.letters import stop_token
from people.models import Kind, Notice, Supervision, User, Workplace
from people.permissions import May, Role
from people.supervision import agree_limits
from progress.actions import go_on, record_answer
from progress.answers import ANSWERS, ChecklistAnswer, KnowledgeCheckAnswer, PlacingAnswer, QuestionAnswer, ScenarioAnswer
from progress.erasure import Reason, erase_piece
from progress.models import (
    GroupSession,
    LogEntry,
    Plan,
    ProgressLog,
    Sample,
    SamplingPlan,
    SignOff,
    StandardisationNote,
    WitnessRequest,
)
from progress.reminders import remind
from reports.models import Handout, LeavingPack, LogCollection, LogExport, MadePack, Pack, SealCheck, Statement
from reports.progress_log import read_export
from tests.cast import PASSWORD, add_account, add_file, declare, employ, entry_of, just_now, make_framework, person, sign

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
    share_out(rosewood, amina, grace)
    return (
        papers
        | witnesses(log)
        | handouts()
        | statements(amina)
        | sessions(grace, amina)
        | samples(log)
        | news_of(amina)
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


def share_out(home: Workplace, learner: User, supervisor: User) -> None:
    """Let one supervise the learner with more waiting than is agreed, beside a colleague who has room; the others have nobody."""
    manager = User.objects.get(username="priya")
    colleague = person("konstantina", f"{LONG_NAME} the Second")
    employ(colleague, home, Role.SUPERVISOR)
    Supervision.assign([learner], supervisor, at=home, by=manager)
    agree_limits(home, 20, {supervisor.memberships.get().pk: 2}, by=manager)


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
    older, older_code = issue(log)
    add_account(entry_of(log, "3.3"), "Tea with Mrs C")
    operator = User.objects.create_superuser("operator", PASSWORD, full_name="Olga Operator")
    for piece in log.evidence.filter(file_kind="document"):
        erase_piece(piece, by=operator, reason=Reason.NAMES_SOMEBODY, submission=uuid4())
    LogExport.objects.forget_papers()
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
        "erased": older.pk,
        "failed": failed.pk,
        "pending": pending.pk,
        "withdrawn_code": withdrawn_code,
        "older_code": older_code,
        "broken_code": broken_code,
        "valid_code": valid_code,
        "hash": LogExport.objects.get(pk=ready.pk).sha256,
        **packs_and_checks(log, ready),
        **collections(log, ready),
        **leaving_packs(log.learner),
    }


def collections(log: ProgressLog, ready: LogExport) -> Places:
    """Return the logs of a workplace in one file, in every state."""
    wish = {"requested_by": User.objects.get(username="priya"), "workplace": log.workplace, "employer": log.workplace.employer}
    made = LogCollection.objects.create(**wish, state="ready", finished_at=ready.finished_at)
    pending, failed = LogCollection.objects.create(**wish, everywhere=True), LogCollection.objects.create(**wish, state="failed")
    made.logs.create(log=log, export=ready)
    pending.logs.create(log=log)
    return {"collection_ready": made.pk, "collection_pending": pending.pk, "collection_failed": failed.pk}


def leaving_packs(learner: User) -> Places:
    """Return the file with everything of a person, in every state."""
    made = LeavingPack.objects.create(learner=learner, state="ready", file=ContentFile(b"PK", "all.zip"), finished_at=timezone.now())
    pending, failed = LeavingPack.objects.create(learner=learner), LeavingPack.objects.create(learner=learner, state="failed")
    return {"leaving_ready": made.pk, "leaving_pending": pending.pk, "leaving_failed": failed.pk}


def packs_and_checks(log: ProgressLog, ready: LogExport) -> Places:
    """Return a portfolio pack in every state, and the checks of files that somebody sent."""
    made = Pack.objects.create(log=log, requested_by=log.learner, export=ready, state="ready", file=ContentFile(b"PK", "world.zip"))
    as_pdf = {"form": Pack.Form.PDF, "file": ContentFile(b"%PDF-1.7", "world.pdf")}
    in_one = Pack.objects.create(log=log, requested_by=log.learner, export=ready, state="ready", **as_pdf)
    around = MadePack.objects.create(sha256="e" * 64, export=ready)
    pending = Pack.objects.create(log=log, requested_by=log.learner)
    failed = Pack.objects.create(log=log, requested_by=log.learner, state="failed", attempts=5)
    covered = SealCheck.objects.create(state="ready", verdict="covered", beneath=LogExport.objects.get(pk=ready.pk).sha256)
    stripped, waiting = SealCheck.objects.create(state="ready", verdict="unsealed"), SealCheck.objects.create()
    checks = {"check_covered": covered.pk, "check_stripped": stripped.pk, "check_waiting": waiting.pk}
    packs = {"pack_ready": made.pk, "pack_pdf": in_one.pk, "pack_pending": pending.pk, "pack_failed": failed.pk}
    return {**packs, "portfolio_hash": around.sha256, **checks}


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


def statements(learner: User) -> Places:
    """Return a statement of learning in every state: of the course and of two modules."""
    course = CoursePage.objects.get()
    first, second = ModulePage.objects.order_by("path")[:2]
    ready = Statement.objects.create(learner=learner, page=course, state="ready", says="0" * 64, file=ContentFile(b"%PDF-1.7", "world.pdf"))
    Statement.objects.filter(pk=ready.pk).update(finished_at=timezone.now())
    pending = Statement.objects.create(learner=learner, page=first)
    failed = Statement.objects.create(learner=learner, page=second, state="failed", attempts=5)
    return {"statement_ready": ready.pk, "statement_pending": pending.pk, "statement_failed": failed.pk}


def sessions(leader: User, learner: User) -> Places:
    """Return a group session that is open, with somebody in the room, and one that has ended with nobody."""
    module = ModulePage.objects.order_by("path")[5]
    where = Workplace.objects.where(leader, May.LEAD_SESSIONS).earliest("name")
    ended = GroupSession.lead(module, "g-ended", "Four chairs", at=where, by=leader)
    ended.end(45)
    opened = GroupSession.lead(module, "g-four-chairs", "Four chairs", at=where, by=leader)
    GroupSession.join(module, "g-four-chairs", opened.code, by=learner)
    return {"session_open": opened.pk, "session_ended": ended.pk}


def samples(log: ProgressLog) -> Places:
    """Let a quality assurer plan, write a note, agree with one sign-off, begin another and ask for action on a third. Return the places of each."""
    idris, home = User.objects.get(username="idris"), log.workplace
    employ(idris, Workplace.objects.create(employer=home.employer, name=f"Home {LONG_WORD[:60]}"), Role.QUALITY_ASSURER)
    for share in (5, 10):
        SamplingPlan.choose(home, share=share, risks=["new_signer", "too_quick"], by=idris, submission=uuid4())
    about = log.framework.outcomes.filter(code__in=["1.5", "1.6"])
    StandardisationNote.write(home, about, title=f"Enough {LONG_WORD}", text=f"Two mornings. {LONG_WORD}", by=idris, submission=uuid4())
    signer = User.objects.get(username="grace")
    found: Places = {}
    for code, came in [("1.2", "agreed"), ("1.3", "begun"), ("1.4", "action"), ("2.1", "unsampled")]:
        ready_to_send(entry_of(log, code), LONG_WORD if came == "unsampled" else "")
        if not entry_of(log, code).evidence_count:
            add_account(entry_of(log, code))
        declare(entry_of(log, code))
        sign(entry_of(log, code), signer)
        found[came] = entry_of(log, code).sign_offs.get().pk
    for came in ["agreed", "begun", "action"]:
        sampled(SignOff.objects.get(pk=found[came]), idris, came)
    return {"looked_at": found["unsampled"], **{f"sample_{came}": found[came] for came in ("agreed", "begun", "action")}}


def sampled(sign_off: SignOff, by: User, came: str) -> None:
    """Sample a sign-off, and decide on it as asked."""
    how: dict[str, Any] = {"by": by, "proof": just_now(), "seen": sign_off.entry.version}
    sample = Sample.take(sign_off.entry, why=["share", "new_signer"], submission=uuid4(), **how)
    if came == "agreed":
        sample.agree(submission=uuid4(), **how)
    elif came == "action":
        sample.ask_for_action(reason=f"Say what she chose. {LONG_WORD}", submission=uuid4(), **how)


def news_of(user: User) -> Places:
    """Remind somebody of everything, let her have read some of it, give her an address, and return the links of her letters."""
    ProgressLog.objects.filter(learner=user).update(due_on=timezone.localdate() - timedelta(days=1))
    module = ModulePage.objects.order_by("path")[0]
    task = next(part for step in module.outline().steps for part in step.asking if part.kind == "try_at_work")
    Plan.choose(module, task.id, timezone.localdate(), by=user)
    remind()
    Notice.objects.filter(to=user, kind=Kind.SIGNED_OFF).update(read_at=timezone.now())
    User.objects.filter(pk=user.pk).update(email=f"{LONG_NAME[:50].replace(' ', '.')}@example.org")
    asked = dumps([user.pk.hex, "amina@example.org", User.objects.get(pk=user.pk).email], salt=addresses.SALT)
    return {"stop": stop_token(user), "address_link": asked}


def issue(log: ProgressLog) -> tuple[LogExport, str]:
    """Issue a paper of the log as it stands, and return it with its code."""
    claimed = LogExport.objects.claim(LogExport.request(log, by=log.learner).pk)
    assert claimed
    record = read_export(claimed)
    assert claimed.finish(b"%PDF-1.7", record)
    return claimed, record.code
