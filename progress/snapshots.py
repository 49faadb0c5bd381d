"""What the ledger keeps of the world at the moment of a decision.

What was signed keeps its wording: a later edition, a new job or a renamed home changes nothing here.
Names of people are not in here: they are personal, and go off the chain as salted texts.
"""

from typing import TYPE_CHECKING

from courses.models import Outcome
from people.models import Membership, User, Workplace
from people.permissions import May
from people.proof import Proof
from progress.canonical import utc_text

if TYPE_CHECKING:
    from progress.models import LogEntry


def outcome_snapshot(outcome: Outcome) -> dict[str, object]:
    """Return the wording that is declared or signed."""
    return {"code": outcome.code, "text": outcome.text, "kind": outcome.kind}


def workplace_snapshot(workplace: Workplace) -> dict[str, object]:
    """Return the workplace and employer as they are called today."""
    return {"id": str(workplace.pk), "name": workplace.name, "employer": workplace.employer.name}


def evidence_snapshot(entry: "LogEntry") -> list[object]:
    """Return each piece that stands beside it with its commitment, in the order it was added."""
    pieces = sorted(entry.pieces, key=lambda piece: (piece.added_at, piece.pk))
    return [{"id": str(piece.pk), "commitment": piece.commitment} for piece in pieces]


def signer_snapshot(by: User, workplace: Workplace) -> dict[str, object]:
    """Return the role that gives the right to sign, as held now at this workplace."""
    membership = Membership.objects.current().that(May.SIGN_OFF).filter(user=by, workplace=workplace).first()
    if membership is None:
        raise ValueError("A signer without a role reached the ledger: a rule is missing.")
    return {"id": str(by.pk), "role": membership.role, "job_title": membership.job_title}


def proof_snapshot(proof: Proof) -> dict[str, object]:
    """Return how and when somebody last proved who she is."""
    return {"kind": proof.kind, "at": utc_text(proof.at)}


def decision_snapshot(entry: "LogEntry", by: User, proof: Proof) -> dict[str, object]:
    """Return what stands in every supervisor's decision: on what, as whom, where, and how it is known that it was her."""
    return {
        "outcome": outcome_snapshot(entry.outcome),
        "framework": {"key": entry.log.framework.key, "edition": entry.log.framework.edition},
        "learner": str(entry.learner_id),
        "signer": signer_snapshot(by, entry.log.workplace),
        "workplace": workplace_snapshot(entry.log.workplace),
        "evidence": evidence_snapshot(entry),
        "proof": proof_snapshot(proof),
    }


def sign_off_snapshot(entry: "LogEntry", by: User, proof: Proof, method: str, statement: str) -> dict[str, object]:
    """Return a decision with how the outcome was shown, the declaration that was signed, and what the signer saw where it is kept."""
    seen = sorted(str(piece.pk) for piece in entry.kept_elsewhere)
    return {**decision_snapshot(entry, by, proof), "method": method, "statement": statement, "seen_where_kept": seen}
