"""A supervisor's decision before it is recorded: what the ledger will say of it, and the hash that a passkey approves.

With a passkey the decision itself is signed. Its hash covers the event's own number, the log, the outcome and its wording,
the evidence, the signer with role and workplace, how it was shown, the declaration, and the commitments to her words:
all of the payload but its place and moment, which nobody knows before it is recorded, and the proof, which holds the signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from people.models import Refused, User
from people.proof import Approval, Proof
from progress.canonical import decision_challenge, decision_hash, salt_from
from progress.models.ledger import EventType, LedgerText
from progress.snapshots import assurance_snapshot, decision_snapshot, proof_snapshot

if TYPE_CHECKING:
    from progress.models import Evidence, LogEntry, SignOff

Signer = Mapping[str, object]


@dataclass(frozen=True)
class Decision:
    """One decision on one entry, ready to be recorded under the number `submission`."""

    type: EventType
    entry: "LogEntry"
    by: User
    submission: UUID
    data: Mapping[str, object]
    texts: Sequence[LedgerText]

    @classmethod
    def signing(
        cls,
        entry: "LogEntry",
        *,
        by: User,
        submission: UUID,
        seed: bytes,
        method: str,
        statement: str,
        note: str = "",
        signer: Signer | None = None,
        plus: Sequence["Evidence"] = (),
    ) -> "Decision":
        """Return a sign-off. `signer`, `plus`: as for `decision_snapshot`."""
        words = {"signer_name": by.full_name, **({"note": note} if note else {})}
        seen = sorted(str(piece.pk) for piece in entry.kept_elsewhere)  # the signer's word that she saw it where it is kept
        data = {**decision_snapshot(entry, by, signer, plus), "method": method, "statement": statement, "seen_where_kept": seen}
        return cls(EventType.SIGNED_OFF, entry, by, submission, data, _texts(seed, submission, words))

    @classmethod
    def with_reason(
        cls, type: EventType, entry: "LogEntry", *, by: User, submission: UUID, seed: bytes, reason: str, signer: Signer | None = None
    ) -> "Decision":
        """Return a decision that says why: a return, or a sign-off taken back. Raise Refused without a reason."""
        data = decision_snapshot(entry, by, signer)
        return cls(type, entry, by, submission, data, _texts(seed, submission, {"reason": needed(reason)}))

    @classmethod
    def assuring(
        cls,
        type: EventType,
        entry: "LogEntry",
        sign_off: "SignOff",
        *,
        by: User,
        submission: UUID,
        seed: bytes,
        more: Mapping[str, object],
        reason: str = "",
    ) -> "Decision":
        """Return what a quality assurer does with a sign-off. `more`: what this act alone says."""
        words = {"assurer_name": by.full_name, **({"reason": reason} if reason else {})}
        data = {**assurance_snapshot(entry, sign_off, by), **more}
        return cls(type, entry, by, submission, data, _texts(seed, submission, words))

    @property
    def hash(self) -> str:
        """Return what a passkey approves."""
        return decision_hash(
            {
                "v": 1,
                "stream": str(self.entry.log_id),
                "event_id": str(self.submission),
                "type": str(self.type),
                "actor": str(self.by.pk),
                "entry": str(self.entry.pk),
                "data": self.data,
                "texts": {text.field: text.commitment for text in self.texts},
            }
        )

    def proved_by(self, proof: Proof) -> dict[str, object]:
        """Return what the event says, with its proof. Raise Refused when a passkey approved something else."""
        if proof.assertion and self.hash not in proof.approved:
            raise Refused(_("%(code)s has changed since you opened the page. Look at it again.") % {"code": self.entry.outcome.code})
        return {**self.data, "proof": proof_snapshot(proof)}


def approval(decisions: Sequence[Decision], seed: bytes) -> Approval:
    """Return what a passkey is asked to approve: all of these in one press."""
    hashes = tuple(decision.hash for decision in decisions)
    return Approval(hashes, decision_challenge(hashes), seed)


def needed(reason: str) -> str:
    """Return a reason without the space around it. Raise Refused for none."""
    if not reason.strip():
        raise Refused(_("Enter a reason, so that the learner knows what to do next."))
    return reason.strip()


def _texts(seed: bytes, submission: UUID, words: Mapping[str, str]) -> list[LedgerText]:
    return [LedgerText(field=field, salt=salt_from(seed, f"{submission} {field}"), text=text) for field, text in words.items()]
