"""What the pilot's page and the page to sign on both show."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pilots.judging.sentences import opening
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Pilot
from pilots.queries import pilot_page
from pilots.views.figures import figures
from pilots.views.results import lines, metric_lines


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
        "metrics": metric_lines(page.metrics, criteria, shares=page.shares),
        "criteria": criteria,
        "others": lines(
            page.others, names={each.slug: each.name for each in page.candidates}, shares=page.shares
        ),
    }


def why(judged: Judged) -> dict[str, list[str]]:
    """The judge's clauses as whole sentences."""
    return {
        "speaks_for": _sentences(judged.reasons_for),
        "speaks_against": _sentences(judged.reasons_against),
        "would_change": _sentences(judged.would_change),
        "still_needed": _sentences(judged.still_needed),
        "tasks": _sentences(judged.tasks),
        "warnings": _sentences(judged.warnings),
    }


def _sentences(clauses: Iterable[str]) -> list[str]:
    return [f"{opening(clause).rstrip('.')}." for clause in clauses]
