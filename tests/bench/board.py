"""What the board costs with a thousand pilots: how long one request takes until its first byte, and its queries."""

from datetime import timedelta
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.contrib.auth.models import User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from pilots.models import Candidate, Metric, Pilot, PlanVersion, Source, Verdict
from pilots.views.board import board
from tests.bench.report import Figure
from tests.factories import NOW, make_deployment, make_manager, make_owner, make_pilot

PILOTS = 1_000
VERDICTS = 5
VISITS = 9
HEADLINE = {
    "currency": "EUR",
    "net": 1.2,
    "low": 0.9,
    "high": 1.5,
    "review": 3.4,
    "unit": "min",
    "trend": "up",
    "course": [3.0 + day % 5 / 10 for day in range(28)],
}


def measure(*, full: bool) -> list[Figure]:
    fill()
    person = make_manager().pk
    _visit(person)  # templates are loaded
    waited, spent = [], []
    for _ in range(VISITS):
        start, before = perf_counter(), process_time()
        response = _visit(person)  # the page is whole when its first byte leaves: nothing of it is streamed
        waited.append(perf_counter() - start)
        spent.append(process_time() - before)
    with CaptureQueriesContext(connection) as queries:
        _visit(person, "?sort=net&flag=stop&q=pilot")
    return [
        Figure(f"first byte of the board with {PILOTS:,} pilots", median(waited) * 1000, "ms", goal=200),
        Figure("CPU time of it, the database's apart", median(spent) * 1000, "ms"),
        Figure("queries for it, without the session's", len(queries), "", goal=8),
        Figure("bytes of the page, before compression", len(response.content), "B"),
    ]


def _visit(person: int, query: str = "") -> HttpResponse:
    """The view by itself: person, permissions, rows, page."""
    request = RequestFactory().get(f"/{query}")
    request.user = User.objects.get(pk=person)
    request.resolver_match = resolve("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return board(request)


def fill() -> None:
    """A thousand running pilots with five verdicts each."""
    owner, decider, deployment = make_owner(), make_manager(), make_deployment()
    pattern = make_pilot("pattern", owner=owner, decider=decider)
    fields: dict[str, Any] = {
        field.attname: getattr(pattern, field.attname)
        for field in Pilot._meta.concrete_fields
        if not field.primary_key
    }
    changed = {"state": "running", "started_at": NOW, "started_by_id": owner.pk}
    made = Pilot.objects.bulk_create(
        Pilot(**{**fields, "slug": f"pilot-{number}", "name": f"Pilot {number}", **changed})
        for number in range(PILOTS)
    )
    Candidate.objects.bulk_create(
        Candidate(pilot=pilot, slug="primary", name="Primary", role="primary", deployment=deployment)
        for pilot in made
    )
    Metric.objects.bulk_create(Metric(pilot=pilot, key="review_minutes", name="Review") for pilot in made)
    Source.objects.bulk_create(
        Source(pilot=pilot, name="bench", first_seen_at=NOW, seen_at=NOW, newest_at=NOW) for pilot in made
    )
    plans = PlanVersion.objects.bulk_create(
        PlanVersion(pilot=pilot, number=1, plan={}, plan_hash="", frozen_by=owner, frozen_at=NOW)
        for pilot in made
    )
    Verdict.objects.bulk_create(
        Verdict(
            pilot=plan.pilot,
            number=number,
            plan=plan,
            as_of=NOW + timedelta(days=number),
            created_at=NOW,
            flag=("stop", "go", "extend", "collecting")[plan.pilot_id % 4],
            code="HARM",
            reason="Stop: review minutes 3.4 against 2.6 before (worse by at least 0.3, limit 0.2), n = 212.",
            evidence="{}",
            headline=HEADLINE,
            evidence_hash=f"{plan.pilot_id}-{number}",
            input_digest="",
        )
        for number in range(1, VERDICTS + 1)
        for plan in plans
    )
