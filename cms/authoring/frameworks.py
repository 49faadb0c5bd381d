"""Frameworks, their areas and their outcomes, as authors keep them in Wagtail."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.models import Area, Framework, Outcome

IN_USE = _("An edition that somebody’s record rests on keeps its words for good. Make a new edition from the list to change something.")


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


class Frameworks(SnippetViewSetGroup):
    """The three, under one name in the menu."""

    items: Any = (FrameworkViewSet, AreaViewSet, OutcomeViewSet)
    menu_label = _("Frameworks")
    menu_icon = "list-ul"
    menu_order = 250
