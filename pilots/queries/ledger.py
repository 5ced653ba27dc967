"""The ledger of displaced cost of a record, from the inputs that the record itself keeps."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pilots.judging.facts import Facts
from pilots.judging.ledger import Ledger, Prices, ledger_of
from pilots.judging.plan import Plan
from pilots.models import Pilot, Verdict
from pilots.queries.facts.charter import volume_per_day


def load(verdict: Verdict) -> Ledger:
    """Of the pilot as it was at that look; prices that are not in the record are the charter's of today."""
    return of_record(verdict.pilot, json.loads(verdict.evidence))


def of_record(pilot: Pilot, record: Mapping[str, Any]) -> Ledger:
    """`record` is the evidence of one of the pilot's verdicts, decoded."""
    return ledger_of(Plan.from_json(record["plan"]), Facts.from_json(record["facts"]), prices(pilot))


def prices(pilot: Pilot) -> Prices:
    """What an item costs by hand, and on the fallback; None where the charter does not say."""
    a_day = volume_per_day(pilot)
    by_hand = (
        pilot.minutes_per_item * pilot.wage_per_hour / 60
        if pilot.minutes_per_item is not None and pilot.wage_per_hour is not None
        else None
    )
    on_fallback = pilot.fallback_cost_per_day
    return Prices(
        by_hand=by_hand,
        fallback=on_fallback / Decimal(a_day) if on_fallback is not None and a_day else None,
    )
