"""A log was opened when its ledger says so: from now on verification compares the two, which were a few milliseconds apart."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def as_recorded(apps: Any, schema_editor: Any) -> None:
    """Take the moment of each log's first event."""
    logs, events = apps.get_model("progress", "ProgressLog"), apps.get_model("progress", "LedgerEvent")
    first = events.objects.filter(log=OuterRef("pk"), seq=1)
    logs.objects.filter(events__seq=1).update(opened_at=Subquery(first.values("at")))


class Migration(migrations.Migration):
    dependencies = [("progress", "0006_needs_of_outcomes")]
    operations = [migrations.RunPython(as_recorded, migrations.RunPython.noop)]
