"""What an edit changes that the frozen plan does not hold: what is under trial, and what is done when a trigger fires."""

from pilots.actions.changes import Act, CandidateChange, Changes, Kind, MetricChange, RuleChange
from pilots.judging.differences import Difference
from pilots.judging.sentences import inside
from pilots.models import Candidate, Metric, Pilot, StopTrigger
from pilots.models.candidate import Role
from pilots.models.metric import Link, Response

SHOWN_BESIDE = (Role.CHALLENGER, Role.FALLBACK)
"""Roles that no verdict rests on."""


def beside_the_plan(pilot: Pilot, changes: Changes) -> tuple[Difference, ...]:
    """Read before the rows are written."""
    found = (
        *(_candidate(pilot, change) for change in changes.candidates),
        *(_action(pilot, change) for change in changes.rules),
        *(_link(pilot, change) for change in changes.metrics),
    )
    return tuple(each for each in found if each is not None)


def _candidate(pilot: Pilot, change: CandidateChange) -> Difference | None:
    """Another model under trial is a choice that data could have made: it waits for a second person."""
    was = (
        Candidate.objects.filter(pilot=pilot, slug=change.slug)
        .select_related("deployment", "prompt__suite")
        .first()
    )
    host = was.deployment.slug if was and was.deployment else None
    before = _words(was.name, was.role, host, was.prompt_id) if was else ""
    after = _words(change.name, change.role, change.deployment, change.prompt)
    if before == after:
        return None
    beside = change.role in SHOWN_BESIDE and (was is None or was.role in SHOWN_BESIDE)
    renamed = was is not None and before == _words(was.name, change.role, change.deployment, change.prompt)
    return Difference(
        subject=f"Candidate {change.slug}", was=before, now=after, loosens=not (beside or renamed)
    )


def _words(name: str, role: str, deployment: str | None, prompt: int | None) -> str:
    asked = f", asked with prompt {prompt}" if prompt else ""
    return f"{name}, {Role(role).label.lower()}, {deployment or 'no deployment'}{asked}"


def _action(pilot: Pilot, change: RuleChange) -> Difference | None:
    if change.kind is not Kind.STOP_TRIGGER or change.act is not Act.CHANGE:
        return None
    row = StopTrigger.objects.filter(metric__pilot=pilot, metric__key=change.metric).first()
    if row is None:
        return None
    response = Response(row.response if change.response is None else change.response)
    action = row.action if change.action is None else change.action
    if (row.response, row.action) == (response, action):
        return None
    label = inside(row.metric.name)
    was, now = f"{row.get_response_display()}. {row.action}", f"{response.label}. {action}"
    return Difference(subject=f"What is done when {label} stops the pilot", was=was.strip(), now=now.strip())


def _link(pilot: Pilot, change: MetricChange) -> Difference | None:
    row = Metric.objects.filter(pilot=pilot, key=change.key).first()
    if row is None or row.link == change.link or Link.ACTIVITY in (row.link, change.link):
        return None
    return Difference(
        subject=f"What {inside(row.name)} speaks of",
        was=row.get_link_display(),
        now=str(Link(change.link).label),
    )
