"""What control over data and runtime rests on (R23): the findings of people, and what the catalogue says of the host.

A finding about the data path is about the host it was made for: once the primary model is asked elsewhere, it counts no more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils import timezone

from evaluations.actions.endpoints import is_own_network
from evaluations.models.catalogue import Deployment, Weights
from pilots.models import Candidate, ControlScore, Pilot
from pilots.models.candidate import Role
from pilots.models.profile import ControlAxis

OF_WEIGHTS = {Weights.OPEN: 3, Weights.GATED: 2, Weights.CLOSED: 0}
ELSEWHERE, INSIDE = 0, 3


@dataclass(frozen=True)
class Hosted:
    """The primary model's deployment from a day on; None while it had none that the catalogue still knows."""

    since: date
    deployment: Deployment | None


@dataclass(frozen=True)
class Step:
    """From a day on an axis stands at `score`, and why. The score is None where nobody knows it any more."""

    on: date
    axis: ControlAxis
    score: int | None
    evidence: str
    is_finding: bool = False

    @property
    def name(self) -> str:
        return name_of(self.axis)


def name_of(axis: ControlAxis) -> str:
    return str(axis.label).split(":")[0]


def of_catalogue(deployment: Deployment | None) -> dict[ControlAxis, tuple[int, str]]:
    """What the catalogue alone says: whether the weights can be kept, and whether data leaves the house."""
    if deployment is None:
        return {}
    model, found = deployment.model, dict[ControlAxis, tuple[int, str]]()
    if model.weights in OF_WEIGHTS:
        weights = OF_WEIGHTS[Weights(model.weights)]
        found[ControlAxis.WEIGHTS] = weights, f"The catalogue: {model.get_weights_display().lower()}"
    if is_own_network(deployment.protocol, deployment.base_url):
        found[ControlAxis.DATA_PATH] = INSIDE, f"The catalogue: {deployment} runs in your own network"
    elif model.weights == Weights.CLOSED or deployment.host_id == model.vendor_id:
        found[ControlAxis.DATA_PATH] = ELSEWHERE, f"The catalogue: asked at {deployment.host}"
    return found


def of_pilot(pilot: Pilot, candidates: Sequence[Candidate]) -> list[Step]:
    """Each axis' steps, the oldest first; an axis without one was never looked into. At most three queries."""
    return steps(pilot.control_scores.all(), hosts(pilot, candidates))


def hosts(pilot: Pilot, candidates: Sequence[Candidate]) -> list[Hosted]:
    """Where the primary model was asked, the oldest first, by the versions of the charter; the last is as it is now.

    Two queries; none for the deployments when they never changed.
    """
    now = next((each.deployment for each in candidates if each.role == Role.PRIMARY), None)
    known = {now.slug: now} if now else {}
    versions = pilot.charters.order_by("number").values_list("written_at", "charter__candidates")
    named = [(timezone.localdate(at), _primary(rows)) for at, rows in versions]
    others = {slug for _, slug in named if slug} - set(known)
    if others:
        rows = Deployment.objects.filter(slug__in=others).select_related("model", "host")
        known |= {each.slug: each for each in rows}
    first = named[0][0] if named else timezone.localdate(pilot.created_at)
    found = [Hosted(first, known.get(named[0][1]) if named else now)]
    found += [Hosted(day, known.get(slug)) for (_, before), (day, slug) in pairwise(named) if slug != before]
    if found[-1].deployment != now:
        found.append(Hosted(timezone.localdate(), now))
    return found


def steps(findings: Iterable[ControlScore], hosted: Sequence[Hosted]) -> list[Step]:
    """How each axis came to stand where it stands, the oldest first: every finding, every other model and other host.

    Another host puts the data path back to what the catalogue says, since a finding was about the host before; another
    model the weights likewise. On one day the finding stands.
    """
    first, *later = hosted
    start = [Step(first.since, axis, *said) for axis, said in of_catalogue(first.deployment).items()]
    moves = [step for before, after in pairwise([first, *later]) for step in _moved(before, after)]
    found = [
        Step(row.dated_on, ControlAxis(row.axis), row.score, row.evidence, is_finding=True)
        for row in sorted(findings, key=lambda row: row.pk)
    ]
    return [*start, *sorted([*moves, *found], key=lambda step: step.on)]


def _moved(before: Hosted, after: Hosted) -> Iterator[Step]:
    was, now = before.deployment, after.deployment
    said = of_catalogue(now)
    unknown = None, f"Moved to {now}" if now else "Moved to a host the catalogue does not know"
    if was is None or now is None or was.model_id != now.model_id:
        yield Step(after.since, ControlAxis.WEIGHTS, *said.get(ControlAxis.WEIGHTS, unknown))
    if was is None or now is None or (was.host_id, was.base_url) != (now.host_id, now.base_url):
        yield Step(after.since, ControlAxis.DATA_PATH, *said.get(ControlAxis.DATA_PATH, unknown))


def _primary(candidates: list[dict[str, Any]] | None) -> str:
    """The slug of the primary's deployment in a version of the charter."""
    return next(
        (row.get("deployment") or "" for row in candidates or () if row.get("role") == Role.PRIMARY), ""
    )
