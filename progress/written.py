"""What a learner wrote in a module, as evidence she may use: her own words, once she chooses to show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from progress.models import Answer, Evidence, LogEntry

TITLE_CAP = 100


@dataclass(frozen=True)
class Written:
    """One answer in words. `piece` is the id of the evidence that these words become: changed words become another piece."""

    answer: Answer
    title: str
    words: str
    piece: UUID


def written_for(entry: LogEntry, answers: Iterable[Answer]) -> list[Written]:
    """Return those of the learner's answers (progress.shown.answers_about) that are in words and that she has not shown for an outcome."""
    shown = {link.evidence_id for link in entry.links}
    found = [_written(entry, answer) for answer in answers if answer.given.get("words")]
    return [written for written in found if written.piece not in shown]


def _written(entry: LogEntry, answer: Answer) -> Written:
    words = answer.given["words"]
    return Written(answer, _title(answer), words, _piece_of(answer, entry.log_id))


def _piece_of(answer: Answer, log_id: UUID) -> UUID:
    return uuid5(log_id, f"{answer.pk} {answer.given['words']}")


def answers_behind(piece: Evidence) -> list[Answer]:
    """Return the answers whose words became this piece of evidence."""
    answers = Answer.objects.filter(learner=piece.log.learner_id, given__has_key="words")
    return [answer for answer in answers if _piece_of(answer, piece.log_id) == piece.pk]


def _title(answer: Answer) -> str:
    """Return what was asked, cut to what a title holds; the module's title when an author has taken it away since."""
    found = answer.module.outline().find(answer.activity_id)
    title: str = found[1].asks.about if found and found[1].asks else ""
    title = title or answer.module.title
    return title if len(title) <= TITLE_CAP else f"{title[: TITLE_CAP - 1].rstrip()}…"
