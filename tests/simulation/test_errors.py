"""Where nothing changed, or just as much as was promised, the judge is seldom wrong, however often it looks.

60 pilots a scenario (2,000 in `make simulate`). Three Monte-Carlo standard errors of 60 draws are 8.4 points, so that
an error of 5 % may come out at 13.4 %: at most 8 of 60.
"""

from __future__ import annotations

import pytest

from tests.simulation.running import play, sample

PILOTS, ALLOWED = 60, 0.134


def wrongly(slug: str, *events: str, pilots: int = PILOTS) -> dict[str, bool]:
    """Which errors came out above the bound."""
    found = sample(slug, pilots)
    return {event: found[event].measured > ALLOWED for event in events}


def none_of(*events: str) -> dict[str, bool]:
    return dict.fromkeys(events, False)


def test_without_a_difference_nothing_is_said_where_a_daily_t_test_is_often_wrong():
    found = sample("a/a", PILOTS)

    assert found["any"].measured <= ALLOWED
    assert found["t_any"].measured >= 0.15


@pytest.mark.parametrize(
    "slug",
    [
        "a/a skewed",
        "a/a rate",
        "a/a target",
        "a/a concurrent",
        "a/a concurrent rate",
        "a/a paired minutes",
        "extended",
    ],
)
def test_the_error_holds_in_every_design_and_through_two_extensions(slug: str):
    assert wrongly(slug, "harm", "go", "futile") == none_of("harm", "go", "futile")


def test_the_error_holds_for_pairs_that_are_bet_on():
    # 20 pilots: three standard errors are 14.6 points
    found = sample("a/a paired", 20)

    assert max(found[event].measured for event in ("harm", "go", "futile")) <= 0.196


def test_an_error_rate_on_its_limit_is_seldom_stopped():
    assert wrongly("a/a limit", "harm") == none_of("harm")


def test_five_triggers_together_are_seldom_wrong():
    # 25 pilots: three standard errors are 13.1 points
    assert sample("a/a five", 25)["harm"].measured <= 0.181


@pytest.mark.parametrize("slug", ["at the goal", "at the goal, skewed"])
def test_a_saving_exactly_at_the_goal_seldom_goes(slug: str):
    assert wrongly(slug, "go") == none_of("go")


def test_a_p95_on_its_limit_is_seldom_stopped():
    assert wrongly("p95 on its limit", "harm") == none_of("harm")


def test_thirty_nights_of_the_same_items_are_read_per_item():
    found = sample("nightly", 30)

    # 30 pilots: three standard errors of an error of 5 % are 11.9 points
    assert found["any"].measured <= 0.169
    assert found["any_answer"].measured >= 0.2


def test_missing_the_longest_reviews_does_not_make_a_go():
    assert wrongly("worst eighth missing", "go", pilots=30) == none_of("go")


def test_the_same_pilots_give_the_same_events_in_any_company():
    alone = play("a/a", [7])

    assert play("a/a", range(10))[7] == alone[0]
