"""The groups people are put in. What each may do is decided in pilots/permissions.py by these permissions.

A permission that a later migration brings is named here too, and that migration calls `make_groups` again."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

OWNER_MODELS = [
    "pilot",
    "candidate",
    "metric",
    "goal",
    "stoptrigger",
    "evaluationschedule",
    "token",
    "price",
    "pricecomponent",
]
CATALOGUE = ["vendor", "aimodel", "deployment", "suite", "prompt"]
READ_ONLY = ["suiteversion", "case", "run", "runtarget", "result"]
RECORDS = ["measurement", "verdict", "decision", "planversion", "pilotrun", "failure", "review"]


def codenames() -> dict[str, set[str]]:
    view = {f"view_{name}" for name in OWNER_MODELS + CATALOGUE + READ_ONLY + RECORDS if name != "token"}
    edit = {f"{verb}_{name}" for verb in ("add", "change") for name in OWNER_MODELS + CATALOGUE}
    remove = {f"delete_{name}" for name in OWNER_MODELS if name != "token"}
    return {
        "Owners": view | edit | remove | {"run_pilot", "view_token"},
        "Managers": view | {"sign_pilot"},
        "Reviewers": view | {"review_pilot"},
        "Auditors": view | {"view_event", "view_token"},
        "Viewers": view,
    }


def make_groups(apps, schema_editor):
    for app in ("evaluations", "pilots"):
        config = apps.get_app_config(app)
        usual = getattr(config, "models_module", None)
        config.models_module = True  # a historical app has none, and would be left out
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = usual
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, wanted in codenames().items():
        made, _ = group.objects.get_or_create(name=name)
        made.permissions.set(
            permission.objects.filter(
                content_type__app_label__in=["evaluations", "pilots"], codename__in=wanted
            )
        )


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0001_initial"),
        ("evaluations", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
