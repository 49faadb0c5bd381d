"""When the site's own work runs."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_what_is_due() -> None:
    """Publish, and take off the site, what authors set a time for. Wagtail keeps the times; somebody has to look at the clock."""
    call_command("publish_scheduled")
