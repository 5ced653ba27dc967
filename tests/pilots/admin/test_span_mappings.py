"""The tab Traces: the owner sees what each metric takes from model calls, and changes it while the pilot runs."""

from django.test import Client
from django.urls import reverse

from pilots.actions import span_mappings
from pilots.models import Event, Pilot, SpanMapping
from tests.factories import make_metric, make_running_pilot
from tests.pilots.admin.forms import untouched


def opened(client: Client, pilot: Pilot) -> dict[str, str]:
    """The form, untouched but for the reason that a change needs."""
    page = client.get(reverse("admin:pilots_pilot_change", args=[pilot.pk]))
    return untouched(page) | {"change_reason": "Another number says more."}  # type: ignore[arg-type]


def change(client: Client, pilot: Pilot, data: dict[str, str], **typed: str) -> int:
    """Types into the row of latency; the status of the answer."""
    row = next(
        name.removesuffix("-id")
        for name, value in data.items()
        if name.startswith("span_mappings-")
        and name.endswith("-id")
        and value == str(SpanMapping.objects.get(metric__key="latency").pk)
    )
    address = reverse("admin:pilots_pilot_change", args=[pilot.pk])
    return client.post(address, data | {f"{row}-{name}": value for name, value in typed.items()}).status_code


def measured(client: Client) -> Pilot:
    pilot = make_running_pilot()
    make_metric(pilot, "latency", unit="ms")
    span_mappings.fill(pilot)
    client.force_login(pilot.owner)
    return pilot


def test_the_first_guess_leaves_no_doubt(db: None):
    pilot = make_running_pilot()
    for key, unit, fields in (
        ("p95_latency", "s", {}),
        ("ttft", "ms", {}),
        ("output_tokens", "", {}),
        ("cost", "USD", {}),
        ("cost_in_euros", "EUR", {}),
        ("error_rate", "", {"estimand": "rate"}),
    ):
        make_metric(pilot, key, unit=unit, **fields)

    span_mappings.fill(pilot)

    assert dict(SpanMapping.objects.values_list("metric__key", "quantity")) == {
        "review_minutes": "none",
        "p95_latency": "duration",
        "ttft": "first_token",
        "output_tokens": "output_tokens",
        "cost": "cost",
        "cost_in_euros": "none",
        "error_rate": "failure",
    }


def test_a_change_counts_from_now_on_and_is_in_the_log(db: None, client: Client):
    pilot = measured(client)

    status = change(client, pilot, opened(client, pilot), quantity="first_token", factor="2")

    row = SpanMapping.objects.get(metric__key="latency")
    assert (status, row.quantity, row.factor) == (302, "first_token", 2)
    assert Event.objects.filter(verb="pilot.changed", actor=pilot.owner).count() == 1


def test_what_makes_no_sense_is_said_beside_the_field(db: None, client: Client):
    pilot = measured(client)

    form = opened(client, pilot)

    statuses = [
        change(client, pilot, form, quantity="success"),
        change(client, pilot, form, quantity="cost"),
        change(client, pilot, form, categories='{"good": "one"}'),
        change(client, pilot, form, factor="-1"),
    ]

    assert statuses == [200] * 4
    assert SpanMapping.objects.get(metric__key="latency").quantity == "duration"
