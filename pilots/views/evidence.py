"""What the pilot's page and the page to sign on both show."""

from datetime import datetime
from typing import Any

from pilots.models import Pilot
from pilots.queries import pilot_page
from pilots.reading import ledger
from pilots.reading.clauses import why
from pilots.reading.results import lines, metric_lines
from pilots.views.figures import figures


def evidence(pilot: Pilot, *, now: datetime) -> dict[str, Any]:
    """The context of the fragments in templates/pilots/evidence/. `pilot` is one of `pilot_page.pilots()`."""
    page = pilot_page.load(pilot, now=now)
    criteria = lines(page.criteria)
    return {
        "pilot": pilot,
        "page": page,
        "verdict": page.verdict,
        "judged": page.judged,
        "why": why(page.judged) if page.judged else None,
        "figures": figures(page, now=now),
        "ledger": ledger.shown(page.ledger),
        "metrics": metric_lines(page.metrics, criteria, shares=page.shares),
        "criteria": criteria,
        "others": lines(
            page.others, names={each.slug: each.name for each in page.candidates}, shares=page.shares
        ),
    }
