"""Between the button and the record: a passkey is asked to approve what would be recorded, and answers.

The page's script (static/js/passkey.js) sends the form with `ask_passkey`, gets a challenge over exactly what the form says,
lets the passkey sign it, and sends the form for good. Without a passkey or JavaScript, the form is simply sent.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.http import JsonResponse

from people.passkeys import asks_for, passkeys_of
from people.proof import Approval, Proof, new_seed, seed_of
from people.proof_form import ProofForm, proved
from progress.decision import Decision, approval
from progress.requests import MemberRequest

Decide = Callable[[bytes], Sequence[Decision]]  # from a seed, the decisions that would be recorded


def is_asking(request: MemberRequest) -> bool:
    """Return whether the page asks what its passkey has to sign."""
    return "ask_passkey" in request.POST


def challenge(request: MemberRequest, submission: UUID, decide: Decide) -> JsonResponse:
    """Answer with the challenge."""
    seed = new_seed(request, submission)
    asked = approval(decide(seed), seed)
    return JsonResponse(asks_for(asked.challenge, passkeys_of(request.user)))


def proof_of(request: MemberRequest, submission: UUID, decide: Decide) -> Proof | ProofForm:
    """Return the proof that came with a form, or the form with what is wrong with it."""

    def approve() -> Approval | None:
        seed = seed_of(request, submission)
        return approval(decide(seed), seed) if seed else None

    return proved(request, approve)
