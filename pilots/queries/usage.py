"""Which pilots use a deployment: what the catalogue asks by name, since it knows no pilots."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pilots.models import Candidate, Pilot


@dataclass(frozen=True)
class Use:
    name: str
    url: str
    part: str
    state: str
    deployment: str


def of_deployments(*, deployments: Iterable[int], person: Any) -> list[Use]:
    """The pilots that this person may see, one line a candidate."""
    visible = Pilot.objects.visible_to(person)
    candidates = (
        Candidate.objects.filter(deployment__in=list(deployments), pilot__in=visible)
        .select_related("pilot", "deployment")
        .order_by("pilot__name", "id")
    )
    return [
        Use(
            name=each.pilot.name,
            url=each.pilot.get_absolute_url(),
            part=f"{each.get_role_display()}: {each.name}",
            state=each.pilot.get_state_display(),
            deployment=each.deployment.slug if each.deployment else "",
        )
        for each in candidates
    ]
