"""What people are told, where to, and what became of each message."""

import secrets
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilots.models.event import Event
from pilots.models.pilot import Pilot
from pilots.models.verdict import Verdict
from pilots.notices.quiet import Quiet


class Kind(models.TextChoices):
    FLAG_CHANGED = "flag_changed", "The flag changed"
    TRIGGER_NEAR = "trigger_near", "A stop trigger is near"
    TRIGGER_FIRED = "trigger_fired", "A stop trigger fired"
    SILENT = "silent", "A source fell silent, or is heard again"
    DECISION_DUE = "decision_due", "A decision is due or overdue"
    MEMO_WAITING = "memo_waiting", "A memo or a second signature waits"
    DECISION_SIGNED = "decision_signed", "A decision was signed"
    RUN_FAILED = "run_failed", "An evaluation run failed"
    MODEL_CHANGED = "model_changed", "A model changed silently"
    OWNER_MISSING = "owner_missing", "A pilot has no owner"
    CREEP = "creep", "A hidden cost grows, or grows no more"
    RISK_LAPSED = "risk_lapsed", "An accepted risk is open again"
    DIGEST = "digest", "Weekly digest"
    TEST = "test", "Test"


class Channel(models.TextChoices):
    MAIL = "mail", "Mail"
    SLACK = "slack", "Slack-compatible webhook"
    WEBHOOK = "webhook", "Webhook"


def new_salt() -> str:
    return secrets.token_hex(8)


class Route(models.Model):
    """A mailbox or an address that is told of one pilot, or of all."""

    pilot = models.ForeignKey(
        Pilot,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="routes",
        help_text="Empty: of every pilot.",
    )
    channel = models.CharField(max_length=7, choices=Channel)
    address = models.CharField(max_length=500, help_text="A mail address, or an http(s) address.")
    kinds = models.JSONField(default=list, blank=True, help_text="Kinds it is told of; none named: all.")
    enabled = models.BooleanField(default=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="route_channel_known"),
            models.UniqueConstraint(
                fields=["pilot", "channel", "address"], name="route_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.address}"

    def wants(self, kind: str) -> bool:
        return self.enabled and (not self.kinds or kind in self.kinds)


class MailChoice(models.Model):
    """What one person gets by mail, and when. Without a row: everything of her own pilots, and the digest, at once."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choice"
    )
    muted = models.JSONField(default=list, blank=True, help_text="Kinds she does not want.")
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="An hour of her day.")
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    zone = models.CharField(
        max_length=60, default="UTC", help_text="The time zone of her day, such as Europe/Vienna."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__lt=24, quiet_until__lt=24) & ~Q(quiet_from=F("quiet_until"))),
                name="mailchoice_quiet_hours",
            )
        ]

    def __str__(self) -> str:
        return f"Mail of {self.person}"

    @property
    def quiet(self) -> Quiet | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return Quiet(self.quiet_from, self.quiet_until, ZoneInfo(self.zone))


class Notice(models.Model):
    """One change of state that people are told of, written in the transaction that made the change.

    `key` names the change: the same change is never told twice, whoever sees it and however often."""

    kind = models.CharField(max_length=15, choices=Kind)
    key = models.CharField(max_length=200, unique=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, null=True, blank=True, related_name="notices")
    title = models.CharField(max_length=200)
    text = models.TextField()
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notice_kind_known")]

    def __str__(self) -> str:
        return self.title


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


class Delivery(models.Model):
    """One message to one place: the outbox, and its log. `event_id` is the same on every attempt."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    route = models.ForeignKey(Route, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=7, choices=Channel)
    address = models.CharField(max_length=500)
    event_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=7, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(
        help_text="When it is tried next; while it is sent, when another may take it over."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True, help_text="What came back, or why it was not sent.")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["waiting", "sending"]), name="delivery_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "address"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="delivery_sent_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.address}"
