"""The password once more, beside what it is to sign."""

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.account_forms import PasswordAgainForm
from people.proof import last_proof, note_proof

Words = str | Promise
TO_SIGN = _("You signed in more than ten minutes ago. Your password shows that it is you who signs.")


class ProofForm(PasswordAgainForm):
    """Asks for it, and counts the tries. `why` stands beside the field."""

    def __init__(self, request: HttpRequest, *, is_sent: bool, why: Words = TO_SIGN) -> None:
        super().__init__(request.POST if is_sent else None, user=request.user)
        self.request = request
        password = self.fields["password"]
        password.label = _("Your password")
        password.help_text = why

    def clean_password(self) -> str:
        """Refuse a wrong password, and every one after too many."""
        if not ratelimit.consume(self.request, action="reauthenticate", user=self.user):
            raise forms.ValidationError(_("Too many tries. Wait a minute, then try again."))
        password: str = super().clean_password()
        return password


def asked_again(request: HttpRequest, why: Words = TO_SIGN) -> ProofForm | None:
    """Return the form that asks for the password; None while the last proof is fresh."""
    return None if last_proof(request).is_fresh else ProofForm(request, is_sent=False, why=why)


def not_proved(request: HttpRequest, why: Words = TO_SIGN) -> ProofForm | None:
    """Take the password where it is asked for. Return the form with what is wrong; None when a fresh proof stands."""
    if last_proof(request).is_fresh:
        return None
    form = ProofForm(request, is_sent=True, why=why)
    if not form.is_valid():
        return form
    note_proof(request)
    return None
