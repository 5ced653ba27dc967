"""What a finished run becomes in its pilot: rows of measurements, each under a name of its own.

Quality, latency and contract: one row a result. Cost of a passed task: one row a result that passed. Spend: one row for
all calls to one deployment, so that each row of the fence leads to the calls behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from evaluations.actions import texts
from evaluations.models import Result
from evaluations.models.run import JudgedBy, Outcome
from evaluations.queries.costs import spending_of
from evaluations.scoring.score import ScorerMisused
from pilots.actions.fences import SPEND
from pilots.models import EvaluationSchedule, Metric, PilotRun

SOURCE = "pilotage.runs"
CHUNK = 1000
NOT_KEPT = (
    "The answer is not stored as it came, so the charter's output schema cannot be held against it. Let the suite's own "
    "scorer be “contract”: it looks before the text goes."
)
PLACES = Decimal("1e-10")  # what a measurement keeps
Row = dict[str, Any]


def of_results(link: PilotRun) -> Iterator[Row]:
    """What the run's answers say in the metrics of its schedule."""
    results = Result.objects.filter(target__run=link.run).select_related("target", "case").order_by("id")
    costs = _Costs(link)
    for result in results.iterator(chunk_size=CHUNK):
        common = _common(link, result)
        yield from _of_metrics(link.schedule, result, common)
        yield from _of_contract(link, result, common)
        yield from costs.add(result, common)
    yield from costs.rest()


def of_spending(link: PilotRun) -> Iterator[Row]:
    """What its calls cost, retries, the fallback's and the judge's included, against the pilot's cap on spend. None
    without a cap.

    It is the pilot's money, whoever was asked, so it all counts under the primary candidate.
    """
    if not Metric.objects.filter(pilot=link.pilot, key=SPEND).exists():
        return
    currency = link.pilot.currency
    for each in spending_of(link.run, currency=currency):
        yield {
            "metric": SPEND,
            "value": None if each.amount is None else each.amount.quantize(PLACES),
            "outcome": Outcome.INFRA_ERROR if each.amount is None else Outcome.OK,
            "phase": "pilot",
            "observed_at": each.last_at.isoformat(),
            "provenance": "real",  # the money is, whatever was asked
            "source": SOURCE,
            "external_id": f"run-{link.run_id}-{each.name}-{SPEND}",
            "context": {
                "run": link.run_id,
                "target": each.target,
                "deployment": each.deployment,
                "for": "judging" if each.judging else link.schedule.purpose,
                "calls": each.calls,
                "calls_without_known_cost": each.estimated,
            },
        }


def _common(link: PilotRun, result: Result) -> Row:
    return {
        "candidate": result.target.key,
        "phase": "pilot",
        "outcome": result.outcome,
        "observed_at": result.asked_at.isoformat(),
        "unit_id": result.case.unit_id or result.case.key,
        "segment": result.case.scenario,
        "fingerprint": result.target.fingerprint,
        # None where a question never left: its host was refused, or the secret was not there. It stays in the denominator.
        **({"attempts": result.attempts} if result.attempts else {}),
        "provenance": result.case.provenance,
        "source": SOURCE,
        "context": {
            "run": link.run_id,
            "result": result.pk,
            "model": result.model_returned,
            # Whose word the score is: a judging model's alone proves nothing to be correct (R26).
            "judged_by": "model_judge" if result.judged_by == JudgedBy.MODEL else "check",
        },
    }


def _of_metrics(schedule: EvaluationSchedule, result: Result, common: Row) -> Iterator[Row]:
    answered = result.outcome == Outcome.OK
    if metric := schedule.quality_metric:
        # A correct abstention is a success, whatever it is called.
        right = result.passed
        yield common | {
            "metric": metric.key,
            "value": int(right) if answered or right else None,
            "outcome": Outcome.OK if right else result.outcome,
            "external_id": f"result-{result.pk}-{metric.key}",
        }
    if (metric := schedule.latency_metric) and not (answered and result.latency_s is None):
        yield common | {
            "metric": metric.key,
            "value": result.latency_s if answered else None,
            "external_id": f"result-{result.pk}-{metric.key}",
        }


