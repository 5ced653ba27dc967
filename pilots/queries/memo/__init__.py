"""The decision memo of a pilot: everything a decider reads, from the newest record, the charter and its registers."""

import json
from datetime import datetime

from pilots.judging.sentences import inside
from pilots.judging.verdict import MetricResult, Role
from pilots.judging.verdict import Verdict as Judged
from pilots.memos.cases import Ground, cases
from pilots.memos.structure import Criterion, Line, Machine, Memo, Proposed, Row
from pilots.models import Candidate, Pilot, Proposal, Verdict
from pilots.models.decision import DecisionOutcome
from pilots.queries import dependence as dependences
from pilots.queries import ledger, pilot_page
from pilots.queries.facts.charter import blockers
from pilots.queries.memo import continuing, costs, registers
from pilots.queries.memo.answers import answers
from pilots.queries.memo.evidence import chips
from pilots.queries.memo.search import search
from pilots.queries.people import name, persons
from pilots.queries.verdicts import newest
from pilots.reading.clauses import sentences
from pilots.reading.readings import drawn
from pilots.reading.results import BROKEN, MET, lines, metric_lines

__all__ = ["available", "extensions", "load"]


def load(pilot: Pilot, *, now: datetime) -> Memo:
    """The memo as it would be signed now. Some thirty small queries; nothing is written."""
    today = now.date()
    verdict = newest(pilot)
    record = json.loads(verdict.evidence) if verdict else None
    judged = Judged.from_json(record["verdict"]) if record else None
    results = judged.results if judged else ()
    net = ledger.of_record(pilot, record) if record else None
    metrics = list(pilot.metrics.order_by("pk"))
    risks = list(pilot.risks.select_related("owner"))
    trade_offs, drills = list(pilot.trade_offs.all()), list(pilot.drills.all())
    found = dependences.load(pilot, now=now)
    failed = registers.failure_counts(pilot)
    looked = search(pilot, failures=failed["all"])
    risk_lines = registers.risk_lines(risks, today=today)
    removal = registers.newest_removal(drills)
    used, extended = costs.pace(pilot, results, metrics, today=today), extensions(pilot)
    said, written_by = answers(pilot, {chip.key: chip for chip in chips(pilot, results)})
    proposal = Proposal.objects.filter(pilot=pilot).select_related("proposed_by").first()
    involved = [pilot.owner, pilot.deputy, pilot.decider, *written_by, *(risk.owner for risk in risks)]
    tests = continuing.tests(judged, net, metrics, risk_lines, silent_failures=failed["silent_open"])
    ground = Ground(
        judged=judged,
        answers=said,
        tests=tests,
        risks=risk_lines,
        blockers=blockers(pilot),
        extensions=extended,
        drilled=found.readiness.drilled_at is not None,
        removal_drilled=removal is not None,
        has_fallback=bool(pilot.fallback_plan.strip()),
        incidents=pilot.incidents.filter(withdraws__isnull=True, withdrawn_by__isnull=True).count(),
        failures=failed["all"],
        unsearched=looked.lacks,
    )
    forward = costs.forward(
        pilot, judged, used, list(pilot.plan_steps.all()), removal.minutes if removal else None
    )
    criteria = lines(_gates(results))
    shown = metric_lines(_metrics(pilot, results), criteria, shares=pilot_page.shares(record))
    return Memo(
        pilot=pilot.slug,
        name=pilot.name,
        is_demo=pilot.is_demo,
        made_on=today,
        question=_question(pilot),
        people=_people(pilot),
        scope=_scope(pilot, record, extended),
        machine=_machine(verdict, judged),
        proposed=_proposed(proposal),
        rows=tuple(
            Row(
                metric=line.result.label,
                n=str(line.n),
                before=" ".join(filter(None, (line.before, line.quantile_before))),
                after=" ".join(filter(None, (line.after, line.quantile_after))),
                change=line.change,
                tone=line.tone,
                interval=line.interval,
                confidence=line.confidence,
                status=", ".join(dict.fromkeys(each.status for each in line.criteria)) or "Shown only",
                no_answer=line.errors,
            )
            for line in shown
        ),
        criteria=tuple(
            Criterion(
                label=line.result.label,
                role=line.role,
                status=line.status,
                met=True if line.result.status in MET else False if line.result.status in BROKEN else None,
                room=line.room,
                sentence=line.sentence,
                chart=drawn(line.result),
            )
            for line in criteria
        ),
        answers=said,
        tests=tests,
        cases=cases(ground, forward),
        spent=costs.spent(pilot, used, extensions=extended),
        minimum=registers.minimum_lines(pilot, results, now=now),
        failures=registers.failure_lines(failed, looked, items=_items(results)),
        fallback=registers.fallback_lines(pilot, found, removal),
        risks=risk_lines,
        trade_offs=registers.trade_off_lines(trade_offs),
        reviews=registers.review_lines(pilot, risks, trade_offs, found),
        persons=persons([*involved, proposal.proposed_by if proposal else None]),
    )


