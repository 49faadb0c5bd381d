"""Reading help: the size, spacing and colours in which somebody reads. Kept with the person, and for a visitor in a cookie."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

COOKIE = "reading"
A_YEAR = 60 * 60 * 24 * 365
SIZES = [("", _("Ordinary")), ("large", _("Large")), ("larger", _("Very large"))]
SPACINGS = [("", _("Ordinary")), ("wide", _("More space between lines and letters"))]
COLOURS = [("", _("As my phone or computer has it")), ("light", _("Light")), ("dark", _("Dark")), ("strong", _("Strong contrast"))]


class ReadingForm(forms.Form):
    """How somebody wants to read. The first choice of each is how pages are made."""

    size = forms.ChoiceField(label=_("Size of the words"), choices=SIZES, required=False, widget=forms.RadioSelect)
    spacing = forms.ChoiceField(label=_("Spacing"), choices=SPACINGS, required=False, widget=forms.RadioSelect)
    colours = forms.ChoiceField(label=_("Colours"), choices=COLOURS, required=False, widget=forms.RadioSelect)

    def kept(self) -> str:
        """Return the choices as they are kept: “size=large spacing=wide”, without those that are ordinary."""
        return " ".join(f"{name}={value}" for name, value in self.cleaned_data.items() if value)


def reading_of(request: HttpRequest) -> dict[str, str]:
    """Return the choices of whoever asks, by name; what is not one of ours is left out."""
    user = getattr(request, "user", None)
    kept = user.reading if user is not None and user.is_authenticated else request.COOKIES.get(COOKIE, "")
    return choices_in(kept)


def choices_in(kept: str) -> dict[str, str]:
    """Read what `ReadingForm.kept` wrote."""
    offered: dict[str, Any] = {"size": SIZES, "spacing": SPACINGS, "colours": COLOURS}
    pairs = [pair.partition("=") for pair in kept.split()[: len(offered)]]
    return {name: value for name, _equals, value in pairs if value and value in dict(offered.get(name, []))}
