"""What an action refuses, as the problem document that says it."""

from rest_framework import serializers

from config.api import FieldError, Problem
from config.api_strict import by_field
from pilots.actions.pilots import NotReady
from pilots.actions.refusals import NotAllowed, Refused, Unfit, WrongState

CONFLICTS = frozenset(
    {
        "frozen",
        "rule_exists",
        "rule_missing",
        "metric_exists",
        "metric_missing",
        "candidate_exists",
        "candidate_missing",
        "rule_breached",
        "plan_moved",
        "conflicting_duplicate",
    }
)
"""Codes that speak of the pilot as it is, not of what was sent."""
OR_LEFT_OPEN = " Or leave it open: a person says why on the pilot's page."
POINTERS = {"reason_missing": "/reason"}


def problem_of(refusal: Refused) -> Problem | serializers.ValidationError:
    """403 for who, 409 for when, 422 for what."""
    if isinstance(refusal, Unfit):
        return serializers.ValidationError(by_field(refusal.error))
    errors: list[FieldError] = []
    if isinstance(refusal, NotReady):
        errors = [
            {
                "pointer": f"/{point.field}",
                "code": point.code,
                "message": f"{point.reason} {point.fix}{OR_LEFT_OPEN if point.overridable else ''}",
            }
            for point in refusal.missing
        ]
    elif pointer := POINTERS.get(refusal.code):
        errors = [{"pointer": pointer, "code": refusal.code, "message": str(refusal)}]
    return Problem(status=_status(refusal), code=refusal.code, detail=str(refusal), errors=errors)


def _status(refusal: Refused) -> int:
    if isinstance(refusal, NotAllowed):
        return 403
    now = isinstance(refusal, WrongState | NotReady) or refusal.code in CONFLICTS
    return 409 if now else 422