def _of_contract(link: PilotRun, result: Result, common: Row) -> Iterator[Row]:
    """1 where the answer broke the contract, with the clause in its context. A right abstention keeps it; whatever gave no
    answer has none to hold."""
    metric, schema = link.schedule.contract_metric, link.pilot.contract_output_schema
    if metric is None or (schema is None and result.violations is None):
        return
    row = common | {"metric": metric.key, "external_id": f"result-{result.pk}-{metric.key}"}
    if result.outcome != Outcome.OK:
        kept = result.passed
        yield row | {"value": 0 if kept else None, "outcome": Outcome.OK if kept else result.outcome}
        return
    try:
        if result.violations is None and not texts.is_as_it_came(result):
            raise ScorerMisused(NOT_KEPT)
        said = _broken(schema, result)
        broken, is_broken = texts.kept(said, link.run.texts), bool(said)
    except ScorerMisused as reason:
        yield row | {
            "value": None,
            "outcome": Outcome.INFRA_ERROR,
            "context": row["context"] | {"fault": str(reason)},
        }
        return
    context = row["context"] | ({"broken": broken[:300]} if broken else {})
    yield row | {"value": int(is_broken), "context": context}


def _broken(schema: object, result: Result) -> str:
    if result.violations is None:
        # Imported here: its library's 3 MiB are for pilots with a contract whose scorer does not count violations itself.
        from evaluations.scoring.schemas import why_broken  # noqa: PLC0415

        return why_broken(schema, result.answer)
    return (result.detail or "Broken.") if result.violations else ""


@dataclass
class _Account:
    """What one target spent since its last answer that passed. `paid` is None once a cost is not known."""

    paid: Decimal | None = Decimal(0)
    since: int = 0
    passed: Row | None = None
    last: Row = field(default_factory=dict)

    def pay(self, result: Result, currency: str) -> None:
        known = result.cost if result.currency == currency else None
        cost = Decimal(0) if not result.attempts else known
        self.paid = None if cost is None or self.paid is None else self.paid + cost


class _Costs:
    """Each answer that passed carries its own cost and that of those before it that did not; what comes after the last
    one is added to that. So the rows of a target add up to all its calls, and their mean is the cost of a passed task."""

    def __init__(self, link: PilotRun) -> None:
        self.link, self.metric = link, link.schedule.cost_metric
        self.accounts: dict[int, _Account] = {}

    def add(self, result: Result, common: Row) -> Iterator[Row]:
        """The row of the answer that passed before this one, when this one passed."""
        if self.metric is None:
            return
        account = self.accounts.setdefault(result.target_id, _Account())
        account.last = common
        if not result.passed:
            account.since += 1
            account.pay(result, self.link.pilot.currency)
            return
        if account.passed is not None:
            before, account.passed = account.passed, None
            yield before
        account.pay(result, self.link.pilot.currency)
        account.passed = self._row(common, account, f"result-{result.pk}-{self.metric.key}")
        account.paid, account.since = Decimal(0), 0

    def rest(self) -> Iterator[Row]:
        """The last answer of each target that passed; where none did, that its calls bought nothing."""
        for account in self.accounts.values():
            row = account.passed
            if row is None:
                key = self.metric.key if self.metric else ""
                name = f"run-{self.link.run_id}-{account.last['candidate']}-{key}"
                row = self._row(account.last, account, name)
                yield row | {"value": None, "outcome": Outcome.ERROR, "unit_id": "", "segment": ""}
            elif account.since and row["value"] is not None:
                whole = None if account.paid is None else row["value"] + account.paid
                yield _valued(row, whole, row["context"]["failed_beside"] + account.since)
            else:
                yield row

    def _row(self, common: Row, account: _Account, name: str) -> Row:
        row = common | {"metric": self.metric.key if self.metric else "", "external_id": name}
        return _valued(row, account.paid, account.since)


def _valued(row: Row, paid: Decimal | None, failed: int) -> Row:
    """An unknown cost is our gap, and no low cost."""
    return row | {
        "value": None if paid is None else paid.quantize(PLACES),
        "outcome": Outcome.INFRA_ERROR if paid is None else Outcome.OK,
        "context": {**row["context"], "failed_beside": failed},
    }
