"""How an author chooses an outcome: by its set and its words, because every set has a 1.1."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet

from courses.models import Framework, Outcome


class OutcomeFilter(BaseFilterForm):
    """Fewer outcomes: of one set, or with these words."""

    framework = forms.ModelChoiceField(Framework.objects.all(), label=_("Framework"), required=False, empty_label=_("All"))
    q = forms.CharField(label=_("Code or words"), required=False)

    def filter(self, objects: "QuerySet[Outcome]") -> "QuerySet[Outcome]":
        """Return those outcomes that are wanted."""
        if framework := self.cleaned_data["framework"]:
            objects = objects.filter(framework=framework)
        if words := self.cleaned_data["q"]:
            self.is_searching, self.search_query = True, words
            objects = objects.filter(Q(code__startswith=words) | Q(text__icontains=words))
        return objects


class _OfTheirSets:
    """A list of outcomes that names the set of each."""

    filter_form_class = OutcomeFilter
    ordering = ("framework__title", "framework__edition", "position")

    @property
    def columns(self) -> list[Any]:
        columns: list[Any] = super().columns  # type: ignore[misc]
        return [*columns, Column("framework", label=_("Framework"))]

    def get_object_list(self) -> "QuerySet[Outcome]":
        outcomes: QuerySet[Outcome] = super().get_object_list()  # type: ignore[misc]
        return outcomes.select_related("framework")


class ChooseOutcome(_OfTheirSets, ChooseView):
    """The box in which an outcome is chosen."""


class ChooseOutcomeAgain(_OfTheirSets, ChooseResultsView):
    """The same list, after words were typed or a page was turned."""


class OutcomeChooser(SnippetChooserViewSet):
    """What Wagtail opens wherever an outcome is to be chosen."""

    choose_view_class = ChooseOutcome
    choose_results_view_class = ChooseOutcomeAgain
