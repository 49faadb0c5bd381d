"""Frameworks, their areas and their outcomes, as authors keep them in Wagtail."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.authoring.outcome_chooser import OutcomeChooser
from courses.models import Area, Framework, Outcome, Unit

IN_USE = _("An edition that somebody’s record rests on keeps its words for good. Make a new edition from the list to change something.")

SUGGESTED = _(
    "Write the code and the title of a unit as its publisher does, and nothing more of its words. The links are a suggestion: learners and "
    "assessors read them as that. When you change them, logs say so from their next PDF on."
)


class FrameworkViewSet(SnippetViewSet):
    """One edition of one framework."""

    model = Framework
    icon = "list-ul"
    list_display = ["title", "edition", "publisher", "status", "in_use"]
    list_filter = ["status", "wording"]
    search_fields = ["title", "edition", "publisher"]
    panels = [
        HelpPanel(content=IN_USE),
        *(FieldPanel(name) for name in ("title", "edition", "key", "publisher", "status", "wording", "licence", "attribution")),
    ]


class AreaViewSet(SnippetViewSet):
    """A main area of a framework."""

    model = Area
    icon = "folder-inverse"
    list_display = ["code", "title", "framework"]
    list_filter = ["framework"]
    search_fields = ["code", "title"]
    panels = [FieldPanel(name) for name in ("framework", "code", "title", "position")]


class OutcomeViewSet(SnippetViewSet):
    """One learning outcome."""

    model = Outcome
    icon = "tick"
    list_display = ["code", "text", "kind", "area", "framework"]
    list_filter = ["framework", "kind", "area"]
    search_fields = ["code", "text"]
    chooser_viewset_class = OutcomeChooser
    chooser_per_page = 25
    panels = [
        FieldPanel(name)
        for name in (
            "framework",
            "area",
            "code",
            "text",
            "guidance",
            "kind",
            "evidence_needed",
            "evidence_kinds",
            "evidence_months",
            "workplace_specific",
            "sign_individually",
            "position",
        )
    ]


class UnitViewSet(SnippetViewSet):
    """A unit of somebody else's qualification, with the outcomes that may help to show it."""

    model = Unit
    icon = "link"
    list_display = ["code", "title", "qualification"]
    list_filter = ["qualification"]
    search_fields = ["code", "title", "qualification"]
    panels = [
        HelpPanel(content=SUGGESTED),
        *(FieldPanel(name) for name in ("qualification", "code", "title")),
        InlinePanel(
            "links",
            heading=_("Outcomes that may help to show it"),
            label=_("Outcome"),
            panels=[FieldPanel("outcome"), FieldPanel("strength"), FieldPanel("why")],
        ),
    ]


class Frameworks(SnippetViewSetGroup):
    """The four, under one name in the menu."""

    items: Any = (FrameworkViewSet, AreaViewSet, OutcomeViewSet, UnitViewSet)
    menu_label = _("Frameworks")
    menu_icon = "list-ul"
    menu_order = 250
