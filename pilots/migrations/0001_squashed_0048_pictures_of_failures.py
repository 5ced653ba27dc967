"""The tables as they are, made at once: what the migrations that it replaces come to on an empty database."""

import uuid
from decimal import Decimal
from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import pilots.models.notification
import pilots.models.rollup
from config.migrating import at_once

groups = import_module("pilots.migrations.0002_groups")
months = import_module("pilots.migrations.0012_months")
reviewers = import_module("pilots.migrations.0032_reviewers_label")
persons = import_module("pilots.migrations.0042_erasing_a_person")
notes = import_module("pilots.migrations.0045_texts_are_kept_by_policy")


class Migration(migrations.Migration):
    replaces = [
        ("pilots", "0001_initial"),
        ("pilots", "0002_groups"),
        ("pilots", "0003_amendments"),
        ("pilots", "0004_running_statistics"),
        ("pilots", "0005_histogram"),
        ("pilots", "0006_charter"),
        ("pilots", "0007_reviewers"),
        ("pilots", "0008_telemetry"),
        ("pilots", "0009_answered_for_tokens"),
        ("pilots", "0010_failures_and_reviews"),
        ("pilots", "0011_price_permissions"),
        ("pilots", "0012_months"),
        ("pilots", "0013_sources"),
        ("pilots", "0014_schedules"),
        ("pilots", "0015_alarms"),
        ("pilots", "0016_lifecycle"),
        ("pilots", "0017_headline"),
        ("pilots", "0018_cost_of_a_passed_task"),
        ("pilots", "0019_kit"),
        ("pilots", "0020_journal_and_move_costs"),
        ("pilots", "0021_saved_views"),
        ("pilots", "0022_memos"),
        ("pilots", "0023_baselines"),
        ("pilots", "0024_notifications"),
        ("pilots", "0025_risks_lapse"),
        ("pilots", "0026_weighings"),
        ("pilots", "0027_quiet_hours"),
        ("pilots", "0028_memo_comments"),
        ("pilots", "0029_saved_lists"),
        ("pilots", "0030_one_table_of_saved_views"),
        ("pilots", "0031_pairs_kept_running"),
        ("pilots", "0032_reviewers_label"),
        ("pilots", "0033_teams"),
        ("pilots", "0034_schedule_contract"),
        ("pilots", "0035_who_reads_restricted_pilots"),
        ("pilots", "0036_usability"),
        ("pilots", "0037_baseline_phase_and_people_affected"),
        ("pilots", "0038_anchors"),
        ("pilots", "0039_what_is_done_at_once"),
        ("pilots", "0040_acts_of_weighings"),
        ("pilots", "0041_persons_beside_what_is_hashed"),
        ("pilots", "0042_erasing_a_person"),
        ("pilots", "0043_review_queue"),
        ("pilots", "0044_histograms"),
        ("pilots", "0045_texts_are_kept_by_policy"),
        ("pilots", "0046_creep_is_told"),
        ("pilots", "0047_defaults_of_the_database"),
        ("pilots", "0048_pictures_of_failures"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("evaluations", "0012_slugs_explained"),
    ]

    operations = at_once(
        [
            migrations.CreateModel(
                name="Pilot",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "data_class",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("public", "Public"),
                                ("internal", "Internal"),
                                ("confidential", "Confidential"),
                                ("restricted", "Restricted: patient, legal or financial records"),
                            ],
                            help_text="The most sensitive data the model sees. Numbers beyond it are a breach.",
                            max_length=12,
                        ),
                    ),
                    (
                        "sector",
                        models.CharField(
                            choices=[
                                ("general", "No special rules"),
                                ("finance", "Finance"),
                                ("healthcare", "Healthcare"),
                                ("education", "Education"),
                                ("public", "Public administration"),
                            ],
                            default="general",
                            max_length=10,
                        ),
                    ),
                    (
                        "autonomy",
                        models.CharField(
                            choices=[
                                ("suggest", "Suggests; a person does the work"),
                                ("draft", "Drafts; a person completes it"),
                                ("approve", "Acts after a person approves"),
                                ("act", "Acts by itself"),
                            ],
                            default="suggest",
                            help_text="How much it does without a person. A higher level is a new version of the charter.",
                            max_length=7,
                        ),
                    ),
                    (
                        "context_budget_tokens",
                        models.PositiveIntegerField(
                            blank=True, help_text="The most context one item may carry, in tokens.", null=True
                        ),
                    ),
                    (
                        "spend_cap",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="The most the pilot may spend on the model. Passing it stops the pilot at once.",
                            max_digits=12,
                            null=True,
                        ),
                    ),
                    (
                        "volume_cap",
                        models.PositiveIntegerField(
                            blank=True,
                            help_text="The most items it may handle. Passing it stops the pilot at once.",
                            null=True,
                        ),
                    ),
                    (
                        "hours_cap",
                        models.DecimalField(
                            blank=True,
                            decimal_places=1,
                            help_text="The most hours of work people may put into the trial. Passing it stops the pilot at once.",
                            max_digits=8,
                            null=True,
                        ),
                    ),
                    (
                        "observability_hours",
                        models.DecimalField(
                            blank=True,
                            decimal_places=1,
                            help_text="Hours planned for watching it: reading failures, logs and reviews.",
                            max_digits=6,
                            null=True,
                        ),
                    ),
                    (
                        "contract_inputs",
                        models.TextField(
                            blank=True, help_text="What an item consists of when it reaches the model."
                        ),
                    ),
                    (
                        "contract_output_schema",
                        models.JSONField(
                            blank=True,
                            help_text="JSON Schema of a valid answer. An evaluation answer that breaks it counts as a violation.",
                            null=True,
                        ),
                    ),
                    (
                        "contract_must_define",
                        models.TextField(
                            blank=True, help_text="What is always given and never guessed, one a line."
                        ),
                    ),
                    (
                        "contract_may_infer",
                        models.TextField(blank=True, help_text="What the model may deduce, one a line."),
                    ),
                    (
                        "contract_errors",
                        models.TextField(
                            blank=True,
                            help_text="What happens on each error, one a line: “no due date: leave it to a person”.",
                        ),
                    ),
                    (
                        "contract_idempotent",
                        models.BooleanField(
                            blank=True,
                            help_text="Whether the same item may be sent twice without a second effect.",
                            null=True,
                        ),
                    ),
                    (
                        "operator",
                        models.CharField(
                            blank=True,
                            help_text="Who runs it in six months. Missing, it blocks go.",
                            max_length=200,
                        ),
                    ),
                    (
                        "on_call",
                        models.CharField(
                            blank=True, help_text="Who is called when it breaks.", max_length=200
                        ),
                    ),
                    (
                        "monitoring_link",
                        models.CharField(
                            blank=True,
                            help_text="The address where its health is watched.",
                            max_length=300,
                            validators=[django.core.validators.URLValidator(["http", "https"])],
                        ),
                    ),
                    (
                        "upgrade_path",
                        models.TextField(
                            blank=True, help_text="What happens when the model or the host ends or changes."
                        ),
                    ),
                    (
                        "support_contract",
                        models.CharField(
                            blank=True, help_text="Who owes you help, and how fast.", max_length=200
                        ),
                    ),
                    (
                        "fallback_plan",
                        models.TextField(
                            blank=True, help_text="What people do when the model is gone tomorrow."
                        ),
                    ),
                    (
                        "fallback_cost_per_day",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="What a day on the fallback costs, all people together.",
                            max_digits=10,
                            null=True,
                        ),
                    ),
                    (
                        "removal_plan",
                        models.TextField(blank=True, help_text="How it is taken out of production again."),
                    ),
                    (
                        "data_return",
                        models.TextField(
                            blank=True, help_text="Which data comes back or is deleted when it is taken out."
                        ),
                    ),
                    (
                        "objective",
                        models.TextField(
                            blank=True,
                            help_text="Which goal of the organisation it serves, and how you would notice.",
                        ),
                    ),
                    (
                        "real_problem",
                        models.TextField(
                            blank=True, help_text="Which real problem does it solve, and for whom?"
                        ),
                    ),
                    (
                        "extra_control",
                        models.TextField(
                            blank=True,
                            help_text="Where does it begin to need control that you do not need today?",
                        ),
                    ),
                    (
                        "silent_failure",
                        models.TextField(
                            blank=True, help_text="How could it first fail without anybody being told?"
                        ),
                    ),
                    ("slug", models.SlugField(unique=True)),
                    ("name", models.CharField(max_length=120)),
                    (
                        "is_demo",
                        models.BooleanField(
                            default=False,
                            help_text="Made by the demo: labelled everywhere, and demo numbers may decide in it.",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "Draft"),
                                ("ready", "Ready"),
                                ("running", "Running"),
                                ("paused", "Paused"),
                                ("decision_due", "Decision due"),
                                ("decided", "Decided"),
                                ("closed", "Closed"),
                            ],
                            default="draft",
                            max_length=12,
                        ),
                    ),
                    (
                        "workflow",
                        models.CharField(
                            help_text="The one task or narrow flow that is tried, for example: assign incoming tickets to a queue.",
                            max_length=200,
                        ),
                    ),
                    (
                        "friction_kind",
                        models.CharField(
                            choices=[
                                ("volume", "Too many items to read"),
                                ("repetition", "The same debugging or answering again and again"),
                                ("sorting", "Sorting and routing work"),
                                ("dependence", "Everything waits for one person"),
                                ("other", "Something else, described below"),
                            ],
                            default="sorting",
                            max_length=12,
                        ),
                    ),
                    (
                        "friction",
                        models.TextField(
                            blank=True,
                            help_text="What hurts today, in a sentence or two. A promise is not a friction.",
                        ),
                    ),
                    (
                        "volume_per_month",
                        models.PositiveIntegerField(blank=True, help_text="Items a month, today.", null=True),
                    ),
                    (
                        "minutes_per_item",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="Minutes of work an item takes, today.",
                            max_digits=8,
                            null=True,
                        ),
                    ),
                    (
                        "people_affected",
                        models.PositiveIntegerField(
                            blank=True, help_text="How many people do this work or wait for it.", null=True
                        ),
                    ),
                    ("scope_in", models.TextField(blank=True, help_text="What belongs to the pilot.")),
                    ("scope_out", models.TextField(blank=True, help_text="What does not, said openly.")),
                    (
                        "team",
                        models.CharField(
                            blank=True,
                            help_text="The team whose work it is. The board and the API filter by it.",
                            max_length=60,
                        ),
                    ),
                    (
                        "baseline_start",
                        models.DateField(
                            blank=True,
                            help_text="First day of the baseline: how the work goes without the model. It ends when the pilot begins.",
                            null=True,
                        ),
                    ),
                    ("window_start", models.DateField(help_text="First day of the pilot.")),
                    (
                        "maintenance_start",
                        models.DateField(
                            help_text="First day of the maintenance phase: the novelty is over, what stays is seen."
                        ),
                    ),
                    (
                        "window_end",
                        models.DateField(
                            help_text="Last day of the evaluation window. A decision is due then."
                        ),
                    ),
                    (
                        "maintenance_min_items",
                        models.PositiveIntegerField(
                            default=50,
                            help_text="Items that must be seen in the maintenance phase before go.",
                        ),
                    ),
                    ("currency", models.CharField(default="EUR", max_length=3)),
                    (
                        "wage_per_hour",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="What an hour of review costs.",
                            max_digits=8,
                            null=True,
                        ),
                    ),
                    (
                        "migration_cost",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="What the move costs once: people's hours and one-off spend. Missing, it blocks go.",
                            max_digits=12,
                            null=True,
                        ),
                    ),
                    (
                        "payback_months",
                        models.PositiveSmallIntegerField(
                            default=12,
                            help_text="The saving must pay back the migration cost within these months.",
                        ),
                    ),
                    (
                        "seeks_saving",
                        models.BooleanField(
                            default=True,
                            help_text="Untick only if the pilot is not meant to save money: pay-back is then not asked for.",
                        ),
                    ),
                    (
                        "kit",
                        models.JSONField(
                            blank=True,
                            default=list,
                            help_text="The minimum set of metrics: each needs a source before the start, or a reason why not.",
                        ),
                    ),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    ("started_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    (
                        "ownerless_since",
                        models.DateTimeField(
                            blank=True,
                            editable=False,
                            help_text="When it was found that its owner runs no pilots any more.",
                            null=True,
                        ),
                    ),
                    (
                        "overdue_since",
                        models.DateTimeField(
                            blank=True,
                            editable=False,
                            help_text="When the decision had been due for too long.",
                            null=True,
                        ),
                    ),
                    (
                        "decider",
                        models.ForeignKey(
                            help_text="The manager who signs. Never the owner or the deputy.",
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="pilots_to_decide",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "deputy",
                        models.ForeignKey(
                            blank=True,
                            help_text="Stands in for the owner.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="deputised_pilots",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            help_text="The one person accountable for the pilot.",
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="owned_pilots",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "readers",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Of a pilot with restricted data: who reads it beside owner, deputy, decider and auditors, such as reviewers and a second signer. It is hidden from everybody else.",
                            related_name="pilots_to_read",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "started_by",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["name"],
                    "permissions": [
                        ("sign_pilot", "Can sign the decision of a pilot"),
                        ("run_pilot", "Can log and run pilots"),
                        ("review_pilot", "Can review the answers of a pilot"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "draft",
                                        "ready",
                                        "running",
                                        "paused",
                                        "decision_due",
                                        "decided",
                                        "closed",
                                    ],
                                )
                            ),
                            name="pilot_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("autonomy__in", ["suggest", "draft", "approve", "act"])),
                            name="pilot_autonomy_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("sector__in", ["general", "finance", "healthcare", "education", "public"])
                            ),
                            name="pilot_sector_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("data_class", ""),
                                ("data_class__in", ["public", "internal", "confidential", "restricted"]),
                                _connector="OR",
                            ),
                            name="pilot_data_class_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("decider", models.F("owner")), _negated=True),
                            name="pilot_decider_is_not_owner",
                            violation_error_message="The decider signs and must be somebody other than the owner.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("deputy__isnull", True),
                                models.Q(
                                    models.Q(("deputy", models.F("decider")), _negated=True),
                                    models.Q(("deputy", models.F("owner")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="pilot_deputy_is_a_third_person",
                            violation_error_message="The deputy must be neither the owner nor the decider.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("maintenance_start__lte", models.F("window_end")),
                                ("window_start__lte", models.F("maintenance_start")),
                            ),
                            name="pilot_window_in_order",
                            violation_error_message="The maintenance phase must begin inside the window, and the window must end after it starts.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("baseline_start__isnull", True),
                                ("baseline_start__lte", models.F("window_start")),
                                _connector="OR",
                            ),
                            name="pilot_baseline_before_window",
                            violation_error_message="The baseline must begin before the pilot does.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("started_at__isnull", True), ("started_by__isnull", True)),
                                models.Q(("started_at__isnull", False), ("started_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="pilot_started_at_and_by",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ("draft", "ready")),
                                ("started_at__isnull", False),
                                _connector="OR",
                            ),
                            name="pilot_started_unless_draft",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("overdue_since__isnull", True), ("state", "decision_due"), _connector="OR"
                            ),
                            name="pilot_overdue_only_when_due",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RetiredMonth",
                fields=[
                    ("month", models.DateField(primary_key=True, serialize=False)),
                    ("rows", models.BigIntegerField()),
                    ("retired_at", models.DateTimeField()),
                ],
                options={
                    "ordering": ["month"],
                },
            ),
            migrations.CreateModel(
                name="Amendment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "number",
                        models.PositiveIntegerField(help_text="Among the pilot's amendments, from 1."),
                    ),
                    ("changes", models.JSONField(help_text="The goals, stop triggers and dates to write.")),
                    (
                        "differences",
                        models.JSONField(help_text="What that changes in the plan, old and new in words."),
                    ),
                    (
                        "needs_second",
                        models.BooleanField(
                            help_text="Whether it loosens the plan, so that somebody else must agree."
                        ),
                    ),
                    (
                        "looks",
                        models.PositiveIntegerField(help_text="Verdicts recorded when it was proposed."),
                    ),
                    ("reason", models.TextField()),
                    ("proposed_at", models.DateTimeField()),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendments",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "number"), name="amendment_number_unique"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="amendment_has_a_reason"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Candidate",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("slug", models.SlugField()),
                    ("name", models.CharField(max_length=120)),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("primary", "Primary"),
                                ("challenger", "Challenger"),
                                ("fallback", "Fallback"),
                                ("non_ai", "Without AI"),
                            ],
                            default="primary",
                            max_length=12,
                        ),
                    ),
                    (
                        "deployment",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.deployment",
                        ),
                    ),
                    (
                        "prompt",
                        models.ForeignKey(
                            blank=True,
                            help_text="Needed for evaluation runs; leave empty if only scripts measure it.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.prompt",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="candidates",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "slug"), name="candidate_slug_unique"),
                        models.UniqueConstraint(
                            condition=models.Q(("role", "primary")),
                            fields=("pilot",),
                            name="candidate_one_primary",
                            violation_error_message="A pilot has one primary candidate.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("role__in", ["primary", "challenger", "fallback", "non_ai"])),
                            name="candidate_role_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("deployment__isnull", True), ("role", "non_ai")),
                                models.Q(
                                    models.Q(("role", "non_ai"), _negated=True), ("deployment__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="candidate_has_deployment_unless_non_ai",
                            violation_error_message="Choose a deployment from the catalogue, or the role “Without AI”.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Decision",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("go", "Go"),
                                ("extend", "Extend"),
                                ("simplify", "Simplify"),
                                ("stop", "Stop"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("reason", models.TextField()),
                    (
                        "evidence_hash",
                        models.CharField(
                            help_text="Of the evidence on the page when it was signed.", max_length=64
                        ),
                    ),
                    ("signed_at", models.DateTimeField()),
                    (
                        "memo_hash",
                        models.CharField(
                            blank=True,
                            help_text="Fingerprint of the memo that was read when it was signed.",
                            max_length=64,
                        ),
                    ),
                    (
                        "against_reason",
                        models.TextField(blank=True, help_text="Why it differs from the machine's flag."),
                    ),
                    ("seconded_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "extend_mode",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("window", "More time, for the same scope"),
                                ("scope", "A narrower scope, until the new end"),
                            ],
                            max_length=6,
                        ),
                    ),
                    ("extend_until", models.DateField(blank=True, null=True)),
                    ("settles", models.TextField(blank=True, help_text="What an extension is to settle.")),
                    ("lessons", models.TextField(blank=True, help_text="What a stopped pilot taught.")),
                    (
                        "removed_parts",
                        models.TextField(blank=True, help_text="What a simplified pilot leaves out."),
                    ),
                    (
                        "review_on",
                        models.DateField(
                            help_text="When the decision itself is looked at again, within twelve months."
                        ),
                    ),
                    (
                        "seconded_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "signed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="signed_decisions",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "supersedes",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="superseded_by",
                            to="pilots.decision",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="decisions",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-signed_at", "-id"],
                    "get_latest_by": "signed_at",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("outcome__in", ["go", "extend", "simplify", "stop"])),
                            name="decision_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="decision_has_a_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("extend_until__isnull", False), ("outcome", "extend")),
                                ("outcome", "simplify"),
                                models.Q(
                                    models.Q(("outcome__in", ["extend", "simplify"]), _negated=True),
                                    ("extend_until__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="decision_extend_has_a_date",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("outcome", "simplify"), _negated=True),
                                models.Q(("removed_parts", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="decision_simplify_names_parts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("seconded_at__isnull", True), ("seconded_by__isnull", True)),
                                models.Q(("seconded_at__isnull", False), ("seconded_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="decision_seconded_at_and_by",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("seconded_by__isnull", True),
                                models.Q(("seconded_by", models.F("signed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="decision_second_signer_is_another",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Event",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("verb", models.CharField(max_length=40)),
                    ("at", models.DateTimeField()),
                    ("reason", models.TextField(blank=True)),
                    ("before", models.JSONField(default=dict)),
                    ("after", models.JSONField(default=dict)),
                    ("request_id", models.CharField(blank=True, max_length=64)),
                    (
                        "actor",
                        models.ForeignKey(
                            blank=True,
                            help_text="Empty when a token or the machine acted.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="events",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-at", "-id"],
                    "indexes": [
                        models.Index(fields=["pilot", "-at"], name="event_of_pilot"),
                        models.Index(
                            condition=models.Q(("verb__in", ["statistics.differ", "statistics.hold"])),
                            fields=["at"],
                            name="event_of_statistics",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Failure",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "severity",
                        models.CharField(
                            choices=[("minor", "Minor"), ("major", "Major"), ("critical", "Critical")],
                            max_length=8,
                        ),
                    ),
                    (
                        "type",
                        models.CharField(
                            choices=[
                                ("wrong", "Wrong"),
                                ("unsafe", "Unsafe"),
                                ("refused", "Refused"),
                                ("format", "Wrong format"),
                                ("late", "Late"),
                                ("escalated", "Escalated"),
                                ("silent", "Silent: nobody was told"),
                            ],
                            max_length=9,
                        ),
                    ),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("open", "Open"),
                                ("explained", "Explained"),
                                ("fixed", "Fixed"),
                                ("accepted", "Accepted"),
                            ],
                            default="open",
                            max_length=9,
                        ),
                    ),
                    (
                        "scenario",
                        models.CharField(blank=True, help_text="Which kind of situation.", max_length=100),
                    ),
                    (
                        "cause",
                        models.CharField(
                            blank=True, help_text="Short and the same for the same cause.", max_length=200
                        ),
                    ),
                    (
                        "cost",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="In the pilot's currency.",
                            max_digits=12,
                            null=True,
                        ),
                    ),
                    (
                        "input",
                        models.TextField(
                            blank=True, help_text="An excerpt of what was asked, without personal data."
                        ),
                    ),
                    ("output", models.TextField(blank=True, help_text="An excerpt of what came.")),
                    ("expected", models.TextField(blank=True, help_text="What should have come.")),
                    (
                        "hashes",
                        models.JSONField(
                            blank=True,
                            db_default={},
                            default=dict,
                            help_text="SHA-256 of each excerpt as it came. Stays when the text goes.",
                        ),
                    ),
                    (
                        "unit_id",
                        models.CharField(
                            blank=True, help_text="The item, as its measurements name it.", max_length=200
                        ),
                    ),
                    ("happened_at", models.DateTimeField()),
                    ("reported_at", models.DateTimeField()),
                    (
                        "external_id",
                        models.CharField(
                            blank=True,
                            help_text="Your own name for it, so that a retry makes no second one.",
                            max_length=200,
                        ),
                    ),
                    (
                        "candidate",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="pilots.candidate",
                        ),
                    ),
                    (
                        "reported_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "result",
                        models.ForeignKey(
                            blank=True,
                            help_text="The answer of an evaluation run that it is about.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.result",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="failures",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("severity__in", ["minor", "major", "critical"])),
                            name="failure_severity_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "type__in",
                                    ["wrong", "unsafe", "refused", "format", "late", "escalated", "silent"],
                                )
                            ),
                            name="failure_type_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("status__in", ["open", "explained", "fixed", "accepted"])),
                            name="failure_status_known",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("external_id", ""), _negated=True),
                            fields=("pilot", "external_id"),
                            name="failure_external_id_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Notice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("flag_changed", "The flag changed"),
                                ("trigger_near", "A stop trigger is near"),
                                ("trigger_fired", "A stop trigger fired"),
                                ("silent", "A source fell silent, or is heard again"),
                                ("decision_due", "A decision is due or overdue"),
                                ("memo_waiting", "A memo or a second signature waits"),
                                ("decision_signed", "A decision was signed"),
                                ("run_failed", "An evaluation run failed"),
                                ("model_changed", "A model changed silently"),
                                ("owner_missing", "A pilot has no owner"),
                                ("creep", "A hidden cost grows, or grows no more"),
                                ("risk_lapsed", "An accepted risk is open again"),
                                ("digest", "Weekly digest"),
                                ("test", "Test"),
                            ],
                            max_length=15,
                        ),
                    ),
                    ("key", models.CharField(max_length=200, unique=True)),
                    ("title", models.CharField(max_length=200)),
                    ("text", models.TextField()),
                    ("made_at", models.DateTimeField()),
                    (
                        "event",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="pilots.event",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="notices",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "flag_changed",
                                        "trigger_near",
                                        "trigger_fired",
                                        "silent",
                                        "decision_due",
                                        "memo_waiting",
                                        "decision_signed",
                                        "run_failed",
                                        "model_changed",
                                        "owner_missing",
                                        "creep",
                                        "risk_lapsed",
                                        "digest",
                                        "test",
                                    ],
                                )
                            ),
                            name="notice_kind_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Quarantine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "number",
                        models.PositiveIntegerField(help_text="Among the pilot's quarantines, from 1."),
                    ),
                    ("source", models.CharField(blank=True, max_length=100)),
                    ("starts_at", models.DateTimeField(help_text="First moment that is faulty.")),
                    ("ends_at", models.DateTimeField(help_text="First moment that is sound again.")),
                    ("reason", models.TextField()),
                    (
                        "rows",
                        models.PositiveBigIntegerField(help_text="Measurements in it when it was proposed."),
                    ),
                    ("before", models.JSONField(help_text="Flag and reason with the rows.")),
                    ("after", models.JSONField(help_text="Flag and reason without them.")),
                    (
                        "lifts",
                        models.JSONField(
                            default=list,
                            help_text="Keys of breached stop triggers that would never have fired.",
                        ),
                    ),
                    (
                        "needs_second",
                        models.BooleanField(help_text="Whether it changes the flag or takes a breach back."),
                    ),
                    ("proposed_at", models.DateTimeField()),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="quarantines",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "number"), name="quarantine_number_unique"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="quarantine_has_a_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                            name="quarantine_in_order",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Override",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=40)),
                    ("reason", models.TextField()),
                    ("overridden_at", models.DateTimeField()),
                    (
                        "overridden_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="overrides",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "code"), name="override_once"),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="override_has_a_reason"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OperatingRule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "text",
                        models.CharField(
                            help_text="For example: answers under 80 % confidence go to a person.",
                            max_length=300,
                        ),
                    ),
                    ("stable_since", models.DateField(help_text="The day it was last changed.")),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="operating_rules",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                },
            ),
            migrations.CreateModel(
                name="MoveCost",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("spent_on", models.DateField()),
                    (
                        "what",
                        models.CharField(
                            help_text="Connecting the mailbox, writing the suite, a switch test, …",
                            max_length=200,
                        ),
                    ),
                    (
                        "hours",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            max_digits=8,
                            null=True,
                            validators=[
                                django.core.validators.MinValueValidator(Decimal("0"), "Give zero or more.")
                            ],
                        ),
                    ),
                    (
                        "spend",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="In the pilot's currency.",
                            max_digits=12,
                            null=True,
                            validators=[
                                django.core.validators.MinValueValidator(Decimal("0"), "Give zero or more.")
                            ],
                        ),
                    ),
                    (
                        "is_last",
                        models.BooleanField(
                            default=False,
                            help_text="With this, the move is done: all it cost is entered.",
                            verbose_name="complete",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="move_costs",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["spent_on", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("hours__isnull", False), ("spend__isnull", False), _connector="OR"
                            ),
                            name="movecost_says_how_much",
                            violation_error_message="Give hours, money, or both.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("hours__isnull", True), ("hours__gte", 0), _connector="OR"),
                                models.Q(("spend__isnull", True), ("spend__gte", 0), _connector="OR"),
                            ),
                            name="movecost_not_negative",
                            violation_error_message="Give zero or more.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Metric",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "key",
                        models.SlugField(
                            help_text="The name scripts post under, for example review_minutes."
                        ),
                    ),
                    ("name", models.CharField(max_length=120)),
                    (
                        "unit",
                        models.CharField(
                            blank=True, help_text="min, s, EUR, …; empty for shares.", max_length=20
                        ),
                    ),
                    (
                        "direction",
                        models.CharField(
                            choices=[("lower", "Lower is better"), ("higher", "Higher is better")],
                            default="lower",
                            max_length=6,
                        ),
                    ),
                    (
                        "estimand",
                        models.CharField(
                            choices=[
                                ("mean", "Mean"),
                                ("rate", "Rate (share of yes)"),
                                ("quantile", "Quantile against a limit"),
                                ("total", "Total (running sum)"),
                            ],
                            default="mean",
                            max_length=10,
                        ),
                    ),
                    (
                        "quantile",
                        models.FloatField(
                            blank=True, help_text="0.95 for p95; only with the estimand Quantile.", null=True
                        ),
                    ),
                    (
                        "design",
                        models.CharField(
                            choices=[
                                ("absolute", "Against a number"),
                                ("before_after", "Before and after (frozen baseline)"),
                                ("concurrent", "Two arms on the same days"),
                                ("paired", "The same unit on both"),
                            ],
                            default="before_after",
                            max_length=14,
                        ),
                    ),
                    (
                        "link",
                        models.CharField(
                            choices=[
                                ("cost", "Cost"),
                                ("clarity", "Clarity"),
                                ("safety", "Safety"),
                                ("result", "Useful result"),
                                ("activity", "Activity (shown, never decides)"),
                            ],
                            default="result",
                            max_length=10,
                        ),
                    ),
                    (
                        "planned_n",
                        models.PositiveIntegerField(
                            default=500,
                            help_text="Items expected in the whole window; tunes where the interval is narrowest.",
                        ),
                    ),
                    (
                        "cap",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="Largest value that counts, fixed before data: a time-out counts as the cap.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "floor",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="Smallest value that can count, if there is one (0 for minutes and money).",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "expected_value",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="What you expect in the pilot: the mean, the share of yes, or the share beyond the limit.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "expected_sd",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="How much single values scatter around their mean (standard deviation). Not for shares.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "expected_before",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="What it is today, as long as no baseline is measured.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "max_age_hours",
                        models.PositiveIntegerField(
                            default=48, help_text="Older than this, the newest point is stale."
                        ),
                    ),
                    (
                        "saving",
                        models.CharField(
                            choices=[
                                ("none", "No part of the saving"),
                                ("money", "Money per item"),
                                ("minutes", "Minutes per item, priced at the wage"),
                            ],
                            default="none",
                            help_text="Whether its change is part of the saving per item that pay-back is computed from.",
                            max_length=7,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="metrics",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "key"), name="metric_key_unique"),
                        models.CheckConstraint(
                            condition=models.Q(("direction__in", ["lower", "higher"])),
                            name="metric_direction_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("estimand__in", ["mean", "rate", "quantile", "total"])),
                            name="metric_estimand_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("design__in", ["absolute", "before_after", "concurrent", "paired"])
                            ),
                            name="metric_design_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("link__in", ["cost", "clarity", "safety", "result", "activity"])
                            ),
                            name="metric_link_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("estimand", "quantile"),
                                    ("quantile__gt", 0),
                                    ("quantile__isnull", False),
                                    ("quantile__lt", 1),
                                ),
                                models.Q(
                                    models.Q(("estimand", "quantile"), _negated=True),
                                    ("quantile__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="metric_quantile_only_for_quantiles",
                            violation_error_message="Give the quantile (such as 0.95) for the estimand Quantile, and only then.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("estimand__in", ["quantile", "total"]), _negated=True),
                                ("design", "absolute"),
                                _connector="OR",
                            ),
                            name="metric_limits_are_absolute",
                            violation_error_message="A quantile and a total are held against a number: choose the design “Against a number”.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MemoComment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "question",
                        models.CharField(
                            choices=[
                                ("time_gained", "Where is time gained?"),
                                ("risk_increases", "Where does risk increase?"),
                                ("standardised", "What can be standardised?"),
                                ("human_judgement", "What stays dependent on human judgement?"),
                            ],
                            max_length=15,
                        ),
                    ),
                    ("text", models.TextField()),
                    ("written_at", models.DateTimeField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="memo_comments",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "question__in",
                                    ["time_gained", "risk_increases", "standardised", "human_judgement"],
                                )
                            ),
                            name="comment_question_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("text", ""), _negated=True), name="comment_says_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MeasurementKey",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "pilot_id",
                            "source",
                            "external_id",
                            blank=True,
                            editable=False,
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("source", models.CharField(max_length=100)),
                    ("external_id", models.CharField(max_length=200)),
                    ("measurement_id", models.BigIntegerField()),
                    ("observed_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Measurement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "phase",
                        models.CharField(
                            choices=[("baseline", "Baseline"), ("pilot", "Pilot")], max_length=8
                        ),
                    ),
                    ("value", models.DecimalField(blank=True, decimal_places=10, max_digits=30, null=True)),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("ok", "Answered"),
                                ("abstained", "Abstained"),
                                ("escalated", "Escalated"),
                                ("refused", "Refused"),
                                ("blocked", "Blocked by policy"),
                                ("timeout", "Timed out"),
                                ("error", "Error"),
                                ("infra_error", "Our error"),
                            ],
                            default="ok",
                            max_length=12,
                        ),
                    ),
                    ("observed_at", models.DateTimeField()),
                    ("recorded_at", models.DateTimeField()),
                    ("unit_id", models.CharField(blank=True, max_length=200)),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("load", models.CharField(blank=True, max_length=50)),
                    ("fingerprint", models.CharField(blank=True, max_length=64)),
                    ("context", models.JSONField(blank=True, default=dict)),
                    ("attempts", models.PositiveSmallIntegerField(default=1)),
                    (
                        "provenance",
                        models.CharField(
                            choices=[
                                ("real", "Real"),
                                ("replayed", "Replayed"),
                                ("synthetic", "Synthetic"),
                                ("demo", "Demo"),
                            ],
                            default="real",
                            max_length=10,
                        ),
                    ),
                    ("source", models.CharField(blank=True, max_length=100)),
                    ("external_id", models.CharField(blank=True, max_length=200)),
                    (
                        "candidate",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            db_index=False,
                            help_text="Empty in the baseline.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="measurements",
                            to="pilots.candidate",
                        ),
                    ),
                    (
                        "metric",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="measurements",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="measurements",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["observed_at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("phase__in", ["baseline", "pilot"])),
                            name="measurement_phase_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "outcome__in",
                                    [
                                        "ok",
                                        "abstained",
                                        "escalated",
                                        "refused",
                                        "blocked",
                                        "timeout",
                                        "error",
                                        "infra_error",
                                    ],
                                )
                            ),
                            name="measurement_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("provenance__in", ["real", "replayed", "synthetic", "demo"])),
                            name="measurement_provenance_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("value__isnull", False),
                                models.Q(("outcome", "ok"), _negated=True),
                                _connector="OR",
                            ),
                            name="measurement_value_unless_failed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("candidate__isnull", True), ("phase", "baseline")),
                                models.Q(("candidate__isnull", False), ("phase", "pilot")),
                                _connector="OR",
                            ),
                            name="measurement_candidate_in_pilot",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="JournalEntry",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("note", "Note"),
                                ("prompt", "Prompt changed"),
                                ("model", "Model changed"),
                                ("price", "Price changed"),
                                ("scope", "Scope changed"),
                                ("people", "People changed"),
                            ],
                            default="note",
                            max_length=6,
                        ),
                    ),
                    ("text", models.TextField()),
                    ("happened_on", models.DateField()),
                    ("written_at", models.DateTimeField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="journal",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-happened_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind__in", ["note", "prompt", "model", "price", "scope", "people"])
                            ),
                            name="journalentry_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("text", ""), _negated=True),
                            name="journalentry_says_something",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Integration",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=120)),
                    ("added_on", models.DateField()),
                    ("why", models.CharField(blank=True, max_length=300)),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="integrations",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["added_on", "id"],
                },
            ),
            migrations.CreateModel(
                name="FirstSignature",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("go", "Go"),
                                ("extend", "Extend"),
                                ("simplify", "Simplify"),
                                ("stop", "Stop"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("reason", models.TextField()),
                    ("against_reason", models.TextField(blank=True)),
                    (
                        "extend_mode",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("window", "More time, for the same scope"),
                                ("scope", "A narrower scope, until the new end"),
                            ],
                            max_length=6,
                        ),
                    ),
                    ("extend_until", models.DateField(blank=True, null=True)),
                    ("settles", models.TextField(blank=True)),
                    ("removed_parts", models.TextField(blank=True)),
                    ("lessons", models.TextField(blank=True)),
                    ("review_on", models.DateField()),
                    (
                        "memo",
                        models.TextField(
                            help_text="The memo that was read, in canonical JSON: what the second signer reads."
                        ),
                    ),
                    (
                        "persons",
                        models.JSONField(
                            blank=True,
                            db_default={},
                            default=dict,
                            help_text="By pseudonym in the memo, who it is.",
                        ),
                    ),
                    ("fingerprint", models.CharField(help_text="Of the memo that was read.", max_length=64)),
                    ("needed_because", models.TextField(help_text="Why one signature is not enough.")),
                    ("signed_at", models.DateTimeField()),
                    (
                        "signed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "supersedes",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="pilots.decision",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="first_signatures",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "get_latest_by": "id",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("outcome__in", ["go", "extend", "simplify", "stop"])),
                            name="firstsignature_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="firstsignature_has_a_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FailurePicture",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("content_type", models.CharField(max_length=20)),
                    ("data", models.BinaryField()),
                    (
                        "alt",
                        models.CharField(
                            help_text="What it shows, for who cannot see it. No personal data.",
                            max_length=300,
                            validators=[django.core.validators.MinLengthValidator(3)],
                        ),
                    ),
                    ("added_at", models.DateTimeField()),
                    (
                        "added_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "failure",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="pictures",
                            to="pilots.failure",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="pictures",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("content_type__in", ["image/png", "image/jpeg", "image/webp", "image/gif"])
                            ),
                            name="picture_type_is_safe",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("alt", ""), _negated=True), name="picture_has_words"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="EvaluationSchedule",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "purpose",
                        models.CharField(
                            choices=[
                                ("measure", "Measure the candidates"),
                                ("drill", "Fallback drill: could the fallback take over?"),
                                ("canary", "Canary: does the model still answer as it did?"),
                            ],
                            default="measure",
                            max_length=8,
                        ),
                    ),
                    ("every_hours", models.PositiveIntegerField(default=24)),
                    (
                        "jitter_minutes",
                        models.PositiveSmallIntegerField(
                            default=0,
                            help_text="Each run starts up to half of this earlier or later, so that not all start at once.",
                        ),
                    ),
                    (
                        "on_change",
                        models.BooleanField(
                            default=False,
                            help_text="Run at once as well when a deployment or a prompt of the candidates has changed.",
                        ),
                    ),
                    (
                        "max_spend",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="The most one run may cost, in the pilot's currency. Empty: no limit.",
                            max_digits=10,
                            null=True,
                        ),
                    ),
                    (
                        "max_minutes",
                        models.PositiveIntegerField(
                            blank=True, help_text="The longest one run may take. Empty: no limit.", null=True
                        ),
                    ),
                    ("repeats", models.PositiveSmallIntegerField(default=1)),
                    ("enabled", models.BooleanField(default=True)),
                    (
                        "next_run_at",
                        models.DateTimeField(
                            blank=True,
                            help_text="Set when the pilot starts; the next look of beat after it makes a run.",
                            null=True,
                        ),
                    ),
                    (
                        "candidates",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Who is asked. None chosen: all that can be asked; a drill asks primary and fallback, a canary the primary.",
                            related_name="+",
                            to="pilots.candidate",
                        ),
                    ),
                    (
                        "prompt",
                        models.ForeignKey(
                            blank=True,
                            help_text="Put to every candidate instead of its own: for tasks of another suite.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.prompt",
                        ),
                    ),
                    (
                        "suite_version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.suiteversion",
                        ),
                    ),
                    (
                        "contract_metric",
                        models.ForeignKey(
                            blank=True,
                            help_text="A rate: did the answer break the contract? Held against the output schema of the charter, or by the suite's own scorer where that is “contract”.",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "cost_metric",
                        models.ForeignKey(
                            blank=True,
                            help_text="Money for each answer that passed, with what the answers before it cost that did not. In the pilot's currency.",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "latency_metric",
                        models.ForeignKey(
                            blank=True,
                            help_text="Seconds around the raw call.",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "quality_metric",
                        models.ForeignKey(
                            blank=True,
                            help_text="A rate: did the answer pass?",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="schedules",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("every_hours__gte", 1)), name="schedule_at_least_hourly"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("repeats__gte", 1)), name="schedule_repeats_at_least_one"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("purpose__in", ["measure", "drill", "canary"])),
                            name="schedule_purpose_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("purpose", "canary"), _negated=True),
                                ("repeats__gte", 2),
                                _connector="OR",
                            ),
                            name="schedule_canary_knows_its_noise",
                            violation_error_message="A canary asks each task twice or more: else its own noise is not known.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("purpose", "canary"), _negated=True),
                                models.Q(
                                    ("contract_metric__isnull", True),
                                    ("cost_metric__isnull", True),
                                    ("latency_metric__isnull", True),
                                    ("quality_metric__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="schedule_canary_counts_nowhere",
                            violation_error_message="A canary counts in no metric: leave them empty.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("max_spend__isnull", True), ("max_spend__gt", 0), _connector="OR"),
                                models.Q(
                                    ("max_minutes__isnull", True), ("max_minutes__gt", 0), _connector="OR"
                                ),
                            ),
                            name="schedule_limits_positive",
                            violation_error_message="A limit is above zero; leave it empty for none.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="EnclosingSpan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("span", models.CharField(help_text="Trace id and span id.", max_length=49)),
                    ("seen_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["seen_at"], name="enclosingspan_seen_at")],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "span"), name="enclosingspan_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="EcosystemFinding",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "part",
                        models.CharField(
                            choices=[
                                ("releases", "Releases: how often is it updated?"),
                                ("issues", "Issues: how fast are they answered?"),
                                ("docs", "Documentation"),
                                ("adapters", "Adapters, fine-tunes and tools"),
                                ("support", "Support: who can be called?"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("score", models.PositiveSmallIntegerField(help_text="0 poor, 3 good.")),
                    ("evidence", models.CharField(max_length=300)),
                    (
                        "source",
                        models.CharField(
                            blank=True,
                            help_text="Its address.",
                            max_length=300,
                            validators=[django.core.validators.URLValidator(["http", "https"])],
                        ),
                    ),
                    ("dated_on", models.DateField()),
                    (
                        "found_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="ecosystem_findings",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["part", "-dated_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("part__in", ["releases", "issues", "docs", "adapters", "support"])
                            ),
                            name="ecosystemfinding_part_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("score__lte", 3)),
                            name="ecosystemfinding_to_three",
                            violation_error_message="A part of the ecosystem goes from 0 (poor) to 3 (good).",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Drill",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.CharField(
                            choices=[
                                ("fallback", "Fallback: going on without the model"),
                                ("removal", "Removal: taking it out of production"),
                            ],
                            default="fallback",
                            max_length=8,
                        ),
                    ),
                    ("held_on", models.DateField()),
                    (
                        "minutes",
                        models.PositiveIntegerField(
                            help_text="From the decision until people worked without the model."
                        ),
                    ),
                    ("worked", models.BooleanField(default=True)),
                    ("notes", models.TextField(blank=True)),
                    (
                        "held_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="drills",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-held_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("plan__in", ["fallback", "removal"])), name="drill_plan_known"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ControlScore",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "axis",
                        models.CharField(
                            choices=[
                                ("weights", "Weights: can the model be kept?"),
                                ("data_path", "Data path: where does the data go?"),
                                ("pace", "Pace of change: who decides when it changes?"),
                                ("risk_surface", "Risk surface: what can reach what?"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("score", models.PositiveSmallIntegerField(help_text="0 no control, 3 full control.")),
                    ("evidence", models.CharField(max_length=300)),
                    ("dated_on", models.DateField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="control_scores",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["axis", "-dated_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("axis__in", ["weights", "data_path", "pace", "risk_surface"])
                            ),
                            name="controlscore_axis_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("score__lte", 3)),
                            name="controlscore_to_three",
                            violation_error_message="Control goes from 0 (none) to 3 (full).",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CharterVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    ("charter", models.JSONField(help_text="People go by their pseudonyms in it.")),
                    (
                        "persons",
                        models.JSONField(
                            blank=True, db_default={}, default=dict, help_text="By pseudonym, who it is."
                        ),
                    ),
                    (
                        "charter_hash",
                        models.CharField(help_text="SHA-256 of its canonical JSON.", max_length=64),
                    ),
                    ("reason", models.TextField()),
                    ("written_at", models.DateTimeField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="charters",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-number"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("pilot", "number"), name="charterversion_number_unique"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="charterversion_has_a_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Baseline",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("rows", models.PositiveIntegerField()),
                    (
                        "retrospective",
                        models.PositiveIntegerField(
                            help_text="Rows that were entered days after they happened."
                        ),
                    ),
                    ("first_at", models.DateTimeField()),
                    ("last_at", models.DateTimeField()),
                    (
                        "digest",
                        models.CharField(help_text="SHA-256 over its rows, in order of time.", max_length=64),
                    ),
                    ("frozen_at", models.DateTimeField()),
                    (
                        "metric",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="baseline",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="baselines",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                },
            ),
            migrations.CreateModel(
                name="Answer",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "question",
                        models.CharField(
                            choices=[
                                ("time_gained", "Where is time gained?"),
                                ("risk_increases", "Where does risk increase?"),
                                ("standardised", "What can be standardised?"),
                                ("human_judgement", "What stays dependent on human judgement?"),
                            ],
                            max_length=15,
                        ),
                    ),
                    ("text", models.TextField()),
                    (
                        "evidence",
                        models.JSONField(default=list, help_text="Keys of the evidence it rests on."),
                    ),
                    (
                        "confidence",
                        models.CharField(
                            choices=[
                                ("high", "Sure"),
                                ("medium", "Fairly sure"),
                                ("low", "Not sure"),
                                ("unclear", "Still unclear to me"),
                            ],
                            max_length=7,
                        ),
                    ),
                    ("written_at", models.DateTimeField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answers",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "question", "-id"],
                    "indexes": [models.Index(fields=["pilot", "question", "-id"], name="answer_newest")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "question__in",
                                    ["time_gained", "risk_increases", "standardised", "human_judgement"],
                                )
                            ),
                            name="answer_question_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("confidence__in", ["high", "medium", "low", "unclear"])),
                            name="answer_confidence_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("text", ""), _negated=True), name="answer_says_something"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Anchor",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("chosen_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "chosen_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "result",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.result",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="anchors",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("pilot", "result"),
                            name="anchor_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PilotRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "absorbed_at",
                        models.DateTimeField(
                            blank=True, help_text="When its results were recorded as measurements.", null=True
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="runs",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "run",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.run",
                        ),
                    ),
                    (
                        "schedule",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="runs",
                            to="pilots.evaluationschedule",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                },
            ),
            migrations.CreateModel(
                name="PlanStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "plan",
                        models.CharField(
                            choices=[
                                ("fallback", "Fallback: going on without the model"),
                                ("removal", "Removal: taking it out of production"),
                            ],
                            default="fallback",
                            max_length=8,
                        ),
                    ),
                    ("position", models.PositiveSmallIntegerField(default=1)),
                    ("what", models.CharField(max_length=200)),
                    ("who", models.CharField(blank=True, max_length=120)),
                    ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="plan_steps",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["plan", "position", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("plan__in", ["fallback", "removal"])),
                            name="planstep_plan_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlanVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    ("plan", models.JSONField()),
                    ("plan_hash", models.CharField(max_length=64)),
                    ("reason", models.TextField()),
                    ("frozen_at", models.DateTimeField()),
                    (
                        "frozen_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="plans",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "number"), name="planversion_number_unique")
                    ],
                },
            ),
            migrations.CreateModel(
                name="AmendmentAnswer",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("applied", "Applied at once"),
                                ("seconded", "Seconded"),
                                ("declined", "Declined"),
                                ("withdrawn", "Withdrawn"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("at", models.DateTimeField()),
                    ("reason", models.TextField(blank=True)),
                    (
                        "amendment",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answer",
                            to="pilots.amendment",
                        ),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "version",
                        models.OneToOneField(
                            blank=True,
                            help_text="The plan that it made.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendment_answer",
                            to="pilots.planversion",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind__in", ["applied", "seconded", "declined", "withdrawn"])
                            ),
                            name="amendmentanswer_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind__in", ["applied", "seconded"]), ("version__isnull", False)),
                                models.Q(("kind__in", ["declined", "withdrawn"]), ("version__isnull", True)),
                                _connector="OR",
                            ),
                            name="amendmentanswer_version_if_applied",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "declined"), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="amendmentanswer_declined_says_why",
                        ),
                    ],
                },
            ),
            migrations.AddField(
                model_name="amendment",
                name="against",
                field=models.ForeignKey(
                    help_text="The plan it was proposed to change.",
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pilots.planversion",
                ),
            ),
            migrations.CreateModel(
                name="Proposal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "recommends",
                        models.CharField(
                            choices=[
                                ("go", "Go"),
                                ("extend", "Extend"),
                                ("simplify", "Simplify"),
                                ("stop", "Stop"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("note", models.TextField(help_text="Why, in the proposer's own words.")),
                    ("fingerprint", models.CharField(help_text="Of the memo as it was then.", max_length=64)),
                    ("proposed_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="proposals",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-id"],
                    "get_latest_by": "id",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("recommends__in", ["go", "extend", "simplify", "stop"])),
                            name="proposal_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("note", ""), _negated=True), name="proposal_says_why"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="QuarantineAct",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("applied", "In force at once"),
                                ("seconded", "Seconded"),
                                ("declined", "Declined"),
                                ("released", "Released"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("at", models.DateTimeField()),
                    ("reason", models.TextField(blank=True)),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "quarantine",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="acts",
                            to="pilots.quarantine",
                        ),
                    ),
                ],
                options={
                    "ordering": ["quarantine", "at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["applied", "seconded", "declined", "released"])),
                            name="quarantineact_kind_known",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "released"), _negated=True),
                            fields=("quarantine",),
                            name="quarantineact_answered_once",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind", "released")),
                            fields=("quarantine",),
                            name="quarantineact_released_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind__in", ["applied", "seconded"]),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="quarantineact_says_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Removal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("opened_at", models.DateTimeField()),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "decision",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="removal",
                            to="pilots.decision",
                        ),
                    ),
                    (
                        "finished_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="removal",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("finished_at__isnull", True), ("finished_by__isnull", True)),
                                models.Q(("finished_at__isnull", False), ("finished_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="removal_finished_at_and_by",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RemovalStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("position", models.PositiveSmallIntegerField()),
                    ("what", models.CharField(max_length=300)),
                    ("who", models.CharField(blank=True, max_length=120)),
                    ("planned_minutes", models.PositiveIntegerField(blank=True, null=True)),
                    ("done_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "done_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "removal",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="steps",
                            to="pilots.removal",
                        ),
                    ),
                ],
                options={
                    "ordering": ["position"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("removal", "position"), name="removalstep_position_unique"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                                models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="removalstep_done_at_and_by",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Review",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "unit_id",
                        models.CharField(help_text="The item, as its measurements name it.", max_length=200),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("person", "A person"),
                                ("check", "A check"),
                                ("model_judge", "A judging model"),
                            ],
                            max_length=11,
                        ),
                    ),
                    (
                        "verdict",
                        models.CharField(
                            choices=[
                                ("accepted", "Accepted"),
                                ("corrected", "Accepted after correction"),
                                ("rejected", "Rejected"),
                            ],
                            max_length=9,
                        ),
                    ),
                    (
                        "severity",
                        models.CharField(
                            blank=True,
                            choices=[("minor", "Minor"), ("major", "Major"), ("critical", "Critical")],
                            db_default="",
                            help_text="How bad it would have been, had nobody looked.",
                            max_length=8,
                        ),
                    ),
                    ("fluent", models.BooleanField(blank=True, null=True)),
                    ("correct", models.BooleanField(blank=True, null=True)),
                    ("safe", models.BooleanField(blank=True, null=True)),
                    ("maintainable", models.BooleanField(blank=True, null=True)),
                    (
                        "active_seconds",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="Idle time left out.",
                            max_digits=9,
                            null=True,
                        ),
                    ),
                    ("note", models.TextField(blank=True)),
                    (
                        "hashes",
                        models.JSONField(
                            blank=True,
                            db_default={},
                            default=dict,
                            help_text="SHA-256 of the note as it came. Stays when the text goes.",
                        ),
                    ),
                    (
                        "anchor",
                        models.BooleanField(
                            default=False,
                            help_text="One of the items that are judged again at intervals, without what was said before: they tell whether the standard stays.",
                        ),
                    ),
                    (
                        "judge",
                        models.CharField(
                            blank=True,
                            help_text="Who judged, where a script sends it for several people. A pseudonym will do.",
                            max_length=100,
                        ),
                    ),
                    ("reviewed_at", models.DateTimeField()),
                    ("recorded_at", models.DateTimeField()),
                    (
                        "external_id",
                        models.CharField(
                            blank=True,
                            help_text="Your own name for it, so that a retry makes no second one.",
                            max_length=200,
                        ),
                    ),
                    (
                        "candidate",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="pilots.candidate",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reviews",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "result",
                        models.ForeignKey(
                            blank=True,
                            help_text="The answer of an evaluation run that it is about.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.result",
                        ),
                    ),
                    (
                        "reviewer",
                        models.ForeignKey(
                            blank=True,
                            help_text="Who judged it here; empty when a script sent it.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("anchor", True)), fields=["pilot"], name="review_of_anchor"
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("source__in", ["person", "check", "model_judge"])),
                            name="review_source_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("verdict__in", ["accepted", "corrected", "rejected"])),
                            name="review_verdict_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("severity", ""),
                                ("severity__in", ["minor", "major", "critical"]),
                                _connector="OR",
                            ),
                            name="review_severity_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("active_seconds__isnull", True), ("active_seconds__gte", 0), _connector="OR"
                            ),
                            name="review_seconds_not_negative",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("external_id", ""), _negated=True),
                            fields=("pilot", "external_id"),
                            name="review_external_id_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReviewPlan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "share",
                        models.PositiveSmallIntegerField(
                            default=100, help_text="Of a hundred answers of runs, how many people look at."
                        ),
                    ),
                    (
                        "second_share",
                        models.PositiveSmallIntegerField(
                            default=10,
                            help_text="Of a hundred that were looked at, how many somebody else looks at as well.",
                        ),
                    ),
                    (
                        "anchor_days",
                        models.PositiveSmallIntegerField(
                            default=14, help_text="After so many days the same person judges an anchor again."
                        ),
                    ),
                    (
                        "pilot",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="review_plan",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("share__gte", 1), ("share__lte", 100), ("second_share__lte", 100)
                            ),
                            name="reviewplan_shares",
                            violation_error_message="A share is a whole number up to 100; at least 1 in 100 is looked at.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("anchor_days__gte", 1), ("anchor_days__lte", 365)),
                            name="reviewplan_interval",
                            violation_error_message="Anchors come back after 1 to 365 days.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Risk",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "category",
                        models.CharField(
                            choices=[
                                ("bias", "Bias"),
                                ("security", "Security"),
                                ("compliance", "Compliance"),
                                ("privacy", "Privacy"),
                                ("quality", "Quality"),
                                ("dependence", "Dependence on a vendor"),
                                ("people", "People and work"),
                            ],
                            default="quality",
                            max_length=10,
                        ),
                    ),
                    ("text", models.CharField(max_length=300)),
                    (
                        "likelihood",
                        models.PositiveSmallIntegerField(default=3, help_text="1 rare to 5 nearly certain."),
                    ),
                    (
                        "impact",
                        models.PositiveSmallIntegerField(default=3, help_text="1 nuisance to 5 disaster."),
                    ),
                    ("control", models.CharField(blank=True, max_length=300)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("open", "Open"),
                                ("controlled", "Controlled"),
                                ("accepted", "Accepted until a date"),
                                ("closed", "Closed"),
                            ],
                            default="open",
                            max_length=10,
                        ),
                    ),
                    ("accepted_until", models.DateField(blank=True, null=True)),
                    (
                        "owner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="risks",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "category__in",
                                    [
                                        "bias",
                                        "security",
                                        "compliance",
                                        "privacy",
                                        "quality",
                                        "dependence",
                                        "people",
                                    ],
                                )
                            ),
                            name="risk_category_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["open", "controlled", "accepted", "closed"])),
                            name="risk_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("impact__range", (1, 5)), ("likelihood__range", (1, 5))),
                            name="risk_from_one_to_five",
                            violation_error_message="Likelihood and impact go from 1 to 5.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "accepted"), _negated=True),
                                ("accepted_until__isnull", False),
                                _connector="OR",
                            ),
                            name="risk_accepted_until_a_day",
                            violation_error_message="An accepted risk needs the day on which it is looked at again.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "controlled"), _negated=True),
                                models.Q(("control", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="risk_controlled_by_something",
                            violation_error_message="Say what controls the risk.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Rollup",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField()),
                    ("candidate", models.BigIntegerField(default=0)),
                    ("phase", models.CharField(max_length=12)),
                    ("epoch", models.IntegerField(default=0)),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("day", models.DateField()),
                    ("folded", models.BooleanField(default=False)),
                    ("rows", models.BigIntegerField(default=0)),
                    ("units", models.BigIntegerField(default=0)),
                    ("n", models.BigIntegerField(default=0)),
                    ("total", pilots.models.rollup.ExactNumeric(default=0)),
                    ("squares", pilots.models.rollup.ExactNumeric(default=0)),
                    ("ones", models.BigIntegerField(default=0)),
                    ("averaged", models.BigIntegerField(default=0)),
                    ("abstained", models.BigIntegerField(default=0)),
                    ("escalated", models.BigIntegerField(default=0)),
                    ("refused", models.BigIntegerField(default=0)),
                    ("blocked", models.BigIntegerField(default=0)),
                    ("timeout", models.BigIntegerField(default=0)),
                    ("error", models.BigIntegerField(default=0)),
                    ("infra_error", models.BigIntegerField(default=0)),
                    ("beyond_1", models.BigIntegerField(default=0)),
                    ("beyond_2", models.BigIntegerField(default=0)),
                    ("beyond_3", models.BigIntegerField(default=0)),
                    ("beyond_4", models.BigIntegerField(default=0)),
                    ("doubts", models.BigIntegerField(default=0)),
                    ("digest", pilots.models.rollup.ExactNumeric(default=0)),
                    ("first_at", models.DateTimeField(null=True)),
                    ("last_at", models.DateTimeField(null=True)),
                    ("good_at", models.DateTimeField(null=True)),
                    ("seen_at", models.DateTimeField(null=True)),
                    ("blank_at", models.DateTimeField(null=True)),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["pilot", "metric_id"], name="rollup_of_pilot"),
                        models.Index(
                            condition=models.Q(("folded", False)), fields=["pilot"], name="rollup_to_fold"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupBet",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField()),
                    ("candidate", models.BigIntegerField()),
                    ("epoch", models.IntegerField()),
                    ("part", models.CharField(blank=True, max_length=100)),
                    ("n", models.BigIntegerField()),
                    ("at", models.DateTimeField()),
                    ("digest", pilots.models.rollup.ExactNumeric()),
                    ("state", models.BinaryField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("metric_id", "candidate", "epoch", "part", "n"), name="rollupbet_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupHistogram",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField()),
                    ("candidate", models.BigIntegerField(default=0)),
                    ("epoch", models.IntegerField(default=0)),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("phase", models.CharField(max_length=12)),
                    ("day", models.DateField()),
                    (
                        "bins",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.SmallIntegerField(), size=None
                        ),
                    ),
                    (
                        "counts",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(), help_text="One for each bin.", size=None
                        ),
                    ),
                    ("folded", models.BooleanField(default=False)),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["pilot", "metric_id"], name="rolluphistogram_of_pilot"),
                        models.Index(
                            condition=models.Q(("folded", False)),
                            fields=["pilot"],
                            name="rolluphistogram_to_fold",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupPair",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField()),
                    ("candidate", models.BigIntegerField()),
                    ("epoch", models.IntegerField()),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("unit_id", models.CharField(max_length=200)),
                    ("value", pilots.models.rollup.ExactNumeric(null=True)),
                    ("base", pilots.models.rollup.ExactNumeric(null=True)),
                    ("at", models.DateTimeField()),
                    ("digest", pilots.models.rollup.ExactNumeric()),
                    ("whole", models.BooleanField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("whole", True)),
                            fields=["metric_id", "candidate", "epoch", "segment", "at", "digest"],
                            name="rolluppair_in_order",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("metric_id", "segment", "unit_id", "candidate", "epoch"),
                            name="rolluppair_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupPairDay",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField()),
                    ("candidate", models.BigIntegerField()),
                    ("epoch", models.IntegerField()),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("day", models.DateField()),
                    ("n", models.BigIntegerField()),
                    ("unpaired", models.BigIntegerField()),
                    ("total", pilots.models.rollup.ExactNumeric()),
                    ("base_total", pilots.models.rollup.ExactNumeric()),
                    ("squares", pilots.models.rollup.ExactNumeric()),
                    ("base_squares", pilots.models.rollup.ExactNumeric()),
                    ("products", pilots.models.rollup.ExactNumeric()),
                    ("digest", pilots.models.rollup.ExactNumeric()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("metric_id", "candidate", "epoch", "segment", "day"),
                            name="rolluppairday_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupPairDue",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField(db_index=True)),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("unit_id", models.CharField(max_length=200)),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="RollupSpan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("candidate", models.BigIntegerField()),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("first_at", models.DateTimeField()),
                    ("last_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="RollupUnit",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("metric_id", models.BigIntegerField()),
                    ("candidate", models.BigIntegerField(default=0)),
                    ("epoch", models.IntegerField(default=0)),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("unit_id", models.CharField(max_length=200)),
                    ("rows", models.BigIntegerField()),
                    ("good", models.BigIntegerField()),
                    ("counted", models.BigIntegerField()),
                    ("counted_sum", pilots.models.rollup.ExactNumeric()),
                    ("ok", models.BigIntegerField()),
                    ("abstained", models.BigIntegerField()),
                    ("escalated", models.BigIntegerField()),
                    ("refused", models.BigIntegerField()),
                    ("blocked", models.BigIntegerField()),
                    ("timeout", models.BigIntegerField()),
                    ("error", models.BigIntegerField()),
                    ("digest", pilots.models.rollup.ExactNumeric()),
                    ("first_at", models.DateTimeField()),
                    ("last_at", models.DateTimeField()),
                    ("was_first_at", models.DateTimeField(null=True)),
                    ("was_last_at", models.DateTimeField(null=True)),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("metric_id", "candidate", "epoch", "segment", "unit_id"),
                            name="rollupunit_once",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupWaiting",
                fields=[
                    ("measurement_id", models.BigIntegerField(primary_key=True, serialize=False)),
                    ("observed_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="pilots.pilot",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Route",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "channel",
                        models.CharField(
                            choices=[
                                ("mail", "Mail"),
                                ("slack", "Slack-compatible webhook"),
                                ("webhook", "Webhook"),
                            ],
                            max_length=7,
                        ),
                    ),
                    (
                        "address",
                        models.CharField(help_text="A mail address, or an http(s) address.", max_length=500),
                    ),
                    (
                        "kinds",
                        models.JSONField(
                            blank=True, default=list, help_text="Kinds it is told of; none named: all."
                        ),
                    ),
                    ("enabled", models.BooleanField(default=True)),
                    (
                        "salt",
                        models.CharField(
                            default=pilots.models.notification.new_salt, editable=False, max_length=32
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            blank=True,
                            help_text="Empty: of every pilot.",
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="routes",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("channel__in", ["mail", "slack", "webhook"])),
                            name="route_channel_known",
                        ),
                        models.UniqueConstraint(
                            fields=("pilot", "channel", "address"), name="route_once", nulls_distinct=False
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "channel",
                        models.CharField(
                            choices=[
                                ("mail", "Mail"),
                                ("slack", "Slack-compatible webhook"),
                                ("webhook", "Webhook"),
                            ],
                            max_length=7,
                        ),
                    ),
                    ("address", models.CharField(max_length=500)),
                    ("event_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "Waiting"),
                                ("sending", "Being sent"),
                                ("sent", "Sent"),
                                ("failed", "Given up"),
                            ],
                            default="waiting",
                            max_length=7,
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    (
                        "next_at",
                        models.DateTimeField(
                            help_text="When it is tried next; while it is sent, when another may take it over."
                        ),
                    ),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "answer",
                        models.CharField(
                            blank=True, help_text="What came back, or why it was not sent.", max_length=500
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "notice",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="deliveries",
                            to="pilots.notice",
                        ),
                    ),
                    (
                        "route",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="pilots.route",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("state__in", ["waiting", "sending"])),
                            fields=["next_at"],
                            name="delivery_due",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("notice", "channel", "address"), name="delivery_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["waiting", "sending", "sent", "failed"])),
                            name="delivery_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("sent_at__isnull", False), ("state", "sent")),
                                models.Q(
                                    models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            name="delivery_sent_at",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SavedView",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "place",
                        models.CharField(
                            default="board",
                            help_text="The board, or what a list of the admin is of: pilots.pilot.",
                            max_length=100,
                        ),
                    ),
                    ("name", models.CharField(max_length=60)),
                    (
                        "query",
                        models.CharField(help_text="What follows the ? in the address.", max_length=500),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="saved_views",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["name"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("person", "place", "name"), name="savedview_name_once_a_place"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Seal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("candidate", models.BigIntegerField(default=0, help_text="0 in the baseline.")),
                    ("segment", models.CharField(blank=True, max_length=100)),
                    ("rows", models.BigIntegerField()),
                    ("digest", pilots.models.rollup.ExactNumeric()),
                    (
                        "metric",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.metric"
                        ),
                    ),
                    (
                        "month",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="seals",
                            to="pilots.retiredmonth",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.pilot"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("month", "pilot", "metric", "candidate", "segment"), name="seal_once"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SecondSignature",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("seconded", "Seconded"),
                                ("declined", "Declined"),
                                ("withdrawn", "Withdrawn"),
                            ],
                            max_length=9,
                        ),
                    ),
                    ("reason", models.TextField(blank=True)),
                    ("at", models.DateTimeField()),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "decision",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="second_signature",
                            to="pilots.decision",
                        ),
                    ),
                    (
                        "first",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answer",
                            to="pilots.firstsignature",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["seconded", "declined", "withdrawn"])),
                            name="secondsignature_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decision__isnull", False), ("kind", "seconded")),
                                models.Q(
                                    models.Q(("kind", "seconded"), _negated=True), ("decision__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            name="secondsignature_decision_if_seconded",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "declined"), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="secondsignature_declined_says_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SignedMemo",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "data",
                        models.TextField(
                            help_text="Canonical JSON, byte for byte as hashed. People go by their pseudonyms in it."
                        ),
                    ),
                    (
                        "persons",
                        models.JSONField(
                            blank=True, db_default={}, default=dict, help_text="By pseudonym, who it is."
                        ),
                    ),
                    ("data_hash", models.CharField(help_text="SHA-256 of the data.", max_length=64)),
                    (
                        "pdf",
                        models.BinaryField(
                            blank=True,
                            help_text="Empty once somebody named in it was erased: it is made anew of the data then.",
                        ),
                    ),
                    (
                        "pdf_hash",
                        models.CharField(
                            help_text="SHA-256 of the PDF as it was made when it was signed.", max_length=64
                        ),
                    ),
                    ("made_at", models.DateTimeField()),
                    (
                        "decision",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="memo",
                            to="pilots.decision",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("data", ""), _negated=True), name="signedmemo_has_data"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Sitting",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "turn",
                        models.CharField(
                            choices=[
                                ("first", "First look"),
                                ("second", "Second check"),
                                ("anchor", "Anchor"),
                            ],
                            max_length=6,
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("open", "Being looked at"),
                                ("done", "Judged"),
                                ("skipped", "Left to somebody else"),
                                ("lapsed", "Let go"),
                            ],
                            default="open",
                            max_length=7,
                        ),
                    ),
                    ("opened_at", models.DateTimeField()),
                    ("seen_at", models.DateTimeField(help_text="Its last sign of life.")),
                    (
                        "expires_at",
                        models.DateTimeField(help_text="Without one until then, others may have it."),
                    ),
                    (
                        "claimed_seconds",
                        models.DecimalField(
                            decimal_places=2,
                            default=0,
                            help_text="What the timer of the page said last.",
                            max_digits=9,
                        ),
                    ),
                    (
                        "active_seconds",
                        models.DecimalField(
                            decimal_places=2, default=0, help_text="What of it can be true.", max_digits=9
                        ),
                    ),
                    (
                        "timed_by",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("script", "Counted while active"),
                                ("clock", "From opening to judging, at most the idle limit"),
                                ("person", "As the reviewer says"),
                            ],
                            max_length=6,
                        ),
                    ),
                    (
                        "wants_second",
                        models.BooleanField(default=False, help_text="Somebody else looks at it as well."),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sittings",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "result",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.result",
                        ),
                    ),
                    (
                        "review",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="sitting",
                            to="pilots.review",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["pilot", "person", "state"], name="sitting_of_person")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("turn__in", ["first", "second", "anchor"])),
                            name="sitting_turn_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("timed_by", ""),
                                ("timed_by__in", ["script", "clock", "person"]),
                                _connector="OR",
                            ),
                            name="sitting_timed_by_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("review__isnull", False), ("state", "done")),
                                models.Q(
                                    ("review__isnull", True), ("state__in", ["open", "skipped", "lapsed"])
                                ),
                                _connector="OR",
                            ),
                            name="sitting_done_has_review",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("active_seconds__gte", 0)),
                            name="sitting_seconds_not_negative",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "open")),
                            fields=("pilot", "person"),
                            name="sitting_one_open",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("state__in", ["open", "done"]), ("turn__in", ["first", "second"])
                            ),
                            fields=("pilot", "result", "turn"),
                            name="sitting_of_an_answer_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Source",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "name",
                        models.CharField(
                            blank=True, help_text="Empty for rows that name no source.", max_length=100
                        ),
                    ),
                    ("first_seen_at", models.DateTimeField()),
                    ("seen_at", models.DateTimeField()),
                    (
                        "newest_at",
                        models.DateTimeField(help_text="When its newest measurement was observed."),
                    ),
                    ("longest_gap", models.DurationField(blank=True, null=True)),
                    ("longest_gap_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "expected_hours",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="Silent after so many hours without a row. Empty: learned, twice the longest usual pause.",
                            max_digits=7,
                            null=True,
                            validators=[django.core.validators.MinValueValidator(0.05)],
                        ),
                    ),
                    ("silent_since", models.DateTimeField(blank=True, null=True)),
                    (
                        "metrics",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(),
                            default=list,
                            help_text="Ids of the metrics it has measured.",
                            size=None,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="sources",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "name"],
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "name"), name="source_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("expected_hours__isnull", True), ("expected_hours__gt", 0), _connector="OR"
                            ),
                            name="source_expected_positive",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SpanMapping",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "quantity",
                        models.CharField(
                            choices=[
                                ("none", "Nothing"),
                                ("duration", "Duration"),
                                ("first_token", "Time to first token"),
                                ("input_tokens", "Input tokens"),
                                ("output_tokens", "Output tokens"),
                                ("all_tokens", "Input and output tokens"),
                                ("cache_read_tokens", "Input tokens read from a cache"),
                                ("cache_write_tokens", "Input tokens written to a cache"),
                                ("reasoning_tokens", "Reasoning tokens"),
                                ("cost", "Cost (US dollars, as reported)"),
                                ("success", "Whether it succeeded (a rate)"),
                                ("failure", "Whether it failed (a rate)"),
                            ],
                            default="none",
                            max_length=20,
                        ),
                    ),
                    (
                        "factor",
                        models.DecimalField(
                            blank=True,
                            decimal_places=10,
                            help_text="What the reported number is multiplied by. Empty: by the metric's unit (ms, s, min, h, USD).",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "categories",
                        models.JSONField(
                            blank=True,
                            default=dict,
                            help_text='Numbers for scores in words, such as {"good": 1, "bad": 0}.',
                        ),
                    ),
                    (
                        "metric",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="span_mapping",
                            to="pilots.metric",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="span_mappings",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "number from traces",
                    "verbose_name_plural": "numbers from traces",
                    "ordering": ["pilot", "metric"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "quantity__in",
                                    [
                                        "none",
                                        "duration",
                                        "first_token",
                                        "input_tokens",
                                        "output_tokens",
                                        "all_tokens",
                                        "cache_read_tokens",
                                        "cache_write_tokens",
                                        "reasoning_tokens",
                                        "cost",
                                        "success",
                                        "failure",
                                    ],
                                )
                            ),
                            name="spanmapping_quantity_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("factor__isnull", True), ("factor__gt", 0), _connector="OR"),
                            name="spanmapping_factor_positive",
                            violation_error_message="Give a factor above zero, or leave it empty.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StopTrigger",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "margin",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="How much worse than before (or than the other arm) is tolerated. Shares from 0 to 1.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "relative",
                        models.BooleanField(
                            default=False,
                            help_text="The margin is a share of the level before: 0.1 for 10 % worse.",
                        ),
                    ),
                    (
                        "limit",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="Or the level that must not be passed.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "hard",
                        models.BooleanField(
                            default=False,
                            help_text="Stops at once, whatever else is proven: spend, critical incidents, data leaks. Only for totals.",
                        ),
                    ),
                    (
                        "response",
                        models.CharField(
                            choices=[
                                ("stop", "Stop: the model is taken out"),
                                ("fallback", "Fall back: the work goes on without the model"),
                                ("review", "Review: a person looks at every answer"),
                            ],
                            default="stop",
                            help_text="What is done at once. The pilot is flagged stop in each case, and a person decides.",
                            max_length=8,
                        ),
                    ),
                    (
                        "action",
                        models.CharField(
                            blank=True, help_text="What is done when it fires, and by whom.", max_length=200
                        ),
                    ),
                    (
                        "metric",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="stop_trigger",
                            to="pilots.metric",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("limit__isnull", True), ("margin__isnull", False)),
                                models.Q(
                                    ("limit__isnull", False), ("margin__isnull", True), ("relative", False)
                                ),
                                _connector="OR",
                            ),
                            name="stoptrigger_margin_or_limit",
                            violation_error_message="Give either a margin (how much worse) or a limit (a level); relative goes with a margin.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("margin__isnull", True), ("margin__gte", 0), _connector="OR"),
                            name="stoptrigger_margin_not_negative",
                            violation_error_message="Give the margin as a number of zero or more; the metric's direction says which way is worse.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("hard", False), ("limit__isnull", False), _connector="OR"),
                            name="stoptrigger_hard_has_a_limit",
                            violation_error_message="A hard trigger needs a limit.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("response__in", ["stop", "fallback", "review"])),
                            name="stoptrigger_response_known",
                        ),
                    ],
                },
            ),
            migrations.AddField(
                model_name="pilot",
                name="silent_failure_trigger",
                field=models.ForeignKey(
                    blank=True,
                    help_text="The stop trigger that would notice.",
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="pilots.stoptrigger",
                ),
            ),
            migrations.CreateModel(
                name="Token",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "prefix",
                        models.CharField(
                            help_text="The readable start, to tell tokens apart.", max_length=12, unique=True
                        ),
                    ),
                    ("secret_hash", models.CharField(editable=False, max_length=64, unique=True)),
                    ("name", models.CharField(max_length=120)),
                    (
                        "scopes",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("ingest", "Post measurements"),
                                    ("read", "Read pilots, verdicts and measurements"),
                                    ("evaluate", "Start evaluation runs"),
                                    ("admin", "Change pilots and catalogue"),
                                ],
                                max_length=10,
                            ),
                            size=None,
                        ),
                    ),
                    (
                        "all_pilots",
                        models.BooleanField(
                            default=False, help_text="Good for every pilot, also later ones."
                        ),
                    ),
                    ("created_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField(blank=True, null=True)),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                    ("last_used_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "created_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("pilots", models.ManyToManyField(blank=True, related_name="tokens", to="pilots.pilot")),
                ],
                options={
                    "ordering": ["-created_at"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("scopes__contained_by", ["ingest", "read", "evaluate", "admin"]),
                                ("scopes__len__gt", 0),
                            ),
                            name="token_scopes_known",
                        )
                    ],
                },
            ),
            migrations.AddField(
                model_name="review",
                name="token",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pilots.token",
                ),
            ),
            migrations.CreateModel(
                name="Incident",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("critical", "Critical incident"),
                                ("data_leak", "Data leak"),
                                ("kill_switch", "Kill switch"),
                            ],
                            max_length=12,
                        ),
                    ),
                    ("text", models.TextField(help_text="What happened, to whom, and what was done.")),
                    ("happened_at", models.DateTimeField()),
                    ("reported_at", models.DateTimeField()),
                    (
                        "reported_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "withdraws",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="withdrawn_by",
                            to="pilots.incident",
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="incidents",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "token",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="pilots.token",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-happened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["critical", "data_leak", "kill_switch"])),
                            name="incident_kind_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("text", ""), _negated=True),
                            name="incident_says_what_happened",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("reported_by__isnull", False), ("token__isnull", False), _connector="OR"
                            ),
                            name="incident_has_a_reporter",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="IdempotentAnswer",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.CharField(max_length=255)),
                    ("body_hash", models.CharField(max_length=64)),
                    ("status", models.PositiveSmallIntegerField()),
                    ("answer", models.JSONField()),
                    ("created_at", models.DateTimeField()),
                    (
                        "token",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pilots.token"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("token", "key"), name="idempotentanswer_once")
                    ],
                },
            ),
            migrations.AddField(
                model_name="failure",
                name="token",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pilots.token",
                ),
            ),
            migrations.AddField(
                model_name="event",
                name="token",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pilots.token",
                ),
            ),
            migrations.AddField(
                model_name="amendment",
                name="token",
                field=models.ForeignKey(
                    blank=True,
                    help_text="The token it was proposed with; who answers for the token is its proposer.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pilots.token",
                ),
            ),
            migrations.CreateModel(
                name="TrackedRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("run_id", models.CharField(max_length=32, unique=True)),
                    ("name", models.CharField(blank=True, max_length=250)),
                    (
                        "status",
                        models.CharField(
                            choices=[
                                ("RUNNING", "Running"),
                                ("SCHEDULED", "Scheduled"),
                                ("FINISHED", "Finished"),
                                ("FAILED", "Failed"),
                                ("KILLED", "Killed"),
                            ],
                            default="RUNNING",
                            max_length=9,
                        ),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "started_by",
                        models.CharField(blank=True, help_text="As the script says.", max_length=250),
                    ),
                    ("tags", models.JSONField(default=dict)),
                    ("params", models.JSONField(default=dict)),
                    (
                        "newest",
                        models.JSONField(default=dict, help_text="For each metric: value, time in ms, step."),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="tracked_runs",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "token",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.token"
                        ),
                    ),
                ],
                options={
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("status__in", ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
                            ),
                            name="trackedrun_status_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="TradeOff",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("area", models.CharField(max_length=120)),
                    ("gain", models.CharField(max_length=300, verbose_name="potential gain")),
                    ("hidden_cost", models.CharField(max_length=300)),
                    (
                        "control",
                        models.CharField(
                            blank=True, help_text="Fallback, audit, an explicit scope, …", max_length=300
                        ),
                    ),
                    ("owner", models.CharField(blank=True, max_length=120)),
                    (
                        "accepted_until",
                        models.DateField(
                            blank=True,
                            help_text="Without a control: until when the risk is accepted as it is.",
                            null=True,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="trade_offs",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("control", ""), _negated=True),
                                ("accepted_until__isnull", False),
                                _connector="OR",
                            ),
                            name="tradeoff_control_or_acceptance",
                            violation_error_message="Give a control, or the day until which the risk is accepted.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="UsabilityScore",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("score", models.PositiveSmallIntegerField()),
                    ("comment", models.TextField(blank=True)),
                    ("given_at", models.DateTimeField()),
                    (
                        "given_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="usability_scores",
                            to="pilots.pilot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "given_by", "-id"],
                    "indexes": [models.Index(fields=["pilot", "given_by", "-id"], name="usability_newest")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("score__gte", 1), ("score__lte", 5)),
                            name="usability_from_1_to_5",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Verdict",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "number",
                        models.PositiveIntegerField(help_text="Position in the pilot's chain, from 1."),
                    ),
                    ("as_of", models.DateTimeField()),
                    ("created_at", models.DateTimeField()),
                    (
                        "flag",
                        models.CharField(
                            choices=[
                                ("collecting", "Collecting"),
                                ("go", "Go"),
                                ("extend", "Extend"),
                                ("stop", "Stop"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("code", models.CharField(max_length=20)),
                    ("reason", models.TextField(help_text="The sentence on the board.")),
                    (
                        "evidence",
                        models.TextField(
                            help_text="The evidence record: canonical JSON, byte for byte as hashed."
                        ),
                    ),
                    (
                        "headline",
                        models.JSONField(
                            default=dict,
                            help_text="A few figures of it for lists of many pilots; nothing rests on them.",
                        ),
                    ),
                    ("evidence_hash", models.CharField(help_text="SHA-256 of the evidence.", max_length=64)),
                    (
                        "previous_hash",
                        models.CharField(
                            blank=True,
                            help_text="The evidence hash of the verdict before; empty for the first.",
                            max_length=64,
                        ),
                    ),
                    (
                        "input_digest",
                        models.CharField(
                            help_text="SHA-256 of plan and facts: the same inputs make no second record on the same day.",
                            max_length=64,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="verdicts",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="verdicts",
                            to="pilots.planversion",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-number"],
                    "get_latest_by": "number",
                    "constraints": [
                        models.UniqueConstraint(fields=("pilot", "number"), name="verdict_number_unique"),
                        models.CheckConstraint(
                            condition=models.Q(("flag__in", ["collecting", "go", "extend", "stop"])),
                            name="verdict_flag_known",
                        ),
                    ],
                },
            ),
            migrations.AddField(
                model_name="notice",
                name="verdict",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pilots.verdict",
                ),
            ),
            migrations.AddField(
                model_name="firstsignature",
                name="verdict",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pilots.verdict"
                ),
            ),
            migrations.AddField(
                model_name="decision",
                name="verdict",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="pilots.verdict"
                ),
            ),
            migrations.CreateModel(
                name="Weighing",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "act",
                        models.CharField(
                            choices=[
                                ("mark", "Mark as faulty"),
                                ("second", "Take out of the count"),
                                ("release", "Let count again"),
                            ],
                            db_default="mark",
                            default="mark",
                            max_length=7,
                        ),
                    ),
                    ("source", models.CharField(blank=True, max_length=100)),
                    ("starts_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    ("reason", models.TextField(blank=True)),
                    ("asked_at", models.DateTimeField()),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "Being weighed"), ("done", "Done"), ("refused", "Refused")],
                            default="waiting",
                            max_length=8,
                        ),
                    ),
                    (
                        "refusal",
                        models.TextField(blank=True, help_text="Why nothing was done, and what to do next."),
                    ),
                    (
                        "asked_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="weighings",
                            to="pilots.pilot",
                        ),
                    ),
                    (
                        "quarantine",
                        models.ForeignKey(
                            help_text="What it is about: of a mark, once it is made.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="weighings",
                            to="pilots.quarantine",
                        ),
                    ),
                ],
                options={
                    "ordering": ["pilot", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["waiting", "done", "refused"])),
                            name="weighing_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                            name="weighing_in_order",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("act__in", ["mark", "second", "release"])),
                            name="weighing_act_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "refused"), models.Q(("refusal", ""), _negated=True)),
                                models.Q(models.Q(("state", "refused"), _negated=True), ("refusal", "")),
                                _connector="OR",
                            ),
                            name="weighing_has_its_answer",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("quarantine__isnull", False),
                                    models.Q(
                                        models.Q(("act", "mark"), _negated=True),
                                        ("state", "done"),
                                        _connector="OR",
                                    ),
                                ),
                                models.Q(
                                    ("act", "mark"),
                                    ("quarantine__isnull", True),
                                    models.Q(("state", "done"), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="weighing_knows_what_it_is_about",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "waiting")),
                            fields=("pilot",),
                            name="weighing_one_at_a_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FaultyStretch",
                fields=[
                    (
                        "quarantine",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="stretch",
                            serialize=False,
                            to="pilots.quarantine",
                        ),
                    ),
                    ("source", models.CharField(blank=True, max_length=100)),
                    ("starts_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pilots.pilot"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="MailChoice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "muted",
                        models.JSONField(blank=True, default=list, help_text="Kinds she does not want."),
                    ),
                    (
                        "quiet_from",
                        models.PositiveSmallIntegerField(
                            blank=True, help_text="An hour of her day.", null=True
                        ),
                    ),
                    ("quiet_until", models.PositiveSmallIntegerField(blank=True, null=True)),
                    (
                        "zone",
                        models.CharField(
                            default="UTC",
                            help_text="The time zone of her day, such as Europe/Vienna.",
                            max_length=60,
                        ),
                    ),
                    (
                        "person",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="mail_choice",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                                models.Q(
                                    ("quiet_from__lt", 24),
                                    ("quiet_until__lt", 24),
                                    models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="mailchoice_quiet_hours",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RollupFrame",
                fields=[
                    (
                        "metric",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="pilots.metric",
                        ),
                    ),
                    ("signature", models.JSONField()),
                    ("built_at", models.DateTimeField()),
                    (
                        "pilot",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="pilots.pilot"
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Goal",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "margin",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="How much better than before (or than the other arm), at least. Shares from 0 to 1.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "relative",
                        models.BooleanField(
                            default=False,
                            help_text="The margin is a share of the level before: 0.2 for 20 % better.",
                        ),
                    ),
                    (
                        "target",
                        models.DecimalField(
                            blank=True,
                            decimal_places=6,
                            help_text="Or the level to reach, whatever it was before.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    (
                        "metric",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="goal",
                            to="pilots.metric",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("margin__isnull", False), ("target__isnull", True)),
                                models.Q(
                                    ("margin__isnull", True), ("relative", False), ("target__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="goal_margin_or_target",
                            violation_error_message="Give either a margin (how much better) or a target (the level to reach); relative goes with a margin.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("margin__isnull", True), ("margin__gte", 0), _connector="OR"),
                            name="goal_margin_not_negative",
                            violation_error_message="Give the margin as a number of zero or more; the metric's direction says which way is better.",
                        ),
                    ],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="quarantine",
                trigger=pgtrigger.compiler.Trigger(
                    name="quarantine_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'quarantine is append-only: record a new row that corrects it';",
                        hash="96f406f8ddb832689418cdb92ca845e86a8cfcc9",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_quarantine_append_only_ecfbd",
                        table="pilots_quarantine",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="quarantine",
                trigger=pgtrigger.compiler.Trigger(
                    name="quarantine_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'quarantine is append-only: record a new row that corrects it';",
                        hash="64722b59836261b7f353a3f211ca411f9b676f19",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_quarantine_no_truncate_de2ec",
                        table="pilots_quarantine",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="override",
                trigger=pgtrigger.compiler.Trigger(
                    name="override_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'override is append-only: record a new row that corrects it';",
                        hash="48bd9b0e64e9e7eba1c031d2862632f01af7491f",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_override_append_only_d6e47",
                        table="pilots_override",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="override",
                trigger=pgtrigger.compiler.Trigger(
                    name="override_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'override is append-only: record a new row that corrects it';",
                        hash="0ea02731e90a70816085474cd1edc3908c599365",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_override_no_truncate_04cf6",
                        table="pilots_override",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="memocomment",
                trigger=pgtrigger.compiler.Trigger(
                    name="memocomment_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'memocomment is append-only: record a new row that corrects it';",
                        hash="6b0652ca54f2f537cca3811c74f5f20045cb7da7",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_memocomment_append_only_f1dfd",
                        table="pilots_memocomment",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="memocomment",
                trigger=pgtrigger.compiler.Trigger(
                    name="memocomment_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'memocomment is append-only: record a new row that corrects it';",
                        hash="3f9f4c32b0c82e5eb08a9092d77353def019e0ff",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_memocomment_no_truncate_e327c",
                        table="pilots_memocomment",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="journalentry",
                trigger=pgtrigger.compiler.Trigger(
                    name="journalentry_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'journalentry is append-only: record a new row that corrects it';",
                        hash="02104e74e5e25537f0e7484e16521d1101e6e293",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_journalentry_append_only_59a92",
                        table="pilots_journalentry",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="journalentry",
                trigger=pgtrigger.compiler.Trigger(
                    name="journalentry_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'journalentry is append-only: record a new row that corrects it';",
                        hash="f8a86d6e5b0c4036ad01b1cf1891c6c2dd05114f",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_journalentry_no_truncate_4021f",
                        table="pilots_journalentry",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="charterversion",
                trigger=pgtrigger.compiler.Trigger(
                    name="charterversion_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'charterversion is append-only: record a new row that corrects it';",
                        hash="a46bdbafdd9d888af608818617b08d38b442f21e",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_charterversion_append_only_a3c09",
                        table="pilots_charterversion",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="charterversion",
                trigger=pgtrigger.compiler.Trigger(
                    name="charterversion_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'charterversion is append-only: record a new row that corrects it';",
                        hash="52ee22281260587892d6734133209335c55ae48d",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_charterversion_no_truncate_d49ab",
                        table="pilots_charterversion",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="baseline",
                trigger=pgtrigger.compiler.Trigger(
                    name="baseline_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'baseline is append-only: record a new row that corrects it';",
                        hash="df4ae1796e3c545193b0a783439a3bcbc89cf2fd",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_baseline_append_only_81eb1",
                        table="pilots_baseline",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="baseline",
                trigger=pgtrigger.compiler.Trigger(
                    name="baseline_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'baseline is append-only: record a new row that corrects it';",
                        hash="6c20fc7eb066ea04848a6ecbbdccd7728ed35265",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_baseline_no_truncate_291e5",
                        table="pilots_baseline",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="answer",
                trigger=pgtrigger.compiler.Trigger(
                    name="answer_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'answer is append-only: record a new row that corrects it';",
                        hash="a22ac546b5a9f668f6b58e578ebed020610434aa",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_answer_append_only_0cfcd",
                        table="pilots_answer",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="answer",
                trigger=pgtrigger.compiler.Trigger(
                    name="answer_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'answer is append-only: record a new row that corrects it';",
                        hash="8de0f074ca613054eb6880df791388acc74d7f44",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_answer_no_truncate_174ac",
                        table="pilots_answer",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="planversion",
                trigger=pgtrigger.compiler.Trigger(
                    name="planversion_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'planversion is append-only: record a new row that corrects it';",
                        hash="248da8caba844ce9e864a48729971960bf278450",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_planversion_append_only_6dd3d",
                        table="pilots_planversion",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="planversion",
                trigger=pgtrigger.compiler.Trigger(
                    name="planversion_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'planversion is append-only: record a new row that corrects it';",
                        hash="15cb03ce87d46ff940e31018c6b2ff30bcfc1364",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_planversion_no_truncate_ac3c6",
                        table="pilots_planversion",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="amendmentanswer",
                trigger=pgtrigger.compiler.Trigger(
                    name="amendmentanswer_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'amendmentanswer is append-only: record a new row that corrects it';",
                        hash="40588a8e50085fee22522ecd770261ba9b857e8d",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_amendmentanswer_append_only_b2f77",
                        table="pilots_amendmentanswer",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="amendmentanswer",
                trigger=pgtrigger.compiler.Trigger(
                    name="amendmentanswer_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'amendmentanswer is append-only: record a new row that corrects it';",
                        hash="4828e5e7a0a670e003807eaa9bbe0567b6af8d6b",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_amendmentanswer_no_truncate_8d0e6",
                        table="pilots_amendmentanswer",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="amendmentanswer",
                trigger=pgtrigger.compiler.Trigger(
                    name="amendmentanswer_second_person",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE asked pilots_amendment%ROWTYPE;",
                        func="\n                    SELECT * INTO asked FROM pilots_amendment WHERE id = NEW.amendment_id;\n                    IF NEW.kind = 'seconded' AND NEW.by_id = asked.proposed_by_id THEN\n                        RAISE EXCEPTION 'the second person must be another than who proposed the amendment';\n                    END IF;\n                    IF NEW.kind = 'applied' AND asked.needs_second THEN\n                        RAISE EXCEPTION 'this amendment loosens the plan: a second person must agree to it';\n                    END IF;\n                    RETURN NEW;\n                ",
                        hash="2d6c7706bb331b5c4b990745dbece11933de79c2",
                        operation="INSERT",
                        pgid="pgtrigger_amendmentanswer_second_person_73123",
                        table="pilots_amendmentanswer",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="proposal",
                trigger=pgtrigger.compiler.Trigger(
                    name="proposal_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'proposal is append-only: record a new row that corrects it';",
                        hash="5c53cc0ba86bc23a3f362ae683fa4672b87ab0e8",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_proposal_append_only_c8421",
                        table="pilots_proposal",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="proposal",
                trigger=pgtrigger.compiler.Trigger(
                    name="proposal_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'proposal is append-only: record a new row that corrects it';",
                        hash="e58751b98a6a58510130fcd75edd516a79188633",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_proposal_no_truncate_f02e1",
                        table="pilots_proposal",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="quarantineact",
                trigger=pgtrigger.compiler.Trigger(
                    name="quarantineact_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'quarantineact is append-only: record a new row that corrects it';",
                        hash="eae67d828dfa0f1cb469dde782856fcefebfa76d",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_quarantineact_append_only_b159b",
                        table="pilots_quarantineact",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="quarantineact",
                trigger=pgtrigger.compiler.Trigger(
                    name="quarantineact_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'quarantineact is append-only: record a new row that corrects it';",
                        hash="6d1fd73ec49568e5ca7a16ef09d1693d67b51dea",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_quarantineact_no_truncate_ae5ea",
                        table="pilots_quarantineact",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="quarantineact",
                trigger=pgtrigger.compiler.Trigger(
                    name="quarantineact_second_person",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE asked pilots_quarantine%ROWTYPE;",
                        func="\n                    SELECT * INTO asked FROM pilots_quarantine WHERE id = NEW.quarantine_id;\n                    IF NEW.kind = 'applied' AND asked.needs_second THEN\n                        RAISE EXCEPTION 'this quarantine changes a flag: a second person must agree to it';\n                    END IF;\n                    IF asked.needs_second AND NEW.kind IN ('seconded', 'released') AND NEW.by_id = asked.proposed_by_id THEN\n                        RAISE EXCEPTION 'the second person must be another than who proposed the quarantine';\n                    END IF;\n                    RETURN NEW;\n                ",
                        hash="8083f496a5d1f2379be57f9a5eedd98db79aa366",
                        operation="INSERT",
                        pgid="pgtrigger_quarantineact_second_person_406f8",
                        table="pilots_quarantineact",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="secondsignature",
                trigger=pgtrigger.compiler.Trigger(
                    name="secondsignature_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'secondsignature is append-only: record a new row that corrects it';",
                        hash="be3fd11f864a0278075ec48758e41af59ae606ae",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_secondsignature_append_only_bad1d",
                        table="pilots_secondsignature",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="secondsignature",
                trigger=pgtrigger.compiler.Trigger(
                    name="secondsignature_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'secondsignature is append-only: record a new row that corrects it';",
                        hash="974795857e3f3a1c6a6829f35cb38bd061a86471",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_secondsignature_no_truncate_5aa91",
                        table="pilots_secondsignature",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="secondsignature",
                trigger=pgtrigger.compiler.Trigger(
                    name="secondsignature_second_person",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE asked pilots_firstsignature%ROWTYPE;",
                        func="\n                    SELECT * INTO asked FROM pilots_firstsignature WHERE id = NEW.first_id;\n                    IF NEW.kind = 'seconded' AND NEW.by_id = asked.signed_by_id THEN\n                        RAISE EXCEPTION 'the second signer must be another than the first';\n                    END IF;\n                    RETURN NEW;\n                ",
                        hash="6107d8328738f1c74a5194f0ed80a0ab62c0517f",
                        operation="INSERT",
                        pgid="pgtrigger_secondsignature_second_person_82a35",
                        table="pilots_secondsignature",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="signedmemo",
                trigger=pgtrigger.compiler.Trigger(
                    name="signedmemo_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'signedmemo is append-only: record a new row that corrects it';",
                        hash="eb9822125d1e39a02356f88254c252565d5203b9",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_signedmemo_append_only_0bf45",
                        table="pilots_signedmemo",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="signedmemo",
                trigger=pgtrigger.compiler.Trigger(
                    name="signedmemo_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'signedmemo is append-only: record a new row that corrects it';",
                        hash="bd48d25fc8650a848f6e8da90af3694ff210bb4a",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_signedmemo_no_truncate_31cff",
                        table="pilots_signedmemo",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="pilot",
                trigger=pgtrigger.compiler.Trigger(
                    name="only_known_ways",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        declare="DECLARE _is_valid_transition BOOLEAN;",
                        func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:ready,ready:draft,draft:running,ready:running,running:paused,paused:running,running:decision_due,paused:decision_due,decision_due:running,running:decided,paused:decided,decision_due:decided,decided:running,decided:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                        hash="2eb70a865727b8bbebeaf563b63297a69a597fe5",
                        operation="UPDATE",
                        pgid="pgtrigger_only_known_ways_6fb24",
                        table="pilots_pilot",
                        when="BEFORE",
                    ),
                ),
            ),
            migrations.AddConstraint(
                model_name="review",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("reviewer__isnull", False), ("token__isnull", False), _connector="OR"
                    ),
                    name="review_has_a_sender",
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="review",
                trigger=pgtrigger.compiler.Trigger(
                    name="review_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'review is append-only: record a new row that corrects it';",
                        hash="9074944a29773af6484d2de5f36636b0fa281c1e",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_review_append_only_3e2c4",
                        table="pilots_review",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="review",
                trigger=pgtrigger.compiler.Trigger(
                    name="review_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'review is append-only: record a new row that corrects it';",
                        hash="398100d8ff568dae9481ca7e4e9cf49ea5753a4f",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_review_no_truncate_8f714",
                        table="pilots_review",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="incident",
                trigger=pgtrigger.compiler.Trigger(
                    name="incident_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'incident is append-only: record a new row that corrects it';",
                        hash="39f0326100c76e662242ff62c90d711fdbf3d67b",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_incident_append_only_e5e81",
                        table="pilots_incident",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="incident",
                trigger=pgtrigger.compiler.Trigger(
                    name="incident_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'incident is append-only: record a new row that corrects it';",
                        hash="bde14bd8b398f66f2060771da8600356125e1d14",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_incident_no_truncate_d6e33",
                        table="pilots_incident",
                        when="BEFORE",
                    ),
                ),
            ),
            migrations.AddConstraint(
                model_name="failure",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("reported_by__isnull", False), ("token__isnull", False), _connector="OR"
                    ),
                    name="failure_has_a_reporter",
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="event",
                trigger=pgtrigger.compiler.Trigger(
                    name="event_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'event is append-only: record a new row that corrects it';",
                        hash="369c873aa537bc6b55edcb7b54cfa54750ed9cb7",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_event_append_only_8364c",
                        table="pilots_event",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="event",
                trigger=pgtrigger.compiler.Trigger(
                    name="event_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'event is append-only: record a new row that corrects it';",
                        hash="29b3a5280af08115575e84ee839561d54d2e321c",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_event_no_truncate_a3599",
                        table="pilots_event",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="amendment",
                trigger=pgtrigger.compiler.Trigger(
                    name="amendment_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'amendment is append-only: record a new row that corrects it';",
                        hash="674fe103b7c7082eb345db59bc061fd8c49a9850",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_amendment_append_only_e90b6",
                        table="pilots_amendment",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="amendment",
                trigger=pgtrigger.compiler.Trigger(
                    name="amendment_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'amendment is append-only: record a new row that corrects it';",
                        hash="a1b381665a222a0cf886aa7dda7c90b50e3acde2",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_amendment_no_truncate_d47a2",
                        table="pilots_amendment",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="usabilityscore",
                trigger=pgtrigger.compiler.Trigger(
                    name="usabilityscore_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'usabilityscore is append-only: record a new row that corrects it';",
                        hash="ed8e91f359fc161c8fe067ca881dea1edf3c0cd3",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_usabilityscore_append_only_21885",
                        table="pilots_usabilityscore",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="usabilityscore",
                trigger=pgtrigger.compiler.Trigger(
                    name="usabilityscore_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'usabilityscore is append-only: record a new row that corrects it';",
                        hash="21f6dbdae7951b03ef172b99d9a5f5ab3f7f0ed7",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_usabilityscore_no_truncate_55819",
                        table="pilots_usabilityscore",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="verdict",
                trigger=pgtrigger.compiler.Trigger(
                    name="verdict_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'verdict is append-only: record a new row that corrects it';",
                        hash="d9847d12bb569c33b1f7a72538200b27766a9455",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_verdict_append_only_f9c74",
                        table="pilots_verdict",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="verdict",
                trigger=pgtrigger.compiler.Trigger(
                    name="verdict_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'verdict is append-only: record a new row that corrects it';",
                        hash="588f28556535080560506a39b8ed3af108d1a39c",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_verdict_no_truncate_0bd71",
                        table="pilots_verdict",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="firstsignature",
                trigger=pgtrigger.compiler.Trigger(
                    name="firstsignature_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'firstsignature is append-only: record a new row that corrects it';",
                        hash="b7956361a88fa33d5ed7437818f5797ede330dbe",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_firstsignature_append_only_37be8",
                        table="pilots_firstsignature",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="firstsignature",
                trigger=pgtrigger.compiler.Trigger(
                    name="firstsignature_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'firstsignature is append-only: record a new row that corrects it';",
                        hash="0aa8fbde8ddf57e19a6d881450c88c7cfd199edb",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_firstsignature_no_truncate_bb7aa",
                        table="pilots_firstsignature",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="decision",
                trigger=pgtrigger.compiler.Trigger(
                    name="decision_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'decision is append-only: record a new row that corrects it';",
                        hash="fe310530c286fd1a119898b892a50f0bacb9f380",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_decision_append_only_810ee",
                        table="pilots_decision",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="decision",
                trigger=pgtrigger.compiler.Trigger(
                    name="decision_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'decision is append-only: record a new row that corrects it';",
                        hash="6f59ffe790eb65142ab242e67d68b83f97d76b4a",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_decision_no_truncate_eeef4",
                        table="pilots_decision",
                        when="BEFORE",
                    ),
                ),
            ),
            migrations.SeparateDatabaseAndState(
                state_operations=[
                    migrations.AddIndex(
                        model_name="measurement",
                        index=models.Index(
                            fields=["pilot", "metric", "observed_at", "id"], name="measurement_series"
                        ),
                    ),
                    migrations.AddIndex(
                        model_name="measurement",
                        index=models.Index(
                            condition=models.Q(("outcome", "infra_error")),
                            fields=["pilot", "metric", "observed_at"],
                            name="measurement_infra_errors",
                        ),
                    ),
                    migrations.AddIndex(
                        model_name="measurement",
                        index=django.contrib.postgres.indexes.BrinIndex(
                            fields=["observed_at"], name="measurement_time"
                        ),
                    ),
                ],
            ),
            migrations.RunSQL(months.BY_MONTH),
            migrations.AddIndex(
                model_name="measurement",
                index=models.Index(
                    condition=models.Q(("context__judged_by", "model_judge")),
                    fields=["pilot", "metric", "candidate", "fingerprint", "provenance", "observed_at"],
                    name="measurement_judged_by_model",
                ),
            ),
            migrations.RunPython(groups.make_groups, migrations.RunPython.noop),
            migrations.RunPython(reviewers.may_label, migrations.RunPython.noop),
            *persons.Migration.operations,
            migrations.RunSQL(notes.FUNCTION),
        ]
    )
