from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import journal, measurements, verdicts
from pilots.models import Pilot
from pilots.queries import provenance_days, rehearsals
from tests.factories import NOW, make_manager, make_metric, make_ready_pilot, make_rows, start

SignedIn = Callable[[User], Client]
TRENDS = "/p/clause-check/trends/"
QUERIES = 15
"""Session, person, her permissions and those of her groups; pilot, plan; candidates, metrics, segments, days, newest verdict,
the journal, new plans, new prompts; one more for candidates of quantiles there is none here."""


def test_the_course_is_drawn_from_the_day_statistics_with_its_baseline_stop_line_and_firing(
    pilot: Pilot, signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = signed_in(make_manager())

    with django_assert_max_num_queries(QUERIES) as captured:  # type: ignore[attr-defined]
        response = client.get(TRENDS)

    (chart,) = response.context["charts"]
    assert "pilots_measurement" not in "".join(query["sql"] for query in captured.captured_queries)
    assert sum(each.n for each in chart.stretches) == 40
    assert "baseline 3\N{NO-BREAK SPACE}min; stop line 3.2\N{NO-BREAK SPACE}min; fired on" in chart.drawing
    assert "above 3 min before" in chart.sentence


@pytest.mark.parametrize("query", ["grain=week", "candidate=nobody&segment=nowhere&grain=never"])
def test_an_address_that_names_nothing_known_shows_the_usual(
    pilot: Pilot, signed_in: SignedIn, query: str
) -> None:
    (chart,) = signed_in(make_manager()).get(f"{TRENDS}?{query}").context["charts"]

    assert sum(each.n for each in chart.stretches) == 40


def test_one_provenance_is_drawn_from_its_newest_rows_alone_against_the_before_that_counts(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    marks = {"value": 9.0, "spread": 0.0, "provenance": "synthetic"}
    answered = make_rows(3, start=NOW - timedelta(minutes=3), **marks)
    late = make_rows(2, start=NOW - timedelta(minutes=5), outcome="timeout", **marks)
    measurements.record(pilot=pilot, rows=[*answered, *late], now=NOW, atomic=True)
    client = signed_in(make_manager())

    (chart,) = client.get(f"{TRENDS}?provenance=synthetic").context["charts"]
    page = client.get(f"{TRENDS}?provenance=replayed")

    told = [(each.n, each.value) for each in chart.stretches if each.n]
    assert told == [(5, 29.4)]  # three of 9, and two that came too late count as the cap of 60
    assert "above 3 min before" in chart.sentence
    assert "fired on" not in chart.drawing
    assert page.context["charts"] == []
    assert "newest 5,000 rows of each metric" in page.content.decode()


def test_a_series_longer_than_is_looked_at_says_from_when_on_it_is_told(pilot: Pilot) -> None:
    primary = pilot.candidates.get()
    plan = rehearsals.plan_of(pilot)

    found = provenance_days.load(pilot, plan, provenance="real", candidate=primary, segment="", most=10)

    assert (
        sum(totals.n for totals in found.days["review_minutes"].values()) == 5
    )  # the others are from before
    assert list(found.since) == ["review_minutes"]


def test_what_the_numbers_may_turn_on_is_listed_on_the_pilots_page_and_marked_on_every_chart(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    words = {"prompt": "Asks for the clause's number.", "note": "Three people were away."}
    for kind, text in words.items():
        journal.write(pilot=pilot, kind=kind, text=text, happened_on=NOW.date(), by=pilot.owner, now=NOW)
    client = signed_in(make_manager())

    page, trends = client.get("/p/clause-check/"), client.get(TRENDS)

    assert [(each.title, each.text) for each in page.context["page"].changes] == [
        ("Prompt changed", "Asks for the clause's number.")
    ]
    assert 'id="changes">What changed</h2>' in page.content.decode()
    (chart,) = trends.context["charts"]
    assert "Prompt changed on 20 Nov 2026" in chart.drawing.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.django_db
def test_p95_under_the_target_load_is_a_row_of_its_own_and_time_outs_lie_beyond_every_answer(
    signed_in: SignedIn,
) -> None:
    pilot = make_ready_pilot()
    make_metric(pilot, "latency", unit="s", cap=60)
    start(pilot, now=NOW - timedelta(days=1))
    rows = [
        {"metric": "latency", "value": number, "load": "pilot", "observed_at": NOW.isoformat()}
        for number in range(1, 21)
    ]
    rows += [row | {"load": "target", "value": row["value"] * 2} for row in rows]
    rows += [
        {"metric": "latency", "outcome": "timeout", "load": "target", "observed_at": NOW.isoformat()}
    ] * 2
    named = [row | {"external_id": f"load-{number}"} for number, row in enumerate(rows)]
    measurements.record(pilot=pilot, rows=named, now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    (chart,) = signed_in(make_manager()).get(TRENDS).context["charts"]

    told = [(each.name, each.n, each.failed, each.p50, each.p95) for each in chart.loads]
    assert told == [("pilot", 20, 0, 10.0, 19.0), ("target", 22, 2, 22.0, None)]
