from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import journal
from pilots.models import Pilot
from tests.factories import NOW, make_manager

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
