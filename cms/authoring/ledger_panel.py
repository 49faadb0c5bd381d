"""On the operator's first page: whether the records are whole."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from progress.models import CheckpointLetter, LedgerCheck

TOLD_FOR = timedelta(days=14)
SHOWN = 10


class LedgerPanel(Component):
    """What the last nightly check came to, and the letters with checkpoints that did not go."""

    name = "ledger"
    template_name = "cms/authoring/ledger_panel.html"
    order = 10

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the last check, None before the first, and what did not go in the last two weeks."""
        since = timezone.localdate() - TOLD_FOR
        failed = CheckpointLetter.objects.given_up().filter(day__gt=since).exclude(pk__in=CheckpointLetter.objects.made_up_for())
        return {"check": LedgerCheck.objects.first(), "letters": list(failed.select_related("employer")[:SHOWN])}
