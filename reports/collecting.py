"""One turn of a collection: logs whose PDF is there and true are taken as they are, and at most one PDF is made."""

from collections.abc import Callable
from datetime import timedelta

from reports.models import CollectedLog, LogCollection, LogExport

AT_ONCE = timedelta(0)
OTHERS_FIRST = timedelta(seconds=3)  # until it looks again for PDFs that somebody else is making


def take_a_turn(collection: LogCollection, make: Callable[[LogExport], None]) -> timedelta:
    """Go through what is missing, make at most one PDF, then finish the collection or hand it back.

    `make` renders an export that was claimed. Return how long to wait before the next turn.
    Who may no longer be collected (she has left, or the asker's role ended) drops out.
    """
    missing = collection.logs.filter(export=None, failed=False)
    missing.exclude(pk__in=collection.of_today().values("pk")).delete()
    has_made_one = any(_made(item, collection, make) for item in missing.select_related("log", "collection").order_by("pk"))
    if not missing.exists():
        collection.finish()
        return AT_ONCE
    pause = AT_ONCE if has_made_one else OTHERS_FIRST
    collection.hand_back(pause=pause)
    return pause


def _made(item: CollectedLog, collection: LogCollection, make: Callable[[LogExport], None]) -> bool:
    """Take the PDF of a log if it is there, or make it; return whether it was made (or tried) here."""
    if item.was_given_up:
        item.give_up()
        return False
    export = LogExport.found_or_ahead(item.log, by=collection.requested_by)
    if export.is_ready:
        item.take(export)
        return False
    if not (claimed := LogExport.objects.claim(export.pk)):  # somebody else is making it, or is still deciding in it
        return False
    collection.begin_with_one()
    make(claimed)
    claimed.refresh_from_db(fields=["state"])
    if claimed.is_ready:
        item.take(claimed)
    return True
