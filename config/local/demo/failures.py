"""Examples of what went wrong in the demo's pilots, as reviewers would have written them down."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pilots.actions import findings
from pilots.models import Pilot

Example = tuple[str, str, str, str, str, str, str, str | None]
"""Type, severity, cause, scenario, input, output, expected, cost in the pilot's currency."""

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "invoice-reading": (
        ("wrong", "major", "two dates on the page", "due date", "Invoice 4711, delivered 2 May, due 1 June",
         "due 2 May", "due 1 June", "12.00"),
        ("silent", "critical", "amount across two pages", "amount", "Invoice 5120, total carried over to page 2",
         "1,240.00", "12,400.00", "310.00"),
        ("format", "minor", "currency sign left out", "amount", "Invoice 4803 in CHF", "880.50", "880.50 CHF", None),
        ("wrong", "minor", "two dates on the page", "due date", "Invoice 4990, printed 3 May, due in 14 days",
         "due 3 May", "due 17 May", None),
    ),
    "internal-search": (
        ("silent", "major", "outdated guideline", "travel", "May I book first class above six hours?",
         "Yes.", "No, since March.", "120.00"),
        ("wrong", "major", "outdated guideline", "travel", "What is the daily allowance in Oslo?",
         "62 EUR", "71 EUR", "18.00"),
        ("refused", "minor", "question on a person", "leave", "Who stands in while Kim is on leave?",
         "I cannot answer that.", "Name the shared mailbox.", None),
    ),
    "clause-check": (
        ("silent", "critical", "clause split by a table", "liability", "Liability is limited as in table 3",
         "usual", "unusual: no limit at all", "2400.00"),
        ("wrong", "major", "unusual wording", "termination", "Either side may end it by letter within a year",
         "usual", "unusual: a year's notice", "90.00"),
        ("wrong", "minor", "unusual wording", "payment", "Payable on the 90th day", "usual", "unusual", None),
        ("escalated", "minor", "scan too faint", "liability", "(a faint scan)", "left to a lawyer", "usual", "25.00"),
    ),
}  # fmt: skip


def report(pilot: Pilot, *, now: datetime) -> None:
    """The newest was seen a day ago, each other two days before."""
    for number, (kind, severity, cause, scenario, asked, said, expected, cost) in enumerate(
        EXAMPLES[pilot.slug]
    ):
        values: dict[str, Any] = {
            "type": kind,
            "severity": severity,
            "cause": cause,
            "scenario": scenario,
            "input": asked,
            "output": said,
            "expected": expected,
            "cost": Decimal(cost) if cost else None,
            "happened_at": now - timedelta(days=1 + 2 * number),
            "external_id": f"demo-{number}",
        }
        findings.report_failure(pilot=pilot, values=values, by=pilot.owner, token=None, now=now)
