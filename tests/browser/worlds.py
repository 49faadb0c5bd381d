"""The two homes the pages are looked at in: one where nothing has happened yet, and one where everything has."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command

from courses.models import CoursePage, Framework, ModulePage
from people.models import User, Workplace
from people.permissions import Role
from progress.actions import go_on, record_answer
from progress.models import LogEntry, ProgressLog
from reports.models import LogExport
from reports.progress_log import read_export
from tests.cast import add_account, declare, employ, entry_of, make_framework, person, sign

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
    return papers | {
        "framework": framework.pk,
        "log": log.pk,
        "long": hers.pk,
        "workplace": rosewood.pk,
        "member": grace.memberships.get().pk,
        "learner": amina.memberships.get().pk,
        "course": CoursePage.objects.get().url,
    }


def take_modules(learner: User) -> None:
    """Take the first module to its end; in the second, get the first question wrong and stop."""
    first, second, *_others = ModulePage.objects.order_by("path")
    for step in first.outline().steps:
        for part in step.asking:
            record_answer(first, part, GIVEN[part.kind](part, True), by=learner)
        go_on(first, step, by=learner)
    step = second.outline().steps[0]
    for part in step.asking:
        record_answer(second, part, GIVEN[part.kind](part, False), by=learner)
    go_on(second, step, by=learner)


GIVEN: dict[str, Any] = {
    "question": lambda part, right: {"chosen": [option.key for option in part.asks.options if option.right is right]},
    "reflection": lambda part, right: {"words": f"I sat down first. {LONG_WORD}"},
    "try_at_work": lambda part, right: {"words": "I waited, and she told me about her school."},
}


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
    for code in ["1.5", "1.6", "2.4", "2.5", "2.7", "8.2", "1.1"]:
        declare(entry_of(log, code))
    for code in ["1.5", "1.6"]:
        sign(entry_of(log, code), supervisor)
    returned = entry_of(log, "2.4")
    returned.send_back(by=supervisor, reason=f"Say what she answered. {LONG_WORD}", seen=returned.version, submission=uuid4())
    _withdrawn, withdrawn_code = issue(log)
    taken_back = entry_of(log, "1.6")
    taken_back.withdraw_sign_off(by=supervisor, reason="I mixed up two people.", seen=taken_back.version, submission=uuid4())
    _older, older_code = issue(log)
    add_account(entry_of(log, "3.3"), "Tea with Mrs C")
    broken, broken_code = issue(log)
    LogExport.objects.filter(pk=broken.pk).update(head="0" * 64)
    add_account(entry_of(log, "3.3"), "Supper with Mrs C")
    ready, valid_code = issue(log)
    failed = LogExport.objects.create(log=log, requested_by=log.learner, state="failed", attempts=5)
    pending = LogExport.objects.create(log=log, requested_by=log.learner, state="rendering", attempts=1)
    return {
        "ready": ready.pk,
        "failed": failed.pk,
        "pending": pending.pk,
        "withdrawn_code": withdrawn_code,
        "older_code": older_code,
        "broken_code": broken_code,
        "valid_code": valid_code,
    }


def issue(log: ProgressLog) -> tuple[LogExport, str]:
    """Issue a paper of the log as it stands, and return it with its code."""
    claimed = LogExport.objects.claim(LogExport.request(log, by=log.learner).pk)
    assert claimed
    record = read_export(claimed)
    assert claimed.finish(b"%PDF-1.7", record)
    return claimed, record.code
