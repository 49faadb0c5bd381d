"""The form an author fills in for a module: its course's outcomes to choose from, and what keeps it from being published."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from courses.checks import Draft, Finding, findings


class OutcomesByArea(forms.CheckboxSelectMultiple):
    """Every outcome with its code and words, under its area; a box above them filters the list."""

    template_name = "courses/author_outcomes.html"


class ModuleForm(WagtailAdminPageForm):
    """A module. A draft may be unfinished; what is published or sent for review may not."""

    knows_changes = forms.BooleanField(
        required=False,
        label=_("I know that these activities mean something else now"),
        help_text=_("Only when you change what learners have answered already. The checks name each one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = (self.parent_page or self.instance.get_parent()).specific
        outcomes = self.course.framework.outcomes.select_related("area").order_by("position")
        field: Any = self.fields["outcomes"]
        field.queryset = outcomes
        field.widget = OutcomesByArea()
        field.widget.choices = [
            (str(area), [(str(outcome.pk), str(outcome)) for outcome in of_area]) for area, of_area in groupby(outcomes, lambda o: o.area)
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse what a check stops, and ask for a tick where what learners answered means something else now."""
        said: dict[str, Any] = super().clean()
        if self.is_deferred_validation or "steps" not in said or "outcomes" not in said:
            return said
        found = findings(self._draft(said))
        self._refuse([finding for finding in found if finding.stops])
        if not said.get("knows_changes") and (changes := [finding for finding in found if finding.changes]):
            self._refuse(changes)
            self.add_error("knows_changes", _("Tick this to say that you know it. Nothing is published until then."))
        return said

    def _draft(self, said: dict[str, Any]) -> Draft:
        revision = self.instance.live_revision if self.instance.live_revision_id else None
        return Draft(said["steps"], list(said["outcomes"]), self.course.framework_id, revision.as_object().steps if revision else None)

    def _refuse(self, found: list[Finding]) -> None:
        for finding in found:
            self.add_error(None, f"{finding.where}: {finding.says}")
