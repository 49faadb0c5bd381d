"""Forms of a group session: where it is led, and how long it took."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from people.models import Workplace


class LeadSessionForm(forms.Form):
    """Where a group session is led: asked only of somebody who may lead at several workplaces."""

    workplace = forms.ModelChoiceField(Workplace.objects.none(), required=False)

    def __init__(self, workplaces: QuerySet[Workplace], data: QueryDict) -> None:
        super().__init__(data)
        self.fields["workplace"].queryset = workplaces  # type: ignore[attr-defined]
        self.workplaces = workplaces

    def chosen(self) -> Workplace | None:
        """Return the workplace that was chosen, else the first by name; None for somebody who leads nowhere, or chose another's."""
        return (self.cleaned_data["workplace"] or self.workplaces.first()) if self.is_valid() else None


class EndSessionForm(forms.Form):
    """How long a group session took."""

    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"),
        min_value=5,
        max_value=480,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many minutes it took."),
            "invalid": _("Enter a whole number of minutes, such as 45."),
            "min_value": _("Enter 5 minutes or more."),
            "max_value": _("Enter 480 minutes or fewer."),
        },
    )
