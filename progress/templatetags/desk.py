"""What a supervisor's desk shows of an entry."""

from datetime import date
from functools import lru_cache
from uuid import UUID

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.needs import EvidenceKind
from progress.desk import Item
from progress.forms.deciding import DecisionForm
from progress.models import Evidence, LogEntry

register = template.Library()
# What stands in the drawing of an untouched form for what differs from outcome to outcome.
NUMBER, VERSION = "entry-number", "entry-version"


@register.simple_tag
def decision(item: Item) -> SafeString:
    """Return the form that decides on an outcome. One that nobody has touched is drawn once, and named anew for each."""
    if not item.is_untouched:
        return _drawn(item.form)
    drawn = _untouched(get_language() or "")
    return mark_safe(drawn.replace(NUMBER, str(item.entry.pk)).replace(VERSION, str(item.entry.version)))  # noqa: S308 – an id and a number


@lru_cache
def _untouched(language: str) -> SafeString:
    return _drawn(DecisionForm(entry=None, prefix=NUMBER, initial={"seen": VERSION}))


def _drawn(form: DecisionForm) -> SafeString:
    return render_to_string("components/decision.html", {"form": form})


@register.filter
def kind_by(piece: Evidence, learner_id: UUID) -> str:
    """Return what a piece of evidence is, and by whom when it is not the learner's own."""
    return piece.kind_by(learner_id)


@register.filter
def tick_for(item: Item, piece: Evidence) -> BoundField | None:
    """Return the box by which a supervisor says that she has seen a piece where it is kept; None for what is not kept elsewhere."""
    if piece.kind != EvidenceKind.SEEN_IN_WORKPLACE:
        return None
    return item.form[f"looked-{piece.pk}"]


@register.filter
def sent_in_words(entry: LogEntry) -> str:
    """Return when an entry was sent: “Sent 17 November 2026”."""
    return _sent(timezone.localdate(entry.declared_at), get_language() or "") if entry.declared_at else ""


@lru_cache
def _sent(day: date, _language: str) -> str:
    """Return it for a day: most of a desk is sent on the same few days, and to spell one out takes long."""
    return _("Sent %(day)s") % {"day": formats.date_format(day, "j F Y")}
