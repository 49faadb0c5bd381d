"""On the operator's first page: whether the records are whole."""

from typing import Any

from wagtail.admin.ui.components import Component

from progress.models import LedgerCheck


class LedgerPanel(Component):
    """What the last nightly check came to."""

    name = "ledger"
    template_name = "cms/authoring/ledger_panel.html"
    order = 10

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the last check; None before the first."""
        return {"check": LedgerCheck.objects.first()}
