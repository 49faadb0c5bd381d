"""What a supervisor's desk shows of an entry."""

from uuid import UUID

from django import template
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from progress.forms import DecisionForm
from progress.models import Evidence, LogEntry

register = template.Library()


@register.filter
def kind_by(piece: Evidence, learner_id: UUID) -> str:
    """Return what a piece of evidence is, and by whom when it is not the learner's own."""
    return piece.kind_by(learner_id)


@register.filter
def tick_for(form: DecisionForm, piece: Evidence) -> BoundField | None:
    """Return the box by which a supervisor says that she has seen a piece where it is kept; None for what is not kept elsewhere."""
    name = f"looked-{piece.pk}"
    return form[name] if name in form.fields else None


@register.filter
def sent_in_words(entry: LogEntry) -> str:
    """Return when an entry was sent: “Sent 17 November 2026”."""
    if entry.declared_at is None:
        return ""
    return _("Sent %(day)s") % {"day": formats.date_format(timezone.localtime(entry.declared_at), "j F Y")}
