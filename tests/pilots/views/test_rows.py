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


def test_rows_of_one_provenance_are_told_from_the_others_and_shown_as_chosen(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    for number, kind in enumerate(("demo", "synthetic")):
        made = make_rows(2, value=20.0 + number, spread=0.0, provenance=kind, segment="of-a-kind")
        own = [row | {"external_id": f"{kind}-{row['external_id']}"} for row in made]
        measurements.record(pilot=pilot, rows=own, now=NOW, atomic=True)
    client = signed_in(make_manager())

    page = client.get(f"{ROWS}?provenance=demo").content.decode()

    assert shown(client, "provenance=demo") == [("pilot", 20.0)] * 2
    assert shown(client, "provenance=synthetic&segment=of-a-kind") == [("pilot", 21.0)] * 2
    assert len(shown(client, "provenance=real")) == 80
    assert '<option value="demo" selected>' in page
