"""Three pilots whose numbers were posted over past weeks: one to go, one to extend, one to stop."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from config.local.demo.streams import Stream, minutes, share

DEMO_AGE_HOURS = 24 * 60  # a demo is looked at again weeks later: its numbers then are old, not silent


@dataclass(frozen=True)
class MetricSpec:
    """Fields of a metric, and of the goal and stop trigger it may have."""

    fields: dict[str, Any]
    stream: Stream
    goal: dict[str, Any] | None = None
    trigger: dict[str, Any] | None = None


@dataclass(frozen=True)
class Scenario:
    """A pilot that began `started_days_ago`; its window ends `ends_in_days` from today (below zero: it is over)."""

    slug: str
    seed: int
    owner: str
    charter: dict[str, Any]
    started_days_ago: int
    maintenance_days_ago: int
    ends_in_days: int
    model: str
    metrics: tuple[MetricSpec, ...] = field(default=())

    def window(self, today: date) -> dict[str, date]:
        return {
            "window_start": today - timedelta(days=self.started_days_ago),
            "maintenance_start": today - timedelta(days=self.maintenance_days_ago),
            "window_end": today + timedelta(days=self.ends_in_days),
        }


def _metric(key: str, name: str, unit: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "unit": unit, "max_age_hours": DEMO_AGE_HOURS, **fields}


MINUTES = {"estimand": "mean", "design": "before_after", "direction": "lower", "floor": 0, "cap": 120}
RATE = {"estimand": "rate", "design": "before_after"}


def _context_cost(after: float, spread: float, *, per_day: int) -> MetricSpec:
    """What the model takes per item; before there was none."""
    return MetricSpec(
        _metric(
            "context_cost",
            "Model and context per item",
            "EUR",
            estimand="mean",
            design="absolute",
            direction="lower",
            link="cost",
            floor=0,
            cap=5,
        ),
        Stream("context_cost", None, minutes(after, spread), per_day=per_day),
    )


def _exceptions(before: float, after: float, *, per_day: int) -> MetricSpec:
    return MetricSpec(
        _metric("exception_rate", "Items done by hand after all", "", **RATE, direction="lower", link="cost"),
        Stream("exception_rate", share(before), share(after), baseline_n=300, per_day=per_day),
    )


def _review(before: float, after: float, *, per_day: int, segments: tuple[str, ...] = ("",)) -> MetricSpec:
    return MetricSpec(
        _metric("review_minutes", "Review minutes per item", "min", **MINUTES, link="cost"),
        Stream(
            "review_minutes",
            minutes(before, before * 0.4),
            minutes(after, after * 0.4),
            baseline_n=300,
            per_day=per_day,
            segments=segments,
        ),
    )


INVOICES = Scenario(
    slug="invoice-reading",
    seed=11,
    owner="olivia",
    started_days_ago=34,
    maintenance_days_ago=14,
    ends_in_days=6,
    model="open-vision",
    charter={
        "name": "Invoice reading",
        "workflow": "Read supplier, amount and due date from incoming invoices",
        "friction_kind": "volume",
        "friction": "Two people type 2,400 invoices a month; at month's end payments go out late.",
        "volume_per_month": 2400,
        "minutes_per_item": "6.4",
        "scope_in": "Invoices in PDF from known suppliers.",
        "scope_out": "Credit notes, invoices above 50,000 EUR, new suppliers.",
        "wage_per_hour": "42",
        "migration_cost": "9500",
        "operator": "Finance operations, with the data platform team on call",
        "fallback_plan": "The two clerks type again; the old form is still there.",
        "removal_plan": "Turn off the mailbox rule (10 minutes), delete the stored extracts (one hour).",
        "fallback_cost_per_day": "310",
        "objective": "Pay suppliers on time at month's end.",
        "real_problem": "Typing what is printed already, for two people, all month.",
        "extra_control": "Amounts above 10,000 EUR: a person looks at each.",
        "silent_failure": "A wrong amount looks right and is paid.",
        "data_class": "confidential",
        "contract_inputs": "One invoice in PDF.",
        "contract_must_define": "supplier, amount, currency, due date",
        "contract_errors": "no due date: leave it to a person",
        "contract_idempotent": True,
    },
    metrics=(
        MetricSpec(
            _metric(
                "handling_minutes",
                "Handling per invoice",
                "min",
                **MINUTES,
                link="cost",
                saving="minutes",
                planned_n=700,
            ),
            Stream("handling_minutes", minutes(6.4, 2.6), minutes(4.3, 2.1), baseline_n=400, per_day=20),
            goal={"margin": "1.5"},
            trigger={"margin": "0.5", "action": "Olivia turns the mailbox rule off."},
        ),
        MetricSpec(
            _metric(
                "wrong_fields",
                "Invoices with a wrong field",
                "",
                **RATE,
                direction="lower",
                link="result",
                planned_n=1400,
            ),
            Stream("wrong_fields", share(0.045), share(0.022), baseline_n=900, per_day=40),
            trigger={
                "margin": "0.03",
                "response": "fallback",
                "action": "Back to typing until the cause is known.",
            },
        ),
        MetricSpec(
            _metric(
                "model_spend",
                "Spend on the model",
                "EUR",
                estimand="total",
                design="absolute",
                direction="lower",
                link="cost",
            ),
            Stream("model_spend", None, minutes(0.9, 0.2), per_day=2),
            trigger={"limit": "400", "hard": True, "action": "The key is withdrawn."},
        ),
        _review(0.5, 0.8, per_day=12),
        _context_cost(0.04, 0.015, per_day=12),
        _exceptions(0.02, 0.03, per_day=20),
    ),
)

SEARCH = Scenario(
    slug="internal-search",
    seed=23,
    owner="tomas",
    started_days_ago=29,
    maintenance_days_ago=12,
    ends_in_days=-1,
    model="closed-chat",
    charter={
        "name": "Internal search",
        "workflow": "Answer questions on internal guidelines with the source",
        "friction_kind": "dependence",
        "friction": "Every question on travel, leave or purchasing waits for the same two colleagues.",
        "volume_per_month": 500,
        "minutes_per_item": "9",
        "scope_in": "Published guidelines in English and German.",
        "scope_out": "Contracts of single employees, legal advice.",
        "wage_per_hour": "48",
        "migration_cost": "2500",
        "operator": "Workplace services",
        "fallback_plan": "Questions go to the shared mailbox again.",
        "removal_plan": "Remove the tile from the intranet; delete the index.",
        "fallback_cost_per_day": "190",
        "objective": "Answers within a working day.",
        "real_problem": "Colleagues wait for two people who know.",
        "extra_control": "Questions on single persons: never answered.",
        "silent_failure": "An outdated guideline is quoted as if it were in force.",
        "data_class": "internal",
    },
    metrics=(
        MetricSpec(
            _metric(
                "minutes_to_answer",
                "Minutes until the answer",
                "min",
                **MINUTES,
                link="clarity",
                saving="minutes",
                planned_n=420,
            ),
            Stream(
                "minutes_to_answer",
                minutes(9.0, 4.5),
                minutes(7.05, 3.6),
                baseline_n=600,
                per_day=12,
                segments=("travel", "leave", "purchasing"),
            ),
            goal={"margin": "1.0"},
            trigger={
                "margin": "1.5",
                "response": "fallback",
                "action": "Tomás takes the tile off the intranet.",
            },
        ),
        MetricSpec(
            _metric(
                "wrong_answers",
                "Answers that were wrong",
                "",
                **RATE,
                direction="lower",
                link="safety",
                planned_n=420,
            ),
            Stream(
                "wrong_answers",
                share(0.06),
                share(0.05),
                baseline_n=600,
                per_day=12,
                segments=("travel", "leave", "purchasing"),
            ),
            trigger={
                "margin": "0.08",
                "response": "review",
                "action": "Answers are shown with the source only.",
            },
        ),
        _review(0.4, 0.7, per_day=10, segments=("travel", "leave", "purchasing")),
        _context_cost(0.09, 0.04, per_day=10),
    ),
)

CLAUSES = Scenario(
    slug="clause-check",
    seed=37,
    owner="olivia",
    started_days_ago=18,
    maintenance_days_ago=-10,
    ends_in_days=24,
    model="closed-chat",
    charter={
        "name": "Contract clause check",
        "workflow": "Mark unusual clauses in incoming supplier contracts",
        "friction_kind": "volume",
        "friction": "Each contract waits two days for a lawyer who mostly finds nothing.",
        "volume_per_month": 380,
        "minutes_per_item": "14",
        "scope_in": "Supplier contracts under 200,000 EUR.",
        "scope_out": "Employment contracts, anything before a court.",
        "wage_per_hour": "75",
        "migration_cost": "12000",
        "operator": "",
        "fallback_plan": "Contracts go to the lawyers' inbox as before.",
        "removal_plan": "Remove the add-in from the contract tool.",
        "fallback_cost_per_day": "520",
        "objective": "Contracts signed within two days.",
        "real_problem": "Contracts without a fault wait as long as those with one.",
        "extra_control": "Where a clause is not in our collection.",
        "silent_failure": "A clause is passed over, and nobody reads the contract again.",
        "data_class": "confidential",
    },
    metrics=(
        MetricSpec(
            _metric(
                "review_minutes",
                "Review minutes per contract",
                "min",
                **MINUTES,
                link="cost",
                saving="minutes",
                planned_n=500,
            ),
            Stream("review_minutes", minutes(2.6, 1.1), minutes(3.5, 1.4), baseline_n=400, per_day=14),
            trigger={
                "margin": "0.2",
                "response": "fallback",
                "action": "Olivia removes the add-in the same day.",
            },
        ),
        MetricSpec(
            _metric(
                "unusual_found",
                "Unusual clauses found",
                "",
                **RATE,
                direction="higher",
                link="result",
                planned_n=500,
            ),
            Stream("unusual_found", share(0.62), share(0.86), baseline_n=400, per_day=14),
            goal={"margin": "0.05"},
        ),
        MetricSpec(
            _metric(
                "reading_minutes",
                "Lawyers' reading per contract",
                "min",
                **MINUTES,
                link="cost",
                saving="minutes",
                planned_n=500,
            ),
            Stream("reading_minutes", minutes(14, 1.8), minutes(13.6, 1.8), baseline_n=400, per_day=14),
        ),
        _context_cost(0.22, 0.07, per_day=14),
    ),
)

SCENARIOS = (INVOICES, SEARCH, CLAUSES)
