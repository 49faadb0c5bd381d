"""The leaving pack: everything that is a worker's in one ZIP, to read without a network and for a program to read.

- `index.html`: who she is here, where she worked, her logs, and what she learned.
- `learning.html`: each module with what she answered and wrote; sessions she was in; what she has not sent yet.
- `everything.json`: the same for a program.
- `logs/…`: the portfolio pack of each log (reports/portfolio.py), with its paper, its evidence and its record that proves itself.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zipfile import ZipFile

from django.template.loader import render_to_string
from django.utils import timezone

from people.models import Membership, User
from progress.models import Attendance, Draft, Plan, ProgressLog
from progress.shown import Opened, Shown, answered_by
from reports.models import LogExport
from reports.portfolio import STYLE, put, put_log
from reports.record import LogRecord

FORMAT = "countersign leaving pack, version 1"
INDEX, LEARNING, DATA = "index.html", "learning.html", "everything.json"


@dataclass(frozen=True)
class Issued:
    """One log as its paper says it, and the folder that it has in the pack."""

    log: ProgressLog
    record: LogRecord
    export: LogExport

    @property
    def folder(self) -> str:
        """Return the folder: a set can be there in two editions, and at two workplaces."""
        return f"logs/{self.log.framework.key}-{self.log.pk.hex[:8]}/"


@dataclass(frozen=True)
class Everything:
    """What is a person's beside her logs."""

    person: User
    roles: tuple[Membership, ...]
    opened: tuple[Opened, ...]
    attended: tuple[Attendance, ...]
    plans: tuple[Plan, ...]
    drafts: tuple[Draft, ...]


def read_everything(person: User) -> Everything:
    """Read what is a person's beside her logs."""
    return Everything(
        person=person,
        roles=tuple(Membership.objects.filter(user=person).select_related("workplace__employer").order_by("started_on")),
        opened=tuple(answered_by(person)),
        attended=tuple(Attendance.objects.filter(learner=person).select_related("session__module", "session__workplace")),
        plans=tuple(Plan.objects.filter(learner=person).select_related("module")),
        drafts=tuple(Draft.objects.filter(writer=person)),
    )


def write_leaving_pack(out: IO[bytes], hers: Everything, issued: Iterable[Issued]) -> None:
    """Write everything that is a person's into a file."""
    issued, made_at = list(issued), timezone.localtime()
    about = {"hers": hers, "issued": issued, "made_at": made_at}
    with ZipFile(out, "w") as pack:
        put(pack, INDEX, render_to_string("reports/leaving/index.html", about).encode(), made_at)
        put(pack, STYLE, render_to_string("reports/pack/style.css").encode(), made_at)
        put(pack, LEARNING, render_to_string("reports/leaving/learning.html", about).encode(), made_at)
        put(pack, DATA, _as_json(hers, issued, made_at), made_at)
        for one in issued:
            put_log(pack, one.folder, one.log, one.record, one.export)


def _as_json(hers: Everything, issued: Iterable[Issued], made_at: datetime) -> bytes:
    person = hers.person
    said = {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "account": {
            "full_name": person.full_name,
            "username": person.username,
            "email": person.email,
            "language": person.language,
            "joined_at": person.date_joined.isoformat(),
        },
        "roles": [_role(one) for one in hers.roles],
        "logs": [{"set": one.log.framework.label, "workplace": one.log.workplace.name, "folder": one.folder} for one in issued],
        "modules": [_module(one) for one in hers.opened],
        "group_sessions": [_session(one) for one in hers.attended],
        "plans": [{"module": one.module.title, "task": one.task, "day": one.day.isoformat()} for one in hers.plans],
        "not_sent_yet": [{"form": one.place, "words": one.words, "saved_at": one.saved_at.isoformat()} for one in hers.drafts],
    }
    return json.dumps(said, ensure_ascii=False, indent=2).encode()


def _role(one: Membership) -> dict[str, Any]:
    return {
        "workplace": one.workplace.name,
        "employer": one.workplace.employer.name,
        "role": one.role,
        "job_title": one.job_title,
        "from": one.started_on.isoformat(),
        "to": one.ended_on.isoformat() if one.ended_on else None,
    }


def _module(one: Opened) -> dict[str, Any]:
    finished = one.place.finished_at if one.place else None
    return {
        "title": one.module.title,
        "finished_at": finished.isoformat() if finished else None,
        "answers": [_answer(a) for a in one.answers],
    }


def _answer(shown: Shown) -> dict[str, Any]:
    answer = shown.answer
    return {
        "asked": shown.about,
        "said": [{"asked": line.asked, "said": line.said} for line in shown.told],
        "right": answer.is_right,
        "tries": answer.tries,
        "answered_at": answer.answered_at.isoformat(),
    }


def _session(one: Attendance) -> dict[str, Any]:
    session = one.session
    return {
        "title": session.title,
        "module": session.module.title,
        "workplace": session.workplace.name,
        "led_by": session.leader_name,
        "joined_at": one.joined_at.isoformat(),
        "minutes": session.minutes,
    }
