"""What the ledger keeps of the world at the moment of a decision.

What was signed keeps its wording: a later edition, a new job or a renamed home changes nothing here.
Names of people are not in here: they are personal, and go off the chain as salted texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from courses.models import Outcome
from people.models import Membership, User, Workplace
from people.permissions import May
from people.proof import Proof
from progress.canonical import utc_text

if TYPE_CHECKING:
    from progress.models import Evidence, LogEntry, SignOff


def outcome_snapshot(outcome: Outcome) -> dict[str, object]:
    """Return the wording that is declared or signed."""
    return {"code": outcome.code, "text": outcome.text, "kind": outcome.kind}


def workplace_snapshot(workplace: Workplace) -> dict[str, object]:
    """Return the workplace and employer as they are called today."""
    return {"id": str(workplace.pk), "name": workplace.name, "employer": workplace.employer.name}


def evidence_snapshot(entry: "LogEntry", plus: Sequence["Evidence"] = ()) -> list[object]:
    """Return each piece that stands beside it with its commitment, in the order it was added. `plus`: pieces about to be added."""
    pieces = sorted(entry.pieces, key=lambda piece: (piece.added_at, piece.pk))
    return [{"id": str(piece.pk), "commitment": piece.commitment} for piece in [*pieces, *plus]]


def role_snapshot(by: User, workplace: Workplace, may: May) -> dict[str, object]:
    """Return the role that gives the right to decide, as held now at this workplace."""
    membership = Membership.objects.current().that(may).filter(user=by, workplace=workplace).first()
    if membership is None:
        raise ValueError("Somebody without the role reached the ledger: a rule is missing.")
    return {"id": str(by.pk), "role": membership.role, "job_title": membership.job_title}


def proof_snapshot(proof: Proof) -> dict[str, object]:
    """Return how and when somebody last proved who she is; of a passkey, all that it takes to check its signature without us."""
    told: dict[str, object] = {"kind": proof.kind, "at": utc_text(proof.at)}
    return told | {"passkey": {**asdict(proof.assertion), "approved": list(proof.approved)}} if proof.assertion else told


def decision_snapshot(
    entry: "LogEntry", by: User, signer: Mapping[str, object] | None = None, plus: Sequence["Evidence"] = ()
) -> dict[str, object]:
    """Return what stands in every supervisor's decision: on what, as whom and where.

    `signer`: who signs, if it is known already. `plus`: evidence that the same act is about to add.
    """
    return {**_scene(entry, plus), "signer": signer or role_snapshot(by, entry.log.workplace, May.SIGN_OFF)}


def assurance_snapshot(entry: "LogEntry", sign_off: "SignOff", by: User) -> dict[str, object]:
    """Return what stands in every act of a quality assurer: the same, and the sign-off it is about, by its event and its signer."""
    about = {"event": str(sign_off.event.event_id), "signer": str(sign_off.signer_id)}
    return {**_scene(entry), "assurer": role_snapshot(by, entry.log.workplace, May.ASSURE), "sign_off": about}


def _scene(entry: "LogEntry", plus: Sequence["Evidence"] = ()) -> dict[str, object]:
    return {
        "outcome": outcome_snapshot(entry.outcome),
        "framework": {"key": entry.log.framework.key, "edition": entry.log.framework.edition},
        "learner": str(entry.learner_id),
        "workplace": workplace_snapshot(entry.log.workplace),
        "evidence": evidence_snapshot(entry, plus),
    }
