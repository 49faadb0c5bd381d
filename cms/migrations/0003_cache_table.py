"""The table of the shared cache, so that `migrate` alone makes a whole site."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_initial")]
    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
