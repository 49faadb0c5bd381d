"""Who signs proves once more that it is she: with a passkey, which approves just this, or with her password."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.account_forms import PasswordAgainForm
from people.models import Refused
from people.passkeys import LONGEST_ANSWER, approved, passkeys_of
from people.proof import PASSKEY, Approval, Proof, last_proof, note_proof

Approve = Callable[[], Approval | None]

Words = str | Promise
TO_SIGN = _("You signed in more than ten minutes ago. Your password shows that it is you who signs.")


class ProofForm(PasswordAgainForm):
    """Takes a passkey's answer where there is a passkey, and asks for the password where the last proof is old.

    `why` stands beside the password. A passkey approves what is recorded in a log, and opens nothing else: `approves`.
    """

    template_name = "people/proof.html"
    passkey = forms.JSONField(required=False, widget=forms.HiddenInput, max_length=LONGEST_ANSWER)

    def __init__(
        self, request: HttpRequest, approve: Approve | None = None, *, is_sent: bool, why: Words = TO_SIGN, approves: bool = True
    ) -> None:
        super().__init__(request.POST if is_sent else None, user=request.user)
        self.request, self.approve, self.proof = request, approve, last_proof(request)
        self.needs_password = not self.proof.is_fresh
        self.passkeys = passkeys_of(request.user) if approves else []  # type: ignore[arg-type]  # behind the door everybody is a User
        password = self.fields["password"]
        password.required = False
        password.label = _("Your password")
        password.help_text = why

    def clean_password(self) -> str:
        """Leave the password to `clean`: a passkey may have come instead."""
        return str(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any]:
        """Take the passkey if one answered, else the password if it is needed."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if answer := said.get("passkey"):
            self._take_passkey(answer)
        elif self.needs_password:
            self._take_password()
        return said

    def _take_passkey(self, answer: Any) -> None:
        approval = self.approve() if self.approve else None
        if approval is None:
            raise Refused(_("Your passkey signed another page. Press the button again."))
        assertion = approved(answer, approval.challenge, self.passkeys)
        proof = note_proof(self.request, PASSKEY)
        self.proof = replace(proof, assertion=assertion, approved=approval.hashes, seed=approval.seed)

    def _take_password(self) -> None:
        """Refuse a wrong password, and every one after too many."""
        try:
            if not self.cleaned_data.get("password"):
                raise forms.ValidationError(self.fields["password"].error_messages["required"])
            if not ratelimit.consume(self.request, action="reauthenticate", user=self.user):
                raise forms.ValidationError(_("Too many tries. Wait a minute, then try again."))
            super().clean_password()
        except forms.ValidationError as wrong:
            self.add_error("password", wrong)
        else:
            self.proof = note_proof(self.request)


def asked_again(request: HttpRequest) -> ProofForm | None:
    """Return the form that asks for a proof; None where the last one is fresh and there is no passkey to say more."""
    form = ProofForm(request, is_sent=False)
    return form if form.needs_password or form.passkeys else None


def proved(request: HttpRequest, approve: Approve | None = None) -> Proof | ProofForm:
    """Take what was sent as proof. Return the proof to sign with, or the form with what is wrong.

    `approve` says what a passkey had to approve; None where it approves nothing, or nothing was asked of it.
    """
    form = ProofForm(request, approve, is_sent=True)
    return form.proof if form.is_valid() else form


def password_asked(request: HttpRequest, why: Words) -> ProofForm | None:
    """Return the form that asks for the password and for nothing else; None while the last proof is fresh."""
    form = ProofForm(request, is_sent=False, why=why, approves=False)
    return form if form.needs_password else None


def password_wrong(request: HttpRequest, why: Words) -> ProofForm | None:
    """Take the password where it is asked for. Return the form with what is wrong; None when a fresh proof stands."""
    form = ProofForm(request, is_sent=True, why=why, approves=False)
    return None if form.is_valid() else form
