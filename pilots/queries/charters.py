"""The whole charter as one document: what a version keeps."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from pilots.judging.canonical import canonical_json, digest
from pilots.models import CharterVersion, Pilot
from pilots.queries import people

NOT_CHARTER = {"id", "state", "is_demo", "created_at", "started_at", "started_by", "pilot"} | {
    "ownerless_since",
    "overdue_since",
}
PARTS = (
    "candidates",
    "metrics",
    "plan_steps",
    "drills",
    "operating_rules",
    "integrations",
    "trade_offs",
    "risks",
    "move_costs",
    "control_scores",
    "ecosystem_findings",
)


def document(pilot: Pilot) -> dict[str, Any]:
    """Every field of the pilot and of its parts, as JSON; people and models by their names."""
    whole = _fields(pilot)
    whole["readers"] = [person.get_username() for person in pilot.readers.order_by("username")]
    for part in PARTS:
        whole[part] = [_fields(row) for row in getattr(pilot, part).order_by("pk")]
    for row, metric in zip(whole["metrics"], pilot.metrics.order_by("pk"), strict=True):
        for name in ("goal", "stop_trigger"):
            criterion = getattr(metric, name, None)
            row[name] = _fields(criterion) if criterion else None
    return whole


def persons(pilot: Pilot) -> dict[str, str]:
    """Everybody whom the document may name, by pseudonym."""
    rows: list[Model] = [pilot, *(row for part in PARTS for row in getattr(pilot, part).all())]
    found = {
        getattr(row, field.name)
        for row in rows
        for field in row._meta.concrete_fields
        if field.related_model is User
    }
    return people.persons(found)


def hash_of(charter: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return digest(canonical_json(charter))


def newest(pilot: Pilot) -> CharterVersion | None:
    return pilot.charters.order_by("-number").first()


def _fields(row: Model) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(row, field.name))
        for field in row._meta.concrete_fields
        if field.name not in NOT_CHARTER and field.name != "metric"
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Model) else value
