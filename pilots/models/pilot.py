from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.charter.autonomy import Autonomy, DataClass, Reach, Sector
from pilots.models.charter.contract import Contract
from pilots.models.charter.operation import Operation
from pilots.models.charter.questions import Questions


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    READY = "ready", "Ready"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DECISION_DUE = "decision_due", "Decision due"
    DECIDED = "decided", "Decided"
    CLOSED = "closed", "Closed"


BEFORE_START = (State.DRAFT, State.READY)
UNDER_TRIAL = (State.RUNNING, State.PAUSED, State.DECISION_DUE)
"""Judged, may be amended, and waits for a signature. Evaluation runs are made while it is running alone."""
SETTLED = (State.DECIDED, State.CLOSED)

WAYS = (
    (State.DRAFT, State.READY),
    (State.READY, State.DRAFT),
    (State.DRAFT, State.RUNNING),
    (State.READY, State.RUNNING),
    (State.RUNNING, State.PAUSED),
    (State.PAUSED, State.RUNNING),
    (State.RUNNING, State.DECISION_DUE),
    (State.PAUSED, State.DECISION_DUE),
    (State.DECISION_DUE, State.RUNNING),
    (State.RUNNING, State.DECIDED),
    (State.PAUSED, State.DECIDED),
    (State.DECISION_DUE, State.DECIDED),
    (State.DECIDED, State.RUNNING),
    (State.DECIDED, State.CLOSED),
)
"""Every way there is from a state to another; the database refuses all others. Acts that take them are in
`pilots.actions.pilots`."""


class Friction(models.TextChoices):
    VOLUME = "volume", "Too many items to read"
    REPETITION = "repetition", "The same debugging or answering again and again"
    SORTING = "sorting", "Sorting and routing work"
    DEPENDENCE = "dependence", "Everything waits for one person"
    OTHER = "other", "Something else, described below"


class PilotQuerySet(models.QuerySet["Pilot"]):
    def running(self) -> "PilotQuerySet":
        return self.filter(state=State.RUNNING)

    def under_trial(self) -> "PilotQuerySet":
        return self.filter(state__in=UNDER_TRIAL)

    def visible_to(self, user: Any) -> "PilotQuerySet":
        """The pilots a signed-in person may read: all that are not hidden from her, once somebody gave her a role."""
        if not user.has_perm("pilots.view_pilot"):
            return self.none()
        return self if _sees_all(user) else self.exclude(_hidden_from(user))

    def hidden_from(self, user: Any) -> "PilotQuerySet":
        """Pilots of restricted data, which only those who are named in them read, auditors and administrators."""
        return self.none() if _sees_all(user) else self.filter(_hidden_from(user))


def _sees_all(user: Any) -> bool:
    return bool(user.is_superuser or user.has_perm("pilots.view_event"))


def _hidden_from(user: Any) -> Q:
    named = Q(owner=user) | Q(deputy=user) | Q(decider=user) | Q(pk__in=user.pilots_to_read.values("pk"))
    return Q(data_class=DataClass.RESTRICTED) & ~named


