"""What an answer may rest on: everything of the pilot that can be opened, each piece by a key."""

from pilots.judging.sentences import counted
from pilots.judging.verdict import MetricResult
from pilots.memos.structure import Chip
from pilots.models import Pilot

SHOWN_RUNS = 5


def chips(pilot: Pilot, results: tuple[MetricResult, ...]) -> tuple[Chip, ...]:
    """Measured metrics, finished runs, failures, reviews, incidents, risks, trade-offs and drills. Six small queries."""
    metrics = {
        f"metric:{each.metric}": f"{each.label}, n = {each.after.n:,}"
        for each in results
        if each.decides and not each.segment and each.after and each.after.n
    }
    runs = {
        f"run:{link.run_id}": f"Evaluation run {link.run_id}"
        for link in pilot.runs.filter(absorbed_at__isnull=False).order_by("-id")[:SHOWN_RUNS]
    }
    counts = {
        name: counted(number, noun)
        for name, noun, number in (
            ("failures", "failure", pilot.failures.count()),
            ("reviews", "review", pilot.reviews.count()),
            ("incidents", "incident", pilot.incidents.filter(withdraws__isnull=True).count()),
        )
        if number
    }
    risks = {f"risk:{risk.pk}": f"Risk: {risk.text}" for risk in pilot.risks.all()}
    trade_offs = {f"tradeoff:{each.pk}": f"Trade-off: {each.area}" for each in pilot.trade_offs.all()}
    drills = {
        f"drill:{each.pk}": f"{each.get_plan_display().partition(':')[0]} drill of {each.held_on:%-d %B %Y}"
        for each in pilot.drills.all()
    }
    found = metrics | runs | counts | risks | trade_offs | drills
    return tuple(Chip(key=key, label=label) for key, label in found.items())
