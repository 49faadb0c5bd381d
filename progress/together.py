"""What a supervisor saw or heard herself: recorded for everybody who was there, and signed where it waits, in one act."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from courses.models import Outcome
from people.models import Refused, User
from people.proof import Proof
from progress.decision import Decision
from progress.models import Evidence, LogEntry, Method, ProgressLog


@dataclass
class Share:
    """What one of the learners gets of it: the outcomes it is recorded for, those of them that can be signed now, and why others cannot."""

    log: ProgressLog
    entries: list[LogEntry]

    @property
    def signable(self) -> list[LogEntry]:
        """Return what waits and may go with others. High-risk outcomes are signed one at a time, and what is kept elsewhere is seen first."""
        return [entry for entry in self.entries if entry.is_waiting and not entry.outcome.sign_individually and not entry.kept_elsewhere]

    @property
    def only_recorded(self) -> list[LogEntry]:
        """Return the rest."""
        return [entry for entry in self.entries if entry not in self.signable]


@dataclass(frozen=True)
class Signing:
    """The signature that goes with it. `seen`: the version of each entry that was on the page, by its id."""

    proof: Proof
    statement: str
    seen: Mapping[UUID, int]


def shares(logs: Iterable[ProgressLog], outcomes: Iterable[Outcome]) -> list[Share]:
    """Return each learner's share of some outcomes, without what is signed already. Two queries."""
    found = {log.pk: Share(log, []) for log in sorted(logs, key=lambda log: log.pk)}
    entries = LogEntry.objects.in_a_list().filter(log__in=found, outcome__in=list(outcomes)).exclude(state=LogEntry.State.SIGNED_OFF)
    for entry in entries:
        entry.log = found[entry.log_id].log
        found[entry.log_id].entries.append(entry)
    return [share for share in found.values() if share.entries]


def is_recorded(logs: Iterable[ProgressLog], submission: UUID, *, by: User) -> bool:
    """Return whether this person has sent this form before."""
    return Evidence.objects.filter(pk__in=[uuid5(submission, str(log.pk)) for log in logs], added_by=by).exists()


def record_together(
    logs: Sequence[ProgressLog], outcomes: Sequence[Outcome], *, by: User, submission: UUID, signing: Signing | None = None, **words: Any
) -> None:
    """Record it in every log, and sign what `signing` names. All of it, or nothing and Refused.

    `words`: kind, title, text, seen_on (Evidence.record). Each log's part has a number of its own, made from the
    submission's, so that a form sent twice records and signs once. Logs are held in the order of their ids.
    """
    with ExitStack() as held:
        for log in sorted(logs, key=lambda log: log.pk):
            held.enter_context(log.writing())
        if is_recorded(logs, submission, by=by):
            return
        found = shares(logs, outcomes)
        _refuse_what_is_signed_everywhere(found, outcomes)
        if signing and not {entry.pk for share in found for entry in share.entries}.issuperset(signing.seen):
            raise Refused(_("Somebody else has signed one of these since you opened the page. Look at them again."))
        for share in found:
            _carry_out(share, by, uuid5(submission, str(share.log.pk)), signing, words)


def _refuse_what_is_signed_everywhere(found: Iterable[Share], outcomes: Iterable[Outcome]) -> None:
    """Raise Refused where an outcome she chose is nobody's any more: a colleague signed it since she opened the page."""
    left = {entry.outcome_id for share in found for entry in share.entries}
    if gone := [outcome.code for outcome in outcomes if outcome.pk not in left]:
        raise Refused(_("%(code)s has been signed off since you opened the page. Look at it again.") % {"code": ", ".join(gone)})


def decisions(
    logs: Sequence[ProgressLog], outcomes: Iterable[Outcome], *, by: User, submission: UUID, statement: str, seed: bytes, **words: Any
) -> list[Decision]:
    """Return what `record_together` would sign now, for a passkey to approve: each outcome with the piece that is not there yet."""
    found = []
    for share in shares(logs, outcomes):
        own = uuid5(submission, str(share.log.pk))
        piece = Evidence.recorded(share.log, by=by, submission=own, seed=seed, **words)
        signable = [entry.pk for entry in share.signable]
        for entry in LogEntry.objects.with_everything().filter(pk__in=signable):
            entry.log = share.log
            how = {"method": words["kind"], "statement": statement, "plus": [piece]}
            found.append(Decision.signing(entry, by=by, submission=uuid5(own, f"sign {entry.pk}"), seed=seed, **how))
    return found


def _carry_out(share: Share, by: User, submission: UUID, signing: Signing | None, words: Mapping[str, Any]) -> None:
    """Record and sign for one learner, whose log is held."""
    to_sign = _named(share, signing) if signing else []
    seed = signing.proof.seed if signing else None
    Evidence.record(share.log, share.entries, by=by, submission=submission, seed=seed, **words)
    for entry in to_sign:
        if signing:
            _sign(entry, signing, words["kind"], by, uuid5(submission, f"sign {entry.pk}"))


def _named(share: Share, signing: Signing) -> list[LogEntry]:
    """Return what she checked on the page. Raise Refused when it may not go with others, or is not as it was there."""
    named = [entry for entry in share.entries if entry.pk in signing.seen]
    for entry in named:
        if entry.outcome.sign_individually:
            raise Refused(_("Sign off %(code)s on its own page.") % {"code": entry.outcome.code})
        if entry.version != signing.seen[entry.pk]:
            raise Refused(_("%(code)s has changed since you opened the page. Look at it again.") % {"code": entry.outcome.code})
    return named


def _sign(entry: LogEntry, signing: Signing, kind: str, by: User, submission: UUID) -> None:
    """Sign one entry as it is now: since she checked, only this act's own evidence has come to it."""
    entry.sign_off(by=by, proof=signing.proof, method=Method(kind), statement=signing.statement, seen=entry.version, submission=submission)
