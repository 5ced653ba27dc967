from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """In a transaction of its own: rows are read while others write."""

    dependencies = [("evaluations", "0010_texts_are_kept_by_policy")]
    operations = [ValidateConstraint(model_name="run", name="run_texts_known")]
