from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from evaluations.models.catalogue import Deployment
from evaluations.models.checked_at_once import CheckedAtOnce

CURRENCY = RegexValidator(r"^[A-Z]{3}$", "Give the three letters of the currency, such as EUR.")


class Price(models.Model):
    """What a deployment costs from a day on, until the next one begins. Goes before any published price."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="prices")
    valid_from = models.DateField(help_text="The first day, in UTC, on which calls cost this.")
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    source = models.CharField(
        max_length=300, help_text="Where it is written: contract, invoice, address of the price list."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["deployment", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "valid_from"],
                name="price_one_a_day",
                violation_error_message="This deployment has a price from that day already. Change that one.",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_code"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} from {self.valid_from}"


class Unit(models.TextChoices):
    INPUT = "input_tokens", "Million input tokens"
    CACHED = "cached_tokens", "Million input tokens read from a cache"
    CACHE_WRITE = "cache_write_tokens", "Million input tokens written to a cache"
    OUTPUT = "output_tokens", "Million output tokens"
    REASONING = "reasoning_tokens", "Million reasoning tokens, where they cost something else than output"
    REQUEST = "request", "Request"
    CHARACTER = "million_characters", "Million characters, question and answer"
    IMAGE = "image", "Image made; a call whose host does not say how many is unpriced"
    SECOND = "second", "Second of a call"
    HOUR = "hour", "Hour of a machine (GPU)"
    SEAT = "seat_month", "Seat and month"
    MONTH = "month", "Month, fixed"


SPREAD = (Unit.SEAT, Unit.MONTH)


class PriceComponent(CheckedAtOnce):
    """One part of a price: so much for each of a unit. A call costs the sum of all parts."""

    price = models.ForeignKey(Price, on_delete=models.CASCADE, related_name="components")
    unit = models.CharField(max_length=20, choices=Unit)
    amount = models.DecimalField(max_digits=20, decimal_places=8)
    shared_by = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Hour: calls the machine works on at a time (1 if empty). Seat and month: calls in a month, which "
        "share the price; needed there.",
    )

    class Meta:
        ordering = ["price", "id"]
        constraints = [
            models.UniqueConstraint(fields=["price", "unit"], name="pricecomponent_unit_once"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="pricecomponent_unit_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="pricecomponent_amount_not_negative",
                violation_error_message="A price is 0 or more.",
            ),
            models.CheckConstraint(
                condition=Q(shared_by__isnull=True) | Q(shared_by__gt=0),
                name="pricecomponent_shared_by_positive",
                violation_error_message="At least one call has to share it.",
            ),
            models.CheckConstraint(
                condition=~Q(unit__in=["seat_month", "month"]) | Q(shared_by__isnull=False),
                name="pricecomponent_month_is_spread",
                violation_error_message="Say how many calls in a month share this price.",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """Such as "0.36 EUR for each hour of a machine (GPU), shared by 2 calls"."""
        unit = self.get_unit_display()
        said = f"{self.amount.normalize():f} {self.price.currency} for each {unit[0].lower()}{unit[1:]}"
        return f"{said}, shared by {self.shared_by.normalize():f} calls" if self.shared_by else said


class PriceKind(models.TextChoices):
    CONTRACT = "contract", "Price entered here"
    PUBLISHED = "published", "Published list price"


class PriceSnapshot(models.Model):
    """A price as it was when calls were priced by it. Never edited: results refer to it."""

    content_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=PriceKind)
    source = models.CharField(max_length=300)
    as_of = models.DateField(
        help_text="Entered here: its first day. Published: the day it was looked up for."
    )
    currency = models.CharField(max_length=3)
    components = models.JSONField(help_text="The parts, as they were.")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PriceKind.values), name="pricesnapshot_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.as_of})"