class Pilot(CheckedAtOnce, Questions, Contract, Reach, Operation):
    """The charter of one narrow pilot: one workflow, one owner, one window. Its longer sections are in `charter/`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(
        default=False, help_text="Made by the demo: labelled everywhere, and demo numbers may decide in it."
    )
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)

    workflow = models.CharField(
        max_length=200,
        help_text="The one task or narrow flow that is tried, for example: assign incoming tickets to a queue.",
    )
    friction_kind = models.CharField(max_length=12, choices=Friction, default=Friction.SORTING)
    friction = models.TextField(
        blank=True,  # a draft is saved at any time; it cannot start without
        help_text="What hurts today, in a sentence or two. A promise is not a friction.",
    )
    volume_per_month = models.PositiveIntegerField(null=True, blank=True, help_text="Items a month, today.")
    minutes_per_item = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Minutes of work an item takes, today.",
    )
    people_affected = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many people do this work or wait for it."
    )
    scope_in = models.TextField(blank=True, help_text="What belongs to the pilot.")
    scope_out = models.TextField(blank=True, help_text="What does not, said openly.")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="owned_pilots",
        help_text="The one person accountable for the pilot.",
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputised_pilots",
        help_text="Stands in for the owner.",
    )
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="pilots_to_decide",
        help_text="The manager who signs. Never the owner or the deputy.",
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="pilots_to_read",
        help_text="Of a pilot with restricted data: who reads it beside owner, deputy, decider and auditors, such as "
        "reviewers and a second signer. It is hidden from everybody else.",
    )

    team = models.CharField(
        max_length=60, blank=True, help_text="The team whose work it is. The board and the API filter by it."
    )

    baseline_start = models.DateField(
        null=True,
        blank=True,
        help_text="First day of the baseline: how the work goes without the model. It ends when the pilot begins.",
    )
    window_start = models.DateField(help_text="First day of the pilot.")
    maintenance_start = models.DateField(
        help_text="First day of the maintenance phase: the novelty is over, what stays is seen."
    )
    window_end = models.DateField(help_text="Last day of the evaluation window. A decision is due then.")
    maintenance_min_items = models.PositiveIntegerField(
        default=50, help_text="Items that must be seen in the maintenance phase before go."
    )

    currency = models.CharField(max_length=3, default="EUR")
    wage_per_hour = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="What an hour of review costs."
    )
    migration_cost = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="What the move costs once: people's hours and one-off spend. Missing, it blocks go.",
    )
    payback_months = models.PositiveSmallIntegerField(
        default=12, help_text="The saving must pay back the migration cost within these months."
    )
    seeks_saving = models.BooleanField(
        default=True,
        help_text="Untick only if the pilot is not meant to save money: pay-back is then not asked for.",
    )
    kit = models.JSONField(
        default=list,
        blank=True,
        help_text="The minimum set of metrics: each needs a source before the start, or a reason why not.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    ownerless_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When it was found that its owner runs no pilots any more.",
    )
    overdue_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the decision had been due for too long."
    )

    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [
            ("sign_pilot", "Can sign the decision of a pilot"),
            ("run_pilot", "Can log and run pilots"),
            ("review_pilot", "Can review the answers of a pilot"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="pilot_state_known"),
            models.CheckConstraint(condition=Q(autonomy__in=Autonomy.values), name="pilot_autonomy_known"),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="pilot_sector_known"),
            models.CheckConstraint(
                condition=Q(data_class="") | Q(data_class__in=DataClass.values), name="pilot_data_class_known"
            ),
            models.CheckConstraint(
                condition=~Q(decider=F("owner")),
                name="pilot_decider_is_not_owner",
                violation_error_message="The decider signs and must be somebody other than the owner.",
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | (~Q(deputy=F("decider")) & ~Q(deputy=F("owner"))),
                name="pilot_deputy_is_a_third_person",
                violation_error_message="The deputy must be neither the owner nor the decider.",
            ),
            models.CheckConstraint(
                condition=Q(window_start__lte=F("maintenance_start"), maintenance_start__lte=F("window_end")),
                name="pilot_window_in_order",
                violation_error_message="The maintenance phase must begin inside the window, and the window must end "
                "after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(baseline_start__isnull=True) | Q(baseline_start__lte=F("window_start")),
                name="pilot_baseline_before_window",
                violation_error_message="The baseline must begin before the pilot does.",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, started_by__isnull=True)
                | Q(started_at__isnull=False, started_by__isnull=False),
                name="pilot_started_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BEFORE_START) | Q(started_at__isnull=False),
                name="pilot_started_unless_draft",
            ),
            models.CheckConstraint(
                condition=Q(overdue_since__isnull=True) | Q(state="decision_due"),
                name="pilot_overdue_only_when_due",
            ),
        ]
        triggers = [pgtrigger.FSM(name="only_known_ways", field="state", transitions=list(WAYS))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pilots:pilot", args=[self.slug])

    @property
    def is_frozen(self) -> bool:
        """Whether metrics, goals and triggers are part of a plan that data was judged by."""
        return self.state not in BEFORE_START

    @property
    def is_under_trial(self) -> bool:
        return self.state in UNDER_TRIAL

    @property
    def is_settled(self) -> bool:
        """Decided, or closed after it: its charter is kept as it was."""
        return self.state in SETTLED

    def days_left(self, today: date) -> int:
        """Days until the decision is due, the last day included; below zero once it is overdue."""
        return (self.window_end - today).days
