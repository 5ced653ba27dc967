"""What the charter itself says to the judge."""

from decimal import Decimal

from pilots.models import Pilot

DAYS_A_MONTH = Decimal("30.4375")


def blockers(pilot: Pilot) -> tuple[str, ...]:
    """Sentences of what must be settled before go, whatever the numbers say."""
    open_points = {
        "No operator is named for after the pilot.": not pilot.operator.strip(),
        "There is no removal plan.": not pilot.removal_plan.strip(),
    }
    return tuple(sentence for sentence, is_open in open_points.items() if is_open)


def volume_per_day(pilot: Pilot) -> Decimal | None:
    if pilot.volume_per_month is None:
        return None
    return round(Decimal(pilot.volume_per_month) / DAYS_A_MONTH, 6)
