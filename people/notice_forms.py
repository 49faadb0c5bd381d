"""Forms about letters and the address they go to."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Letters


class LettersForm(forms.ModelForm):  # type: ignore[type-arg]
    """How often letters come, and whether at night."""

    class Meta:
        model = Letters
        fields = ("every", "at_night")
        widgets: ClassVar[dict[str, type[forms.Widget]]] = {"every": forms.RadioSelect}
        error_messages: ClassVar[dict[str, dict[str, object]]] = {
            "every": {"required": _("Choose how often."), "invalid_choice": _("Choose how often.")}
        }


class AddressForm(forms.Form):
    """An address that a link is sent to."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter a whole e-mail address, with an @."),
            "max_length": _("This address is too long. Use 254 characters or fewer."),
        },
    )
