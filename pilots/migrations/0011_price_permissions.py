from importlib import import_module

from django.db import migrations

groups = import_module("pilots.migrations.0002_groups")


class Migration(migrations.Migration):
    """Owners enter prices."""

    dependencies = [
        ("pilots", "0010_failures_and_reviews"),
        ("evaluations", "0006_batches_attempts_prices"),
    ]
    operations = [migrations.RunPython(groups.make_groups, migrations.RunPython.noop)]
