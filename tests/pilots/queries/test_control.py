"""R23: another host changes the data-path axis, and the history shows it."""

from datetime import timedelta
from typing import Any

import pytest

from evaluations.models.catalogue import Deployment
from pilots.models import Pilot
from pilots.models.profile import ControlAxis
from pilots.queries import control, minimum
from tests.factories import NOW, make_ready_pilot

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
START = TODAY - timedelta(days=30)


@pytest.fixture
def api() -> Deployment:
    return make_ready_pilot().candidates.get().deployment  # open weights, asked at its maker


@pytest.fixture
def own(api: Deployment, settings: Any) -> Deployment:
    settings.EVALUATIONS_ALLOWED_HOSTS = ["api.example.com", "private:gpu-1:8000"]
    return Deployment.objects.create(
        slug="own", model=api.model, host=api.host, served_model="m", base_url="http://gpu-1:8000/v1"
    )


def told(steps: list[control.Step]) -> list[tuple[str, int | None, str]]:
    return [(step.name, step.score, step.evidence) for step in steps]


def test_from_an_api_to_ones_own_machine_the_data_path_goes_from_none_to_full(
    api: Deployment, own: Deployment
) -> None:
    moved = [control.Hosted(START, api), control.Hosted(TODAY, own)]

    steps = control.steps([], moved)

    assert told([step for step in steps if step.axis == ControlAxis.DATA_PATH]) == [
        ("Data path", 0, f"The catalogue: asked at {api.host}"),
        ("Data path", 3, "The catalogue: own runs in your own network"),
    ]
    assert [step.on for step in steps if step.axis == ControlAxis.DATA_PATH] == [START, TODAY]
    assert len([step for step in steps if step.axis == ControlAxis.WEIGHTS]) == 1  # the same model


def test_a_finding_counts_until_the_host_changes_and_others_stay(api: Deployment, own: Deployment) -> None:
    pilot = Pilot.objects.get()
    for axis in (ControlAxis.DATA_PATH, ControlAxis.PACE):
        pilot.control_scores.create(
            axis=axis, score=1, evidence="Contract read.", dated_on=TODAY - timedelta(days=9)
        )
    move = TODAY - timedelta(days=5)

    steps = control.steps(pilot.control_scores.all(), [control.Hosted(START, api), control.Hosted(move, own)])

    standing = {step.axis: step.score for step in steps}
    assert standing == {ControlAxis.WEIGHTS: 3, ControlAxis.DATA_PATH: 3, ControlAxis.PACE: 1}


def test_a_move_to_a_host_of_which_nothing_is_known_is_not_what_it_was_before(
    api: Deployment, own: Deployment
) -> None:
    steps = control.steps([], [control.Hosted(START, own), control.Hosted(TODAY, None)])

    assert told(steps)[-1] == ("Data path", None, "Moved to a host the catalogue does not know")


def test_the_move_is_read_from_the_versions_of_the_charter(api: Deployment, own: Deployment) -> None:
    pilot = Pilot.objects.get()
    primary = pilot.candidates.get()
    for number, deployment in enumerate(("own", api.slug, api.slug), start=1):
        pilot.charters.create(
            number=number,
            charter={"candidates": [{"role": "primary", "deployment": deployment}]},
            charter_hash=f"{number}",
            reason="Moved.",
            written_by=pilot.owner,
            written_at=NOW - timedelta(days=30 - number),
        )

    found = control.hosts(pilot, [primary])
    value = minimum.control(pilot, [primary], today=TODAY)

    assert [(each.since, each.deployment) for each in found] == [
        (TODAY - timedelta(days=29), own),
        (TODAY - timedelta(days=28), api),
    ]
    path = next(part for part in value.parts if part.name == "Data path")
    assert (path.value, path.before) == (0, 3)
