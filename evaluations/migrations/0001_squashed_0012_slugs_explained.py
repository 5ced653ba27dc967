"""The tables as they are, made at once: what the migrations that it replaces come to on an empty database."""

from importlib import import_module

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import evaluations.models.catalogue
from config.migrating import at_once

texts = import_module("evaluations.migrations.0010_texts_are_kept_by_policy")


class Migration(migrations.Migration):
    replaces = [
        ("evaluations", "0001_initial"),
        ("evaluations", "0002_how_deployments_are_asked"),
        ("evaluations", "0003_expected_answers_of_any_shape"),
        ("evaluations", "0004_claims"),
        ("evaluations", "0005_suites_judges_imports"),
        ("evaluations", "0006_batches_attempts_prices"),
        ("evaluations", "0007_canaries_and_comparisons"),
        ("evaluations", "0008_calls_of_judges"),
        ("evaluations", "0009_price_of_an_image"),
        ("evaluations", "0010_texts_are_kept_by_policy"),
        ("evaluations", "0011_texts_of_runs_are_known"),
        ("evaluations", "0012_slugs_explained"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = at_once(
        [
            migrations.CreateModel(
                name="AIModel",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "slug",
                        models.SlugField(
                            help_text="Its short name in addresses and in the API: small letters, digits and hyphens.",
                            unique=True,
                        ),
                    ),
                    ("name", models.CharField(max_length=200)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("model", "Model"),
                                ("model_family", "Model family"),
                                ("service", "Service"),
                                ("tool", "Tool"),
                            ],
                            default="model",
                            max_length=12,
                        ),
                    ),
                    (
                        "modality",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("language", "Language"),
                                ("image", "Image"),
                                ("video", "Video"),
                                ("audio", "Audio"),
                                ("workflow", "Workflow"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "weights",
                        models.CharField(
                            choices=[
                                ("closed", "Closed: reached by API only"),
                                ("gated", "Gated: download after an agreement"),
                                ("open", "Open weights: free to download"),
                                ("unknown", "Not known: sources are missing or disagree"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "licence",
                        models.CharField(
                            blank=True,
                            help_text="SPDX name where there is one, else the licence's own title.",
                            max_length=200,
                        ),
                    ),
                    (
                        "commercial_use",
                        models.CharField(
                            choices=[
                                ("allowed", "Commercial use allowed"),
                                ("conditions", "Commercial use under conditions"),
                                ("forbidden", "Non-commercial only"),
                                ("unknown", "Not known"),
                            ],
                            default="unknown",
                            help_text="What the licence says of use in a product, for you to check.",
                            max_length=10,
                        ),
                    ),
                    (
                        "training_data",
                        models.CharField(
                            blank=True,
                            help_text="What the maker discloses of the training data.",
                            max_length=200,
                        ),
                    ),
                    (
                        "to_check",
                        models.TextField(
                            blank=True,
                            help_text="What a person should verify, one point a line.",
                            verbose_name="to check",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "AI model",
                    "ordering": ["name"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("weights__in", ["closed", "gated", "open", "unknown"])),
                            name="aimodel_weights_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("commercial_use__in", ["allowed", "conditions", "forbidden", "unknown"])
                            ),
                            name="aimodel_use_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["model", "model_family", "service", "tool"])),
                            name="aimodel_kind_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Batch",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField(help_text="From 1, in the order of the cases.")),
                    ("first_case", models.BigIntegerField(help_text="Primary key of its first case.")),
                    ("last_case", models.BigIntegerField(help_text="Primary key of its last case.")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "Waiting"),
                                ("working", "Being worked on"),
                                ("done", "Done"),
                                ("dropped", "Dropped: the run ended first"),
                            ],
                            default="waiting",
                            max_length=10,
                        ),
                    ),
                    (
                        "claim",
                        models.UUIDField(
                            blank=True, help_text="Names the worker that works on it.", null=True
                        ),
                    ),
                    ("claimed_at", models.DateTimeField(blank=True, null=True)),
                    ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "offered_at",
                        models.DateTimeField(
                            blank=True, help_text="When it was last offered to the workers.", null=True
                        ),
                    ),
                    (
                        "not_before",
                        models.DateTimeField(
                            blank=True,
                            help_text="Not to be taken earlier: the host could not be reached.",
                            null=True,
                        ),
                    ),
                    (
                        "stalls",
                        models.PositiveSmallIntegerField(
                            default=0,
                            help_text="How often its worker died, in a row, without a single result in between.",
                        ),
                    ),
                    (
                        "rounds",
                        models.PositiveSmallIntegerField(
                            default=0,
                            help_text="How often it was asked again because of faults that are ours.",
                        ),
                    ),
                    (
                        "trouble",
                        models.TextField(blank=True, help_text="What the last worker that broke off said."),
                    ),
                ],
                options={
                    "verbose_name_plural": "batches",
                    "ordering": ["run", "number"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["waiting", "working", "done", "dropped"])),
                            name="batch_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("claim__isnull", False),
                                    ("claimed_at__isnull", False),
                                    ("heartbeat_at__isnull", False),
                                    ("state", "working"),
                                ),
                                models.Q(
                                    models.Q(("state", "working"), _negated=True), ("claim__isnull", True)
                                ),
                                _connector="OR",
                            ),
                            name="batch_claimed_while_working",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Case",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.CharField(max_length=200)),
                    ("input", models.TextField()),
                    (
                        "expected",
                        models.JSONField(
                            blank=True,
                            default=str,
                            help_text="A text, a list of texts of which any will do, or an object of fields.",
                        ),
                    ),
                    (
                        "scenario",
                        models.CharField(
                            blank=True,
                            help_text="Which kind of situation: plain, partial data, ambiguous user, …",
                            max_length=100,
                        ),
                    ),
                    (
                        "tags",
                        models.JSONField(
                            blank=True,
                            default=list,
                            help_text="Further situations, and whatever tells cases apart.",
                        ),
                    ),
                    (
                        "unit_id",
                        models.CharField(
                            blank=True,
                            help_text="The item of work it is about, where several cases are about one.",
                            max_length=200,
                        ),
                    ),
                    (
                        "messages",
                        models.JSONField(
                            blank=True,
                            default=list,
                            help_text="The whole conversation, where there is more than one question.",
                        ),
                    ),
                    (
                        "variables",
                        models.JSONField(
                            blank=True, default=dict, help_text="What prompts may use beside {{ input }}."
                        ),
                    ),
                    (
                        "must_abstain",
                        models.BooleanField(
                            default=False, help_text="The right answer is to say so when it does not know."
                        ),
                    ),
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
                ],
                options={
                    "ordering": ["version", "key"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("provenance__in", ["real", "replayed", "synthetic", "demo"])),
                            name="case_provenance_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Prompt",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "slug",
                        models.SlugField(
                            help_text="Its short name in runs and in the API. Versions of one prompt share it."
                        ),
                    ),
                    ("version", models.PositiveIntegerField(default=1)),
                    ("system", models.TextField(blank=True)),
                    (
                        "user",
                        models.TextField(
                            default="{{ input }}", help_text="{{ input }} stands for the case's text."
                        ),
                    ),
                    (
                        "examples",
                        models.JSONField(
                            blank=True,
                            default=list,
                            help_text='Shown before the question: [{"input": "…", "answer": "…"}].',
                        ),
                    ),
                    (
                        "output_schema",
                        models.JSONField(
                            blank=True, help_text="JSON Schema the answer must follow.", null=True
                        ),
                    ),
                    ("max_tokens", models.PositiveIntegerField(default=64)),
                    ("content_hash", models.CharField(editable=False, max_length=64)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    "ordering": ["suite", "slug", "-version"],
                },
            ),
            migrations.CreateModel(
                name="Suite",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "slug",
                        models.SlugField(
                            help_text="Its short name in addresses and in the API: small letters, digits and hyphens.",
                            unique=True,
                        ),
                    ),
                    ("name", models.CharField(max_length=200)),
                    ("description", models.TextField(blank=True)),
                    (
                        "scorer",
                        models.CharField(
                            help_text="How an answer is held against the expected one: exact, normalised, label_in_set, …",
                            max_length=40,
                        ),
                    ),
                    ("scorer_options", models.JSONField(blank=True, default=dict)),
                    (
                        "adverse",
                        models.BooleanField(
                            default=False,
                            help_text="Its cases try to make the model fail: hostile, broken and misleading input.",
                        ),
                    ),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    "ordering": ["slug"],
                },
            ),
            migrations.CreateModel(
                name="Vendor",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "slug",
                        models.SlugField(
                            help_text="Its short name in addresses and in the API: small letters, digits and hyphens.",
                            unique=True,
                        ),
                    ),
                    ("name", models.CharField(max_length=200)),
                    ("website", models.URLField(blank=True)),
                ],
                options={
                    "ordering": ["name"],
                },
            ),
            migrations.CreateModel(
                name="Claim",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("field", models.CharField(max_length=60)),
                    ("value", models.JSONField()),
                    ("unit", models.CharField(blank=True, max_length=40)),
                    (
                        "scope",
                        models.CharField(
                            blank=True,
                            help_text="The version, model id or host/model id it is said of; empty: all.",
                            max_length=200,
                        ),
                    ),
                    (
                        "statement",
                        models.TextField(blank=True, help_text="What the source says, in its words."),
                    ),
                    ("created_at", models.DateTimeField()),
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
                    (
                        "model",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="claims",
                            to="evaluations.aimodel",
                        ),
                    ),
                ],
                options={
                    "ordering": ["field", "scope", "id"],
                },
            ),
            migrations.CreateModel(
                name="Choice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("reason", models.TextField()),
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
                        "claim",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="choices",
                            to="evaluations.claim",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True), name="choice_says_why"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Correction",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("field", models.CharField(max_length=60)),
                    ("scope", models.CharField(blank=True, max_length=200)),
                    ("value", models.JSONField()),
                    (
                        "where",
                        models.CharField(
                            help_text="Where you read it: an address or a document.", max_length=500
                        ),
                    ),
                    ("reason", models.TextField()),
                    ("proposed_at", models.DateTimeField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("open", "Waits for a curator"),
                                ("accepted", "Accepted"),
                                ("declined", "Declined"),
                            ],
                            default="open",
                            max_length=10,
                        ),
                    ),
                    ("answered_at", models.DateTimeField(blank=True, null=True)),
                    ("answer", models.TextField(blank=True)),
                    (
                        "answered_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "model",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="corrections",
                            to="evaluations.aimodel",
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
                    "ordering": ["-proposed_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["open", "accepted", "declined"])),
                            name="correction_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("answered_at__isnull", True),
                                    ("answered_by__isnull", True),
                                    ("state", "open"),
                                ),
                                models.Q(
                                    models.Q(("state", "open"), _negated=True),
                                    ("answered_at__isnull", False),
                                    ("answered_by__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="correction_answered_at_and_by",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Deployment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "slug",
                        models.SlugField(
                            help_text="Its short name in addresses and in the API: small letters, digits and hyphens.",
                            unique=True,
                        ),
                    ),
                    (
                        "protocol",
                        models.CharField(
                            choices=[
                                ("openai", "OpenAI-compatible (vLLM, Ollama, llama.cpp, gateways, …)"),
                                ("azure", "Azure OpenAI (path of the deployment, api-version, api-key)"),
                                ("anthropic", "Anthropic"),
                                ("null", "Null endpoint (calibration: answers at once)"),
                            ],
                            default="openai",
                            max_length=20,
                        ),
                    ),
                    (
                        "base_url",
                        models.CharField(
                            blank=True,
                            help_text="For example http://gpu-1:8000/v1. The host must be on the administrator's list of allowed hosts. Empty, with an OpenAI-compatible protocol: the local model of this instance.",
                            max_length=300,
                            validators=[evaluations.models.catalogue.plain_http_url],
                            verbose_name="base URL",
                        ),
                    ),
                    (
                        "served_model",
                        models.CharField(
                            help_text="The id sent with each call, for example gpt-4o-mini-2024-07-18.",
                            max_length=200,
                            verbose_name="model id",
                        ),
                    ),
                    (
                        "credential",
                        models.CharField(
                            blank=True,
                            help_text="Name of the environment variable that holds the key. Never the key itself.",
                            max_length=100,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^[A-Z][A-Z0-9_]*$",
                                    "Give the name of an environment variable, such as OPENAI_API_KEY, not the secret itself.",
                                )
                            ],
                        ),
                    ),
                    (
                        "temperature",
                        models.FloatField(
                            blank=True,
                            default=0.0,
                            help_text="0 for answers that vary least. Leave empty for models that refuse the setting.",
                            null=True,
                        ),
                    ),
                    (
                        "seed",
                        models.PositiveIntegerField(
                            blank=True,
                            help_text="Sent with each call where given; not every host knows it.",
                            null=True,
                        ),
                    ),
                    (
                        "timeout_s",
                        models.PositiveSmallIntegerField(
                            default=60,
                            help_text="Seconds for a whole answer. What takes longer counts as timed out.",
                            verbose_name="time limit",
                        ),
                    ),
                    (
                        "concurrency",
                        models.PositiveSmallIntegerField(
                            default=4,
                            help_text="Questions asked at the same time, by all workers and runs together. More than the host can serve lengthens latency.",
                        ),
                    ),
                    (
                        "requests_per_minute",
                        models.PositiveIntegerField(
                            blank=True,
                            help_text="The host's own limit, kept by all workers together. Empty: none is known.",
                            null=True,
                            validators=[django.core.validators.MinValueValidator(1)],
                        ),
                    ),
                    (
                        "streams",
                        models.BooleanField(
                            default=False,
                            help_text="Ask for the answer piece by piece: the time to its first piece is then measured too.",
                            verbose_name="streamed",
                        ),
                    ),
                    (
                        "api_version",
                        models.CharField(
                            blank=True,
                            help_text="Azure's api-version, for example 2024-10-21. Others need none.",
                            max_length=40,
                            verbose_name="API version",
                        ),
                    ),
                    (
                        "limit_field",
                        models.CharField(
                            choices=[
                                ("max_tokens", "max_tokens"),
                                ("max_completion_tokens", "max_completion_tokens"),
                            ],
                            default="max_tokens",
                            help_text="OpenAI's own reasoning models want max_completion_tokens.",
                            max_length=30,
                            verbose_name="name of the token limit",
                        ),
                    ),
                    (
                        "retires_on",
                        models.DateField(
                            blank=True, help_text="The day the host switches it off, if announced.", null=True
                        ),
                    ),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
                    (
                        "model",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="deployments",
                            to="evaluations.aimodel",
                        ),
                    ),
                    (
                        "host",
                        models.ForeignKey(
                            help_text="Who runs it: the vendor, a cloud, or you.",
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="hosted",
                            to="evaluations.vendor",
                        ),
                    ),
                ],
                options={
                    "ordering": ["slug"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("credential", ""),
                                ("credential__regex", "^[A-Z][A-Z0-9_]*$"),
                                _connector="OR",
                            ),
                            name="deployment_credential_is_a_name",
                            violation_error_message="Give the name of an environment variable, never the key itself.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("protocol__in", ["openai", "azure", "anthropic", "null"])),
                            name="deployment_protocol_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("base_url", ""), ("protocol", "anthropic"), _negated=True),
                            name="deployment_anthropic_has_base_url",
                            violation_error_message="Give the base URL, for example https://api.anthropic.com.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("protocol", "azure"), _negated=True),
                                models.Q(
                                    ("base_url", ""), ("api_version", ""), _connector="OR", _negated=True
                                ),
                                _connector="OR",
                            ),
                            name="deployment_azure_has_address",
                            violation_error_message="Azure needs the base URL, for example https://NAME.openai.azure.com, and an API version.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("concurrency__gte", 1), ("timeout_s__gte", 1)),
                            name="deployment_limits_positive",
                            violation_error_message="Time limit and concurrency must be at least 1.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("temperature__isnull", True),
                                models.Q(("temperature__gte", 0), ("temperature__lte", 2)),
                                _connector="OR",
                            ),
                            name="deployment_temperature_in_range",
                            violation_error_message="The temperature lies between 0 and 2.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("limit_field__in", ["max_tokens", "max_completion_tokens"])),
                            name="deployment_limit_field_known",
                        ),
                    ],
                },
            ),
            migrations.AddField(
                model_name="claim",
                name="deployment",
                field=models.ForeignKey(
                    blank=True,
                    help_text="Where it is said of one host's deployment only.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="claims",
                    to="evaluations.deployment",
                ),
            ),
            migrations.CreateModel(
                name="Calibration",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("measured_at", models.DateTimeField()),
                    (
                        "seconds",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.FloatField(), help_text="One figure a call.", size=None
                        ),
                    ),
                    (
                        "batch",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="calibrations",
                            to="evaluations.batch",
                        ),
                    ),
                    (
                        "deployment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.deployment",
                        ),
                    ),
                ],
                options={
                    "ordering": ["batch", "deployment", "measured_at"],
                },
            ),
            migrations.CreateModel(
                name="FineTune",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("data_set", models.CharField(help_text="Its name and version.", max_length=200)),
                    (
                        "label_source",
                        models.CharField(help_text="Who or what gave the labels.", max_length=200),
                    ),
                    (
                        "examples",
                        models.PositiveIntegerField(help_text="Labelled examples it was trained on."),
                    ),
                    (
                        "cost",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="Of training and labelling, once.",
                            max_digits=12,
                            null=True,
                        ),
                    ),
                    ("currency", models.CharField(default="EUR", max_length=3)),
                    ("trained_on", models.DateField(blank=True, null=True)),
                    (
                        "base",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="fine_tunes",
                            to="evaluations.aimodel",
                        ),
                    ),
                    (
                        "model",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="fine_tune",
                            to="evaluations.aimodel",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("model", models.F("base")), _negated=True),
                            name="finetune_base_is_another",
                            violation_error_message="A fine-tune has another model as its base.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("examples__gte", 1)), name="finetune_has_examples"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Price",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "valid_from",
                        models.DateField(help_text="The first day, in UTC, on which calls cost this."),
                    ),
                    (
                        "currency",
                        models.CharField(
                            max_length=3,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^[A-Z]{3}$", "Give the three letters of the currency, such as EUR."
                                )
                            ],
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            help_text="Where it is written: contract, invoice, address of the price list.",
                            max_length=300,
                        ),
                    ),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    (
                        "deployment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="prices",
                            to="evaluations.deployment",
                        ),
                    ),
                ],
                options={
                    "ordering": ["deployment", "-valid_from"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("deployment", "valid_from"),
                            name="price_one_a_day",
                            violation_error_message="This deployment has a price from that day already. Change that one.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="price_currency_code"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriceComponent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "unit",
                        models.CharField(
                            choices=[
                                ("input_tokens", "Million input tokens"),
                                ("cached_tokens", "Million input tokens read from a cache"),
                                ("cache_write_tokens", "Million input tokens written to a cache"),
                                ("output_tokens", "Million output tokens"),
                                (
                                    "reasoning_tokens",
                                    "Million reasoning tokens, where they cost something else than output",
                                ),
                                ("request", "Request"),
                                ("million_characters", "Million characters, question and answer"),
                                ("image", "Image made; a call whose host does not say how many is unpriced"),
                                ("second", "Second of a call"),
                                ("hour", "Hour of a machine (GPU)"),
                                ("seat_month", "Seat and month"),
                                ("month", "Month, fixed"),
                            ],
                            max_length=20,
                        ),
                    ),
                    ("amount", models.DecimalField(decimal_places=8, max_digits=20)),
                    (
                        "shared_by",
                        models.DecimalField(
                            blank=True,
                            decimal_places=2,
                            help_text="Hour: calls the machine works on at a time (1 if empty). Seat and month: calls in a month, which share the price; needed there.",
                            max_digits=14,
                            null=True,
                        ),
                    ),
                    (
                        "price",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="components",
                            to="evaluations.price",
                        ),
                    ),
                ],
                options={
                    "ordering": ["price", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("price", "unit"), name="pricecomponent_unit_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "unit__in",
                                    [
                                        "input_tokens",
                                        "cached_tokens",
                                        "cache_write_tokens",
                                        "output_tokens",
                                        "reasoning_tokens",
                                        "request",
                                        "million_characters",
                                        "image",
                                        "second",
                                        "hour",
                                        "seat_month",
                                        "month",
                                    ],
                                )
                            ),
                            name="pricecomponent_unit_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gte", 0)),
                            name="pricecomponent_amount_not_negative",
                            violation_error_message="A price is 0 or more.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("shared_by__isnull", True), ("shared_by__gt", 0), _connector="OR"
                            ),
                            name="pricecomponent_shared_by_positive",
                            violation_error_message="At least one call has to share it.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("unit__in", ["seat_month", "month"]), _negated=True),
                                ("shared_by__isnull", False),
                                _connector="OR",
                            ),
                            name="pricecomponent_month_is_spread",
                            violation_error_message="Say how many calls in a month share this price.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriceSnapshot",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("content_hash", models.CharField(max_length=64, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("contract", "Price entered here"),
                                ("published", "Published list price"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("source", models.CharField(max_length=300)),
                    (
                        "as_of",
                        models.DateField(
                            help_text="Entered here: its first day. Published: the day it was looked up for."
                        ),
                    ),
                    ("currency", models.CharField(max_length=3)),
                    ("components", models.JSONField(help_text="The parts, as they were.")),
                    ("taken_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["contract", "published"])),
                            name="pricesnapshot_kind_known",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Result",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("repeat", models.PositiveSmallIntegerField(default=0)),
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
                            max_length=12,
                        ),
                    ),
                    (
                        "answer",
                        models.TextField(
                            blank=True, help_text="Empty where its hash alone is kept, or none came."
                        ),
                    ),
                    (
                        "answer_hash",
                        models.CharField(
                            blank=True,
                            db_default="",
                            default="",
                            help_text="SHA-256 of the answer as it came, its white space made single. Stays when the text goes.",
                            max_length=64,
                        ),
                    ),
                    (
                        "score",
                        models.FloatField(
                            blank=True, help_text="0 to 1; empty only for our own errors.", null=True
                        ),
                    ),
                    ("passed", models.BooleanField(default=False)),
                    ("detail", models.TextField(blank=True)),
                    (
                        "judged_by",
                        models.CharField(
                            choices=[("check", "Check"), ("model", "Model judge")],
                            default="check",
                            max_length=5,
                        ),
                    ),
                    (
                        "judgements",
                        models.JSONField(
                            blank=True,
                            default=list,
                            help_text="Each verdict of a model judge: deployment, model, prompt hash, reason.",
                        ),
                    ),
                    (
                        "violations",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            help_text="Broken clauses of the contract; empty where none was held against it.",
                            null=True,
                        ),
                    ),
                    (
                        "model_returned",
                        models.CharField(
                            blank=True, help_text="The model id as the host returned it.", max_length=200
                        ),
                    ),
                    ("input_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("output_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    (
                        "latency_s",
                        models.FloatField(blank=True, help_text="Seconds around the raw call.", null=True),
                    ),
                    (
                        "first_token_s",
                        models.FloatField(
                            blank=True,
                            help_text="Seconds to the first piece of a streamed answer.",
                            null=True,
                        ),
                    ),
                    ("cached_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("cache_write_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("reasoning_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=1)),
                    (
                        "cost",
                        models.DecimalField(
                            blank=True,
                            decimal_places=10,
                            help_text="Of all its attempts. Empty: unpriced, which is not 0.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    ("currency", models.CharField(blank=True, max_length=3)),
                    ("asked_at", models.DateTimeField()),
                    (
                        "case",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.case",
                        ),
                    ),
                    (
                        "price",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.pricesnapshot",
                        ),
                    ),
                ],
                options={
                    "ordering": ["target", "case", "repeat"],
                    "constraints": [
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
                            name="result_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("outcome", "infra_error"), ("score__isnull", True)),
                                models.Q(
                                    models.Q(("outcome", "infra_error"), _negated=True),
                                    ("score__gte", 0),
                                    ("score__lte", 1),
                                ),
                                _connector="OR",
                            ),
                            name="result_scored_unless_ours",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("judged_by__in", ["check", "model"])),
                            name="result_judge_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("cost__isnull", True),
                                models.Q(("cost__gte", 0), models.Q(("currency", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="result_cost_has_currency",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Label",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("passed", models.BooleanField()),
                    ("note", models.TextField(blank=True)),
                    ("labelled_at", models.DateTimeField()),
                    (
                        "labelled_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "result",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="labels",
                            to="evaluations.result",
                        ),
                    ),
                ],
                options={
                    "ordering": ["result", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("result", "labelled_by"), name="label_once_a_person")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Run",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("repeats", models.PositiveSmallIntegerField(default=1)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("queued", "Queued"),
                                ("running", "Running"),
                                ("done", "Done"),
                                ("failed", "Failed"),
                                ("cancelled", "Cancelled"),
                            ],
                            default="queued",
                            max_length=10,
                        ),
                    ),
                    ("planned_results", models.PositiveIntegerField(help_text="Cases × targets × repeats.")),
                    ("created_at", models.DateTimeField()),
                    (
                        "started_at",
                        models.DateTimeField(
                            blank=True, help_text="When a worker first took a part of it.", null=True
                        ),
                    ),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "failure",
                        models.TextField(
                            blank=True, help_text="Why it ended without all results, in words for the owner."
                        ),
                    ),
                    (
                        "fingerprint",
                        models.CharField(
                            blank=True,
                            help_text="Covers all that shapes its answers: equal ones may be compared.",
                            max_length=64,
                        ),
                    ),
                    (
                        "spend_limit",
                        models.DecimalField(
                            blank=True,
                            decimal_places=4,
                            help_text="Nothing more is asked once its calls cost this much.",
                            max_digits=14,
                            null=True,
                        ),
                    ),
                    ("spend_currency", models.CharField(blank=True, max_length=3)),
                    (
                        "texts",
                        models.CharField(
                            choices=[
                                ("as_is", "As they come"),
                                ("redacted", "Without what looks like personal data"),
                                ("hash", "Their hashes alone"),
                            ],
                            db_default="as_is",
                            default="as_is",
                            help_text="What is stored of its answers: settled when it is planned.",
                            max_length=8,
                        ),
                    ),
                    (
                        "time_limit_s",
                        models.PositiveIntegerField(
                            blank=True,
                            help_text="Nothing more is asked this many seconds after its start.",
                            null=True,
                        ),
                    ),
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
                ],
                options={
                    "ordering": ["-created_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["queued", "running", "done", "failed", "cancelled"])
                            ),
                            name="run_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("texts__in", ["as_is", "redacted", "hash"])),
                            name="run_texts_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("started_at__isnull", False),
                                _connector="OR",
                            ),
                            name="run_running_has_start",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("spend_currency", ""), ("spend_limit__isnull", True)),
                                models.Q(("spend_limit__gt", 0), ("spend_currency__regex", "^[A-Z]{3}$")),
                                _connector="OR",
                            ),
                            name="run_spend_limit_has_currency",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("finished_at__isnull", False),
                                    ("state__in", ["done", "failed", "cancelled"]),
                                ),
                                models.Q(("finished_at__isnull", True), ("state__in", ["queued", "running"])),
                                _connector="OR",
                            ),
                            name="run_finished_has_time",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ImportedRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("tool", models.CharField(max_length=40)),
                    ("tool_version", models.CharField(blank=True, max_length=40)),
                    ("file_name", models.CharField(blank=True, max_length=255)),
                    ("file_hash", models.CharField(help_text="SHA-256 of the file.", max_length=64)),
                    ("task", models.CharField(blank=True, max_length=200)),
                    (
                        "model",
                        models.CharField(
                            blank=True, help_text="The model as the file names it.", max_length=200
                        ),
                    ),
                    (
                        "figures",
                        models.JSONField(
                            default=list,
                            help_text="The tool's own figures: name, value and how many it counted.",
                        ),
                    ),
                    ("notes", models.JSONField(blank=True, default=list)),
                    (
                        "run",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="imported",
                            to="evaluations.run",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("file_hash", "task"), name="imported_file_once")
                    ],
                },
            ),
            migrations.AddField(
                model_name="batch",
                name="run",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="evaluations.run"
                ),
            ),
            migrations.CreateModel(
                name="RunTarget",
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
                            help_text="The caller's own name for it, such as a candidate's slug."
                        ),
                    ),
                    (
                        "plan",
                        models.JSONField(
                            default=dict,
                            help_text="Everything the fingerprint covers, as it was when the run was planned.",
                        ),
                    ),
                    ("fingerprint", models.CharField(max_length=64)),
                    (
                        "deployment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.deployment",
                        ),
                    ),
                    (
                        "prompt",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.prompt",
                        ),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="targets",
                            to="evaluations.run",
                        ),
                    ),
                ],
                options={
                    "ordering": ["run", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("run", "key"), name="runtarget_key_unique")
                    ],
                },
            ),
            migrations.AddField(
                model_name="result",
                name="target",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="results",
                    to="evaluations.runtarget",
                ),
            ),
            migrations.CreateModel(
                name="ComparisonWaiver",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("differences", models.JSONField()),
                    ("reason", models.TextField()),
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
                        "left",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.runtarget",
                        ),
                    ),
                    (
                        "right",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.runtarget",
                        ),
                    ),
                ],
                options={
                    "ordering": ["-at"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="comparisonwaiver_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("left", models.F("right")), _negated=True),
                            name="comparisonwaiver_of_two",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CanaryLook",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("fingerprint", models.CharField(max_length=64)),
                    ("series", models.PositiveIntegerField(default=1)),
                    ("number", models.PositiveIntegerField()),
                    ("cases", models.PositiveIntegerField(help_text="Cases with an answer tonight.")),
                    (
                        "noise",
                        models.FloatField(
                            help_text="Share of pairs of repeats within one run that differ.", null=True
                        ),
                    ),
                    (
                        "differing",
                        models.FloatField(
                            help_text="Share of pairs (tonight, earlier) that differ.", null=True
                        ),
                    ),
                    ("p", models.FloatField(default=1.0)),
                    (
                        "log_running",
                        models.FloatField(
                            help_text="State of the test; empty before the first comparison.", null=True
                        ),
                    ),
                    ("log_evidence", models.FloatField(default=0.0)),
                    (
                        "names",
                        models.JSONField(default=list, help_text="What the host called the model tonight."),
                    ),
                    ("alarm", models.BooleanField(default=False)),
                    ("sentence", models.TextField()),
                    ("looked_at", models.DateTimeField()),
                    (
                        "deployment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="canary_looks",
                            to="evaluations.deployment",
                        ),
                    ),
                    (
                        "target",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="canary_look",
                            to="evaluations.runtarget",
                        ),
                    ),
                ],
                options={
                    "ordering": ["deployment", "fingerprint", "series", "number"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("deployment", "fingerprint", "series", "number"),
                            name="canarylook_number_unique",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gte", 1), ("series__gte", 1)),
                            name="canarylook_counted_from_one",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Attempt",
                fields=[
                    (
                        "id",
                        models.UUIDField(
                            help_text="Made with the call, so that it is stored once.",
                            primary_key=True,
                            serialize=False,
                        ),
                    ),
                    ("repeat", models.PositiveSmallIntegerField()),
                    ("started_at", models.DateTimeField()),
                    ("seconds", models.FloatField()),
                    ("first_token_s", models.FloatField(blank=True, null=True)),
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
                            max_length=12,
                        ),
                    ),
                    ("http_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                    (
                        "error",
                        models.CharField(
                            blank=True, help_text="Class of the error, where there was one.", max_length=60
                        ),
                    ),
                    ("detail", models.CharField(blank=True, max_length=400)),
                    ("input_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("output_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("cached_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("cache_write_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    ("reasoning_tokens", models.PositiveIntegerField(blank=True, null=True)),
                    (
                        "cost",
                        models.DecimalField(
                            blank=True,
                            decimal_places=10,
                            help_text="Empty: unpriced, which is not 0.",
                            max_digits=20,
                            null=True,
                        ),
                    ),
                    ("currency", models.CharField(blank=True, max_length=3)),
                    (
                        "case",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.case",
                        ),
                    ),
                    (
                        "judge",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            help_text="The judging model that was asked about the answer. Empty: the target was asked.",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.deployment",
                        ),
                    ),
                    (
                        "price",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="evaluations.pricesnapshot",
                        ),
                    ),
                    (
                        "target",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="calls",
                            to="evaluations.runtarget",
                        ),
                    ),
                ],
                options={
                    "ordering": ["target", "case", "repeat", "started_at"],
                    "indexes": [models.Index(fields=["target", "case", "repeat"], name="attempt_of_cell")],
                    "constraints": [
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
                            name="attempt_outcome_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("cost__isnull", True),
                                models.Q(("cost__gte", 0), models.Q(("currency", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="attempt_cost_has_currency",
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
                    ("key", models.CharField(max_length=80, unique=True)),
                    (
                        "kind",
                        models.CharField(
                            blank=True, help_text="page, repo, package, issue, …", max_length=20
                        ),
                    ),
                    ("what", models.CharField(max_length=300)),
                    (
                        "where",
                        models.CharField(
                            blank=True, help_text="Address, or how it can be found.", max_length=500
                        ),
                    ),
                    (
                        "trust",
                        models.CharField(
                            choices=[
                                ("vendor", "The maker's own page"),
                                ("secondary", "A third party"),
                                ("mirror", "A copy of the maker's text"),
                                ("seed", "An introductory article"),
                                ("person", "Somebody here"),
                            ],
                            max_length=10,
                        ),
                    ),
                    ("read_on", models.DateField()),
                ],
                options={
                    "ordering": ["key"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("trust__in", ["vendor", "secondary", "mirror", "seed", "person"])
                            ),
                            name="source_trust_known",
                        )
                    ],
                },
            ),
            migrations.AddField(
                model_name="claim",
                name="source",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="claims",
                    to="evaluations.source",
                ),
            ),
            migrations.AddField(
                model_name="prompt",
                name="suite",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="prompts",
                    to="evaluations.suite",
                ),
            ),
            migrations.CreateModel(
                name="SuiteVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    (
                        "content_hash",
                        models.CharField(
                            help_text="SHA-256 of the cases in canonical JSON, in order of their keys.",
                            max_length=64,
                        ),
                    ),
                    ("case_count", models.PositiveIntegerField()),
                    (
                        "origin",
                        models.JSONField(
                            blank=True,
                            default=dict,
                            help_text="The file it came from: format, name, and what could not be taken over.",
                        ),
                    ),
                    (
                        "texts_erased_at",
                        models.DateTimeField(
                            blank=True,
                            help_text="When the texts of its cases were erased: nothing can be asked from it any more.",
                            null=True,
                        ),
                    ),
                    ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    (
                        "suite",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="versions",
                            to="evaluations.suite",
                        ),
                    ),
                ],
                options={
                    "ordering": ["suite", "-number"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("suite", "number"), name="suiteversion_number_unique"
                        ),
                        models.UniqueConstraint(
                            fields=("suite", "content_hash"), name="suiteversion_content_unique"
                        ),
                    ],
                },
            ),
            migrations.AddField(
                model_name="run",
                name="suite_version",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="runs",
                    to="evaluations.suiteversion",
                ),
            ),
            migrations.AddField(
                model_name="case",
                name="version",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="cases",
                    to="evaluations.suiteversion",
                ),
            ),
            migrations.AddField(
                model_name="aimodel",
                name="vendor",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="models",
                    to="evaluations.vendor",
                ),
            ),
            migrations.CreateModel(
                name="CanaryAcceptance",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("reason", models.TextField()),
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
                        "look",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="acceptance",
                            to="evaluations.canarylook",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="canaryacceptance_says_why",
                        )
                    ],
                },
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="canaryacceptance",
                trigger=pgtrigger.compiler.Trigger(
                    name="canaryacceptance_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'canaryacceptance is append-only: record a new row that corrects it';",
                        hash="1e139bb54884724107cf4078669eaa3f88276aba",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_canaryacceptance_append_only_95948",
                        table="evaluations_canaryacceptance",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="canaryacceptance",
                trigger=pgtrigger.compiler.Trigger(
                    name="canaryacceptance_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'canaryacceptance is append-only: record a new row that corrects it';",
                        hash="6ca9fd79ae6ba45cc4ade943cfef9a599c1e6e10",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_canaryacceptance_no_truncate_5c589",
                        table="evaluations_canaryacceptance",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="choice",
                trigger=pgtrigger.compiler.Trigger(
                    name="choice_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'choice is append-only: record a new row that corrects it';",
                        hash="4f726b2eda050482313bac30ecf27983ae1b5855",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_choice_append_only_e1281",
                        table="evaluations_choice",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="choice",
                trigger=pgtrigger.compiler.Trigger(
                    name="choice_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'choice is append-only: record a new row that corrects it';",
                        hash="853c1b29be82f32753115466698dd9b19d743985",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_choice_no_truncate_e003e",
                        table="evaluations_choice",
                        when="BEFORE",
                    ),
                ),
            ),
            migrations.AddIndex(
                model_name="batch",
                index=models.Index(
                    condition=models.Q(("state__in", ["waiting", "working"])),
                    fields=["run", "number"],
                    name="batch_open",
                ),
            ),
            migrations.AddConstraint(
                model_name="batch",
                constraint=models.UniqueConstraint(fields=("run", "number"), name="batch_number_unique"),
            ),
            migrations.AddConstraint(
                model_name="result",
                constraint=models.UniqueConstraint(fields=("target", "case", "repeat"), name="result_once"),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="result",
                trigger=pgtrigger.compiler.Trigger(
                    name="result_kept",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        condition="WHEN (NOT (OLD.\"outcome\" = 'infra_error'))",
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                        hash="31b29e7e3e5ac85014c8f2421fb69013e5595e95",
                        operation="UPDATE",
                        pgid="pgtrigger_result_kept_f363c",
                        table="evaluations_result",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="comparisonwaiver",
                trigger=pgtrigger.compiler.Trigger(
                    name="comparisonwaiver_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'comparisonwaiver is append-only: record a new row that corrects it';",
                        hash="93676d274adc029c6653b3e65bcbc66faa6bae78",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_comparisonwaiver_append_only_92532",
                        table="evaluations_comparisonwaiver",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="comparisonwaiver",
                trigger=pgtrigger.compiler.Trigger(
                    name="comparisonwaiver_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'comparisonwaiver is append-only: record a new row that corrects it';",
                        hash="d7e60200e0d259d095833ff0298e51372d7f7990",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_comparisonwaiver_no_truncate_42950",
                        table="evaluations_comparisonwaiver",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="canarylook",
                trigger=pgtrigger.compiler.Trigger(
                    name="canarylook_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'canarylook is append-only: record a new row that corrects it';",
                        hash="a9003185ea6d5253a8b2a3e4bcd18a52e8e3f277",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_canarylook_append_only_deed6",
                        table="evaluations_canarylook",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="canarylook",
                trigger=pgtrigger.compiler.Trigger(
                    name="canarylook_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'canarylook is append-only: record a new row that corrects it';",
                        hash="7b94c148b05b46c2dc3b45b714e6e36ccf2eafda",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_canarylook_no_truncate_56f34",
                        table="evaluations_canarylook",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="attempt",
                trigger=pgtrigger.compiler.Trigger(
                    name="attempt_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                        hash="c2d8737431c1ed26c41a62fa7562e3f6f1f4e6cb",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_attempt_append_only_a3c87",
                        table="evaluations_attempt",
                        when="BEFORE",
                    ),
                ),
            ),
            migrations.AddConstraint(
                model_name="claim",
                constraint=models.UniqueConstraint(
                    fields=("model", "deployment", "field", "scope", "source", "value"),
                    name="claim_once",
                    nulls_distinct=False,
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="claim",
                trigger=pgtrigger.compiler.Trigger(
                    name="claim_append_only",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'claim is append-only: record a new row that corrects it';",
                        hash="4a8083ed9c91908d5404a339b927b755abc512a7",
                        operation="UPDATE OR DELETE",
                        pgid="pgtrigger_claim_append_only_dd97f",
                        table="evaluations_claim",
                        when="BEFORE",
                    ),
                ),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name="claim",
                trigger=pgtrigger.compiler.Trigger(
                    name="claim_no_truncate",
                    sql=pgtrigger.compiler.UpsertTriggerSql(
                        func="RAISE EXCEPTION 'claim is append-only: record a new row that corrects it';",
                        hash="67180fdc358215cd88b7b40544835a82eeb0be8f",
                        level="STATEMENT",
                        operation="TRUNCATE",
                        pgid="pgtrigger_claim_no_truncate_79302",
                        table="evaluations_claim",
                        when="BEFORE",
                    ),
                ),
            ),
            migrations.AddConstraint(
                model_name="prompt",
                constraint=models.UniqueConstraint(
                    fields=("suite", "slug", "version"), name="prompt_version_unique"
                ),
            ),
            migrations.AddConstraint(
                model_name="case",
                constraint=models.UniqueConstraint(fields=("version", "key"), name="case_key_unique"),
            ),
            migrations.RunSQL(texts.FUNCTION),
        ]
    )
