from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import measurements
from pilots.models import Pilot
from tests.factories import NOW, make_manager, make_rows

SignedIn = Callable[[User], Client]
ROWS = "/p/clause-check/rows/"


def shown(client: Client, query: str) -> list[tuple[str, float]]:
    found = client.get(f"{ROWS}?{query}").context["found"]
    return [(row.phase, float(row.value)) for row in found.rows]


def test_every_row_behind_a_number_is_reached_page_by_page_and_once(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    start = NOW - timedelta(minutes=1)
    late = make_rows(130, value=9.0, spread=0.0, start=start, segment="late")
    measurements.record(pilot=pilot, rows=late, now=NOW, atomic=True)
    client = signed_in(make_manager())
    seen: list[int] = []
    query = "metric=review_minutes&segment=late"

    while query:
        page = client.get(f"{ROWS}?{query}").context
        seen += [row.pk for row in page["found"].rows]
        query = page["more"]

    assert (len(seen), len(set(seen))) == (130, 130)


def test_filters_work_together_and_nonsense_finds_nothing_or_filters_nothing(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    client = signed_in(make_manager())

    assert {phase for phase, _ in shown(client, "metric=review_minutes&phase=baseline")} == {"baseline"}
    assert len(shown(client, "metric=review_minutes&candidate=primary")) == 40
    assert shown(client, "metric=review_minutes&day=2020-01-01") == []
    assert shown(client, "metric=nonsense") == []
    assert len(shown(client, "metric=review_minutes&day=nonsense&after=nonsense,1")) == 80