def available(pilot: Pilot) -> tuple[tuple[str, str], ...]:
    """The evidence an answer can name, as choices."""
    verdict = newest(pilot)
    judged = Judged.from_json(json.loads(verdict.evidence)["verdict"]) if verdict else None
    return tuple((chip.key, chip.label) for chip in chips(pilot, judged.results if judged else ()))


def extensions(pilot: Pilot) -> int:
    """Extensions that stand: one that was corrected into something else does not count."""
    return pilot.decisions.filter(outcome=DecisionOutcome.EXTEND, superseded_by__isnull=True).count()


def _gates(results: tuple[MetricResult, ...]) -> list[MetricResult]:
    return [each for each in results if each.decides and not each.segment and each.role is not Role.MONITOR]


def _metrics(pilot: Pilot, results: tuple[MetricResult, ...]) -> list[MetricResult]:
    primary = {each.slug for each in pilot.candidates.all() if each.role == "primary"}
    whole = [each for each in results if not each.segment and each.candidate in primary]
    return pilot_page.one_a_metric(whole)


def _items(results: tuple[MetricResult, ...]) -> int:
    return max(
        (each.after.n for each in results if each.decides and not each.segment and each.after), default=0
    )


def _question(pilot: Pilot) -> str:
    candidate: Candidate | None = next(
        (each for each in pilot.candidates.select_related("deployment__model") if each.role == "primary"),
        None,
    )
    with_what = f" with {candidate.name}" if candidate else ""
    return f"Should “{inside(pilot.workflow)}” go on{with_what}: go, extend, simplify or stop?"


def _people(pilot: Pilot) -> tuple[Line, ...]:
    people = {"Owner": pilot.owner, "Deputy": pilot.deputy, "Decider": pilot.decider}
    return tuple(Line(label=label, value=name(person)) for label, person in people.items() if person)


def _scope(pilot: Pilot, record: dict[str, object] | None, extended: int) -> tuple[Line, ...]:
    counts = record["counts"] if record else None
    rows = counts["rows"] if isinstance(counts, dict) else 0
    window = f"{pilot.window_start:%-d %B %Y} to {pilot.window_end:%-d %B %Y}"
    return (
        Line(label="Friction", value=pilot.friction or "not described"),
        Line(label="In scope", value=pilot.scope_in or "not described"),
        Line(label="Out of scope", value=pilot.scope_out or "nothing is named"),
        Line(
            label="Window",
            value=window,
            basis="not extended" if not extended else f"extended {extended} times",
        ),
        Line(label="Autonomy", value=pilot.get_autonomy_display()),
        Line(label="Data", value=pilot.get_data_class_display() or "no class is set"),
        Line(
            label="Decision evidence",
            value=f"{rows:,} measurements",
            basis="made up for the demo" if pilot.is_demo else "from real and replayed work alone",
        ),
    )


def _machine(verdict: Verdict | None, judged: Judged | None) -> Machine | None:
    if verdict is None or judged is None:
        return None
    return Machine(
        number=verdict.number,
        flag=verdict.flag,
        code=verdict.code,
        reason=verdict.reason,
        as_of=verdict.as_of,
        evidence_hash=verdict.evidence_hash,
        still_needed=tuple(sentences(judged.still_needed)),
        would_change=tuple(sentences(judged.would_change)),
        warnings=tuple(sentences(judged.warnings)),
    )


def _proposed(newest_one: Proposal | None) -> Proposed | None:
    if newest_one is None:
        return None
    return Proposed(
        outcome=newest_one.recommends,
        note=newest_one.note,
        by=name(newest_one.proposed_by),
        on=newest_one.proposed_at.date(),
    )
