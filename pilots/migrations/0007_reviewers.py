"""Gives the groups what the charter's permissions added: reviewers may report incidents."""

from importlib import import_module

from django.db import migrations

make_groups = import_module("pilots.migrations.0002_groups").make_groups


class Migration(migrations.Migration):
    dependencies = [("pilots", "0006_charter"), ("pilots", "0002_groups")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
