from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0002_how_deployments_are_asked")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # A plain cast would read a text such as `billing` as JSON and fail.
                migrations.RunSQL(
                    "ALTER TABLE evaluations_case ALTER COLUMN expected TYPE jsonb USING to_jsonb(expected)",
                    "ALTER TABLE evaluations_case ALTER COLUMN expected TYPE text USING expected #>> '{}'",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="case",
                    name="expected",
                    field=models.JSONField(
                        blank=True,
                        default=str,
                        help_text="A text, a list of texts of which any will do, or an object of fields.",
                    ),
                )
            ],
        )
    ]
