"""What this site knows of a paper that somebody holds."""

from dataclasses import dataclass, replace
from enum import StrEnum

from progress.models import LedgerEvent, SignOff
from reports.codes import hashed
from reports.models import LogExport


class Verdict(StrEnum):
    """How a paper stands today, the gravest first."""

    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    VALID = "valid"


@dataclass(frozen=True)
class Finding:
    """One issued document, what came after it, and how it stands."""

    export: LogExport
    later: LogExport | None
    withdrawn: tuple[str, ...]  # codes of outcomes
    head_is_in_the_ledger: bool
    is_portfolio: bool = False  # the file in hand is not the document itself, but a portfolio made around it

    @property
    def is_erased(self) -> bool:
        """Whether words on it were erased since."""
        return bool(self.export.state == LogExport.State.ERASED)

    @property
    def verdict(self) -> Verdict:
        """Return how the paper stands."""
        if not self.head_is_in_the_ledger:
            return Verdict.BROKEN
        if self.withdrawn:
            return Verdict.WITHDRAWN
        return Verdict.SUPERSEDED if self.later else Verdict.VALID


def finding_for(code: str) -> Finding | None:
    """Return what is known of the paper with this code; None when this site issued no such paper."""
    return _finding_where(code_hash=hashed(code))


def finding_for_file(digest: str) -> Finding | None:
    """Return what is known of the file with this SHA-256, of a portfolio: of the log in it; None when this site made no such file."""
    if found := _finding_where(sha256=digest):
        return found
    around = _finding_where(made_packs__sha256=digest)
    return replace(around, is_portfolio=True) if around else None


def _finding_where(**known: str) -> Finding | None:
    issued = LogExport.objects.ever_issued().filter(**known)
    export = issued.select_related("log__learner", "log__framework", "log__workplace__employer").first()
    return _finding(export) if export else None


def _finding(export: LogExport) -> Finding:
    events = LedgerEvent.objects.filter(log=export.log_id, seq=export.position, hash=export.head)
    taken_back = SignOff.objects.filter(entry__log=export.log_id, event__seq__lte=export.position, withdrawn_by__seq__gt=export.position)
    withdrawn = taken_back.order_by("entry__outcome__area__position", "entry__outcome__position").values_list(
        "entry__outcome__code", flat=True
    )
    later = LogExport.objects.ever_issued().filter(log=export.log_id, position__gt=export.position).order_by("-position").first()
    return Finding(export=export, later=later, withdrawn=tuple(withdrawn), head_is_in_the_ledger=events.exists())
