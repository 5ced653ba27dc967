"""Who reviews answers may say which results are right: the group Reviewers gets the permission that was meant for it, and
keeps all others that it was given."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations


def may_label(apps: Any, schema_editor: Any) -> None:
    config = apps.get_app_config("evaluations")
    config.models_module = True  # a historical app has none, and would be left out
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects
    label = permissions.get(content_type__app_label="evaluations", codename="add_label")
    for reviewers in apps.get_model("auth", "Group").objects.filter(name="Reviewers"):
        reviewers.permissions.add(label)


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0031_pairs_kept_running"),
        ("evaluations", "0008_calls_of_judges"),
    ]

    operations = [migrations.RunPython(may_label, migrations.RunPython.noop)]
