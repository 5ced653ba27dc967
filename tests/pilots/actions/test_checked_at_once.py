"""One query asks about all checks of a row; a row that breaks some hears what Django says of each by itself."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from pilots.models import Metric
from tests.factories import make_metric, make_pilot

pytestmark = pytest.mark.django_db


def said(metric: Metric, how: Any, **given: Any) -> dict[str, list[str]]:
    try:
        how(metric, **given)
    except ValidationError as error:
        return error.message_dict
    return {}


def test_a_row_that_holds_takes_one_query_and_its_savepoint(django_assert_num_queries: Any) -> None:
    metric = make_metric(make_pilot())
    metric.quantile = None  # unknown to some of its checks, which let it pass

    with django_assert_num_queries(3 + 1):  # and one for the key, which is unique
        metric.validate_constraints()


@pytest.mark.parametrize("left_out", [None, {"quantile"}, {"design"}, {"direction", "design"}])
@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"direction": "sideways"},
        {"direction": "sideways", "link": "sausage", "estimand": "total"},
        {"estimand": "total"},
        {"quantile": 2},
    ],
)
def test_what_is_broken_is_said_as_if_each_was_asked(
    broken: dict[str, Any], left_out: set[str] | None
) -> None:
    metric = make_metric(make_pilot())
    for name, value in broken.items():
        setattr(metric, name, value)

    one_by_one = said(metric, models.Model.validate_constraints, exclude=left_out)

    assert said(metric, Metric.validate_constraints, exclude=left_out) == one_by_one
    if left_out is None:
        assert bool(one_by_one) == bool(broken)


def test_the_key_is_still_one_of_a_kind() -> None:
    pilot = make_pilot()
    make_metric(pilot)

    again = Metric(
        pilot=pilot, key="review_minutes", name="Again", direction="lower", estimand="mean", design="absolute"
    )

    assert "already exists" in str(said(again, Metric.validate_constraints))
