"""What stands above the form of a module: what the checks say, each with a way to its place, and the outcomes to choose from."""

from typing import Any

from wagtail.admin.panels import Panel

from courses.activities.outcomes import CHOICES_ID
from courses.checks import Draft, findings


class ChecksPanel(Panel):
    """The findings about the draft as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        """The panel on one author's page."""

        template_name = "courses/author_checks.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the findings, and the outcomes of the course for the lists that browsers filter."""
            course = self.form.course
            return {
                **super().get_context_data(parent_context),
                "page": self.instance,
                "findings": findings(Draft.of(self.instance)) if self.instance.pk else None,
                "choices_id": CHOICES_ID,
                "outcomes": course.framework.outcomes.order_by("position"),
            }
