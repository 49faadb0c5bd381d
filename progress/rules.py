"""Every reason to refuse. A rule answers with its objection in plain English, or with None.

The same function refuses the act, explains why a button is missing, and becomes the form's error.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Outcome
from courses.needs import any_of, months_before
from people.models import User, Workplace
from people.permissions import May
from progress.projection import DECLARED, OPEN, RETURNED, SIGNED_OFF

if TYPE_CHECKING:
    from progress.models import Evidence, LogEntry

IN_HER_HANDS = (OPEN, RETURNED)  # the states in which it is the learner's turn
Rule = Callable[["LogEntry", User], str | None]


def only_the_learner_declares(entry: "LogEntry", by: User) -> str | None:
    """A declaration is the learner's own word."""
    return None if entry.learner_id == by.pk else _("Only the learner can do this.")


def it_is_still_open(entry: "LogEntry", by: User) -> str | None:
    """What waits or is signed cannot be declared again."""
    if entry.state in {OPEN, RETURNED}:
        return None
    if entry.state == DECLARED:
        return _("You have already sent this to your supervisor.")
    return _("This outcome is already signed off.")


def evidence_is_sufficient(entry: "LogEntry", by: User) -> str | None:
    """The practice part needs its pieces of evidence; the knowledge part a finished module or one piece."""
    return entry.missing


def what_is_missing(outcome: Outcome, pieces: Sequence["Evidence"], *, knows: bool, on: date) -> str | None:
    """Say what an outcome still needs on a day, or None."""
    if outcome.has_practice_part:
        return _missing_practice(outcome, pieces, on)
    if not knows and not pieces:
        return _("Finish a module that teaches this, or write about what you know.")
    return None


def _missing_practice(outcome: Outcome, pieces: Sequence["Evidence"], on: date) -> str | None:
    since = months_before(on, outcome.evidence_months) if outcome.evidence_months else date.min
    counting = [piece for piece in pieces if piece.shown_on >= since]
    lacks_kind = bool(outcome.evidence_kinds) and not any(piece.kind in outcome.evidence_kinds for piece in counting)
    count = max(outcome.pieces_needed - len(counting), int(lacks_kind))
    if count <= 0:
        return None
    said = [_one_more(outcome, count) if lacks_kind else _some_more(count)]
    if old := len(pieces) - len(counting):
        said.append(_too_old(old, outcome.evidence_months))
    return " ".join(said)


def _some_more(count: int) -> str:
    return ngettext("Add one more piece of evidence from your work.", "Add %(count)d more pieces of evidence from your work.", count) % {
        "count": count
    }


def _one_more(outcome: Outcome, count: int) -> str:
    said = ngettext("One more is needed, and it must be %(kind)s.", "%(count)d more are needed, and one must be %(kind)s.", count)
    return said % {"count": count, "kind": any_of(outcome.evidence_kinds)}


def _too_old(count: int, months: int) -> str:
    return ngettext(
        "%(count)d piece is older than %(months)d months and does not count.",
        "%(count)d pieces are older than %(months)d months and do not count.",
        count,
    ) % {"count": count, "months": months}


def what_stays_at_work_was_looked_at(entry: "LogEntry", looked_at: Collection[UUID]) -> str | None:
    """A confidential record counts by the signer's word: she has seen it where it is kept. `looked_at`: what she says she has."""
    left = next((piece for piece in entry.kept_elsewhere if piece.pk not in looked_at), None)
    if left is None:
        return None
    return _("Look at “%(title)s” where it is kept, and tick that you have seen it.") % {"title": left.title}


def who_recorded_it_replaces_it(piece: "Evidence", by: User) -> str | None:
    """A new version comes from whoever recorded the piece: what a supervisor or a witness said stays as it was said."""
    if piece.added_by_id != by.pk or piece.witness_name:
        return _("Only the person who recorded this can replace it.")
    if by.pk != piece.log.learner_id and not Workplace.objects.where(by, May.SIGN_OFF).filter(pk=piece.log.workplace_id).exists():
        return _("You do not supervise at %(workplace)s.") % {"workplace": piece.log.workplace.name}
    return _("There is a newer version of this. Open the page again.") if has_a_newer_version(piece) else None


def it_may_go_along(piece: "Evidence", entry: "LogEntry", by: User) -> str | None:
    """A learner takes her own pieces to another log of hers. What stays at a workplace stays, and so does what others said there."""
    if by.pk != piece.log.learner_id or by.pk != entry.learner_id:
        return _("Only the learner adds evidence to a log.")
    if piece.added_by_id != by.pk or piece.witness_name:
        return _("What somebody else recorded stays in the log it was recorded in.")
    if piece.kept_where and piece.log.workplace_id != entry.log.workplace_id:
        return _("This is kept at another workplace, where the supervisor of this log cannot look at it.")
    return _("There is a newer version of this. Use that one.") if has_a_newer_version(piece) else None


def has_a_newer_version(piece: "Evidence") -> bool:
    """Return whether another piece took its place."""
    return type(piece).objects.filter(replaces=piece).exists()


