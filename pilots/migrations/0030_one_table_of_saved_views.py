"""Views of the board and lists of the admin in one table; each keeps its name, and one way of writing its address."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import migrations, models


def move(apps: Any, schema_editor: Any) -> None:
    lists, views = apps.get_model("pilots", "SavedList"), apps.get_model("pilots", "SavedView")
    for view in views.objects.all():
        view.query = urlencode(sorted(parse_qsl(view.query)))
        view.save()
    views.objects.bulk_create(
        views(person_id=each.person_id, place=each.of, name=each.name, query=each.query)
        for each in lists.objects.all()
    )


def back(apps: Any, schema_editor: Any) -> None:
    lists, views = apps.get_model("pilots", "SavedList"), apps.get_model("pilots", "SavedView")
    elsewhere = views.objects.exclude(place="board")
    lists.objects.bulk_create(
        lists(person_id=each.person_id, of=each.place, name=each.name, query=each.query) for each in elsewhere
    )
    elsewhere.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0029_saved_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="savedview",
            name="place",
            field=models.CharField(
                default="board",
                help_text="The board, or what a list of the admin is of: pilots.pilot.",
                max_length=100,
            ),
        ),
        migrations.AlterField(
            model_name="savedview",
            name="query",
            field=models.CharField(help_text="What follows the ? in the address.", max_length=500),
        ),
        migrations.RemoveConstraint(model_name="savedview", name="savedview_name_once"),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("person", "place", "name"), name="savedview_name_once_a_place"
            ),
        ),
        # Rows come last: a table they were written to cannot be altered in the same transaction.
        migrations.RunPython(move, back),
        migrations.DeleteModel(name="SavedList"),
    ]
