from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.models import Pilot
from tests.factories import make_manager

SignedIn = Callable[[User], Client]
TRENDS = "/p/clause-check/trends/"
QUERIES = 14
"""Session, person, her permissions and those of her groups; pilot, plan; candidates, metrics, segments, days, newest verdict,
new plans, the journal; one more for candidates of quantiles there is none here."""


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
