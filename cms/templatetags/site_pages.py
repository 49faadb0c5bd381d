"""What the site's own pages show of the rest."""

from django import template
from django.db.models import QuerySet

from courses.models import CoursePage

register = template.Library()


@register.simple_tag
def published_courses() -> QuerySet[CoursePage]:
    """Return the courses anybody may take."""
    return CoursePage.objects.live().select_related("framework").order_by("path")
