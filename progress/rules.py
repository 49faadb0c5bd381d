"""Every reason to refuse. A rule answers with its objection in plain English, or with None.

The same function refuses the act, explains why a button is missing, and becomes the form's error.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Outcome
from people.models import User, Workplace
from people.permissions import May
from progress.projection import DECLARED, OPEN, RETURNED, SIGNED_OFF

if TYPE_CHECKING:
    from progress.models import LogEntry

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
    return what_is_missing(entry.outcome, entry.evidence_count, knows=entry.knowledge_met_at is not None)


def what_is_missing(outcome: Outcome, pieces: int, *, knows: bool) -> str | None:
    """Say in one sentence what an outcome still needs, or None."""
    if outcome.has_practice_part and pieces < max(outcome.evidence_needed, 1):
        missing = max(outcome.evidence_needed, 1) - pieces
        return ngettext(
            "Add one more piece of evidence from your work.", "Add %(count)d more pieces of evidence from your work.", missing
        ) % {"count": missing}
    if outcome.kind == Outcome.Kind.KNOWLEDGE and not knows and not pieces:
        return _("Finish a module that teaches this, or write about what you know.")
    return None


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


def objections(rules: Iterable[Rule], entry: "LogEntry", by: User) -> list[str]:
    """Return what every rule that objects has to say, in the order of the rules."""
    return [objection for rule in rules if (objection := rule(entry, by))]