def learner_has_declared_it(entry: "LogEntry", by: User) -> str | None:
    """Nobody signs what the learner has not said she is ready for."""
    if entry.state == DECLARED:
        return None
    if entry.state == SIGNED_OFF and (sign_off := entry.live_sign_off):
        return _("%(name)s already signed this off on %(day)s.") % {"name": sign_off.signer_name, "day": sign_off.day_in_words}
    return _("%(learner)s has not sent this for sign-off.") % {"learner": entry.learner.full_name}


def nobody_signs_their_own_log(entry: "LogEntry", by: User) -> str | None:
    """The first rule of all."""
    return _("You cannot sign off your own log.") if entry.learner_id == by.pk else None


def signer_supervises_at_this_workplace(entry: "LogEntry", by: User) -> str | None:
    """The signer holds the role now, at the learner's workplace."""
    if Workplace.objects.where(by, May.SIGN_OFF).filter(pk=entry.log.workplace_id).exists():
        return None
    return _("You do not supervise at %(workplace)s.") % {"workplace": entry.log.workplace.name}


def it_is_signed_off(entry: "LogEntry", by: User) -> str | None:
    """Only a sign-off can be taken back."""
    return None if entry.state == SIGNED_OFF else _("This outcome is not signed off.")


def it_is_waiting(entry: "LogEntry", by: User) -> str | None:
    """Only what waits for the supervisor can be called back."""
    return None if entry.state == DECLARED else _("This outcome is not waiting for your supervisor.")


def the_sign_off_stands(entry: "LogEntry", by: User) -> str | None:
    """A quality assurer looks at a sign-off that stands, not at one that was taken back."""
    if entry.state == SIGNED_OFF:
        return None
    last = entry.sign_offs.last()
    if last and last.sampled and last.sampled.is_decided:
        return last.sampled.in_words
    return _("This sign-off was taken back.")


def nobody_assures_their_own_log(entry: "LogEntry", by: User) -> str | None:
    """Nor does an assurer judge what was signed for herself."""
    return _("You cannot sample a sign-off in your own log.") if entry.learner_id == by.pk else None


def a_quality_assurer_never_samples_their_own_sign_off(entry: "LogEntry", by: User) -> str | None:
    """The second pair of eyes is somebody else's."""
    sign_off = entry.live_sign_off
    return _("You cannot sample your own sign-off.") if sign_off and sign_off.signer_id == by.pk else None


def assurer_assures_at_this_workplace(entry: "LogEntry", by: User) -> str | None:
    """The assurer holds the role now, at the learner's workplace."""
    if Workplace.objects.where(by, May.ASSURE).filter(pk=entry.log.workplace_id).exists():
        return None
    return _("You do not assure quality at %(workplace)s.") % {"workplace": entry.log.workplace.name}


def it_is_not_sampled_yet(entry: "LogEntry", by: User) -> str | None:
    """One sign-off is one sample."""
    sample = entry.live_sign_off.sampled if entry.live_sign_off else None
    return sample.in_words if sample else None


def it_is_sampled_and_undecided(entry: "LogEntry", by: User) -> str | None:
    """An assurer decides once on what was sampled."""
    if not (sign_off := entry.live_sign_off):
        return None
    if sign_off.sampled is None:
        return _("This sign-off is not sampled yet.")
    return sign_off.sampled.in_words if sign_off.sampled.is_decided else None


DECLARE_RULES: tuple[Rule, ...] = (only_the_learner_declares, it_is_still_open, evidence_is_sufficient)
CALL_BACK_RULES: tuple[Rule, ...] = (only_the_learner_declares, it_is_waiting)
SIGN_OFF_RULES: tuple[Rule, ...] = (
    learner_has_declared_it,
    nobody_signs_their_own_log,
    signer_supervises_at_this_workplace,
    evidence_is_sufficient,
)
RETURN_RULES: tuple[Rule, ...] = (learner_has_declared_it, nobody_signs_their_own_log, signer_supervises_at_this_workplace)
RECORD_RULES: tuple[Rule, ...] = (nobody_signs_their_own_log, signer_supervises_at_this_workplace)
WITHDRAW_RULES: tuple[Rule, ...] = (it_is_signed_off, nobody_signs_their_own_log, signer_supervises_at_this_workplace)
ASSURANCE_RULES: tuple[Rule, ...] = (
    the_sign_off_stands,
    nobody_assures_their_own_log,
    a_quality_assurer_never_samples_their_own_sign_off,
    assurer_assures_at_this_workplace,
)
SAMPLE_RULES: tuple[Rule, ...] = (*ASSURANCE_RULES, it_is_not_sampled_yet)
JUDGE_RULES: tuple[Rule, ...] = (*ASSURANCE_RULES, it_is_sampled_and_undecided)


def objections(rules: Iterable[Rule], entry: "LogEntry", by: User) -> list[str]:
    """Return what every rule that objects has to say, in the order of the rules."""
    return [objection for rule in rules if (objection := rule(entry, by))]
