"""What a supervisor's desk shows of an entry."""

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from progress.models import Evidence, LogEntry

register = template.Library()


@register.filter
def pieces(entry: LogEntry) -> list[Evidence]:
    """Return the evidence of an entry, in the order it was added."""
    return [link.evidence for link in entry.evidence_links.all()]


@register.filter
def sent_in_words(entry: LogEntry) -> str:
    """Return when an entry was sent: “Sent 17 November 2026”."""
    if entry.declared_at is None:
        return ""
    return _("Sent %(day)s") % {"day": formats.date_format(timezone.localtime(entry.declared_at), "j F Y")}
