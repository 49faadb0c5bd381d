"""Whose progress logs a manager takes: of this workplace, or of every one that she manages of the same employer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.models import Workplace

HERE, EVERYWHERE = "here", "everywhere"


class WhoseLogsForm(forms.Form):
    """The choice, where there is one. `counts`: how many logs each answer brings."""

    whose = forms.ChoiceField(
        label=gettext_lazy("Whose logs?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose whose logs you need."),
            "invalid_choice": gettext_lazy("Choose whose logs you need."),
        },
    )

    def __init__(self, workplace: Workplace, counts: Mapping[str, int], data: Any = None) -> None:
        super().__init__(data, initial={"whose": HERE})
        self.workplace, self.counts = workplace, counts
        if counts[EVERYWHERE] > counts[HERE]:
            everywhere = _("Every workplace of %(employer)s that you manage") % {"employer": workplace.employer.name}
            choices = ((HERE, workplace.name), (EVERYWHERE, everywhere))
            self.fields["whose"].choices = [(key, f"{name}: {_in_words(counts[key])}") for key, name in choices]  # type: ignore[attr-defined]
        else:
            del self.fields["whose"]

    def clean(self) -> dict[str, Any]:
        """Refuse to collect nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.counts[cleaned.get("whose", HERE)]:
            raise forms.ValidationError(_("There is no progress log here yet. A log begins when a care worker opens one."))
        return cleaned

    @property
    def everywhere(self) -> bool:
        """Return whether every workplace was chosen."""
        return bool(self.cleaned_data.get("whose") == EVERYWHERE)


def _in_words(count: int) -> str:
    return ngettext("%(count)d log", "%(count)d logs", count) % {"count": count}
