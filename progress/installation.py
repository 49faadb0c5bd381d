"""The name of this installation, part of every log's birth certificate."""

from functools import cache

from django.conf import settings


@cache
def installation_id() -> str:
    """Return the address of the site that opened the log; a log restored elsewhere still says where it was born."""
    return str(settings.SITE_URL)
