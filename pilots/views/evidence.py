"""What the pilot's page and the page to sign on both show."""

from datetime import datetime
from typing import Any

from pilots.models import Pilot
from pilots.queries import pilot_page
from pilots.reading import ledger
from pilots.reading.clauses import why
from pilots.reading.results import BROKEN, MET, Halves, lines, metric_lines
from pilots.views.candidates import side_by_side
from pilots.views.figures import figures


def evidence(pilot: Pilot, *, now: datetime) -> dict[str, Any]:
    """The context of the fragments in templates/pilots/evidence/. `pilot` is one of `pilot_page.pilots()`."""
    page = pilot_page.load(pilot, now=now)
    names = {each.slug: each.name for each in page.candidates}
    criteria = lines(page.criteria, rules=page.rules)
    return {
        "pilot": pilot,
        "page": page,
        "verdict": page.verdict,
        "judged": page.judged,
        "why": why(page.judged) if page.judged else None,
        "figures": figures(page, now=now),
        "ledger": ledger.shown(page.ledger),
        "metrics": metric_lines(page.metrics, criteria, shares=page.shares, halves=_halves(page)),
        "criteria": criteria,
        "open_lines": [
            line for line in criteria if line.result.required and line.result.status not in (*MET, *BROKEN)
        ],
        "side_by_side": side_by_side(
            page, lines([*page.metrics, *page.others], names=names, shares=page.shares)
        ),
    }


def _halves(page: pilot_page.Page) -> dict[str, tuple[Halves, Halves]]:
    return {
        metric: ((sides.before.p50, sides.before.p95), (sides.after.p50, sides.after.p95))
        for metric, sides in page.typical.items()
    }
