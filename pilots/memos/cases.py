"""What speaks for and against each of the four outcomes, from the judge's own record and the charter's registers.

Every sentence rests on a result, a register or an answer; none is made up to fill a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pilots.judging.verdict import Flag, MetricResult, PaybackResult, Role, Status, Verdict
from pilots.memos.structure import Answer, Case, Line, RiskLine, Test
from pilots.reading.clauses import sentences

GOOD, BAD = (Status.PROVEN, Status.SAFE), (Status.BREACHED, Status.REFUTED)
ALONG = {
    Flag.GO: {"go"},
    Flag.EXTEND: {"extend", "simplify"},
    Flag.STOP: {"stop"},
    Flag.COLLECTING: {"extend", "simplify", "stop"},
}
"""Outcomes that do not contradict the flag. Collecting advises nothing but that a go would be too early."""
MACHINE_EXTENSIONS = 2
"""People may sign a further one, with a second signer."""
NOTHING = "Nothing that was measured or written down."
HAPPENS = {
    "go": "The pilot ends and the model goes into regular use.",
    "extend": "The pilot runs on until a new date, to settle what is still open.",
    "simplify": "The pilot runs on without the parts you name.",
    "stop": "The pilot ends, the removal checklist opens and the fallback takes over. A clean stop is a good result.",
}


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the cases are argued from. `drilled` and `removal_drilled`: a drill has shown that it works. `unsearched`
    says why too little is known of failures, empty where it is enough."""

    judged: Verdict | None
    answers: tuple[Answer, ...]
    tests: tuple[Test, ...]
    risks: tuple[RiskLine, ...]
    blockers: tuple[str, ...]
    extensions: int
    drilled: bool
    removal_drilled: bool
    has_fallback: bool
    incidents: int
    failures: int
    unsearched: str = ""

    @property
    def gates(self) -> tuple[MetricResult, ...]:
        """Goals and stop triggers over all cases."""
        results = self.judged.results if self.judged else ()
        return tuple(each for each in results if _is_gate(each) and not each.segment)

    @property
    def hurting(self) -> tuple[MetricResult, ...]:
        """Segments in which a trigger is breached or a goal refuted."""
        results = self.judged.results if self.judged else ()
        return tuple(each for each in results if each.segment and each.status in BAD)

    @property
    def payback(self) -> PaybackResult | None:
        return self.judged.payback if self.judged else None


def cases(ground: Ground, costs: dict[str, tuple[Line, ...]]) -> tuple[Case, ...]:
    """Always all four, in one order, none ahead of another."""
    argued = {"go": _go, "extend": _extend, "simplify": _simplify, "stop": _stop}
    made = []
    for outcome, argue in argued.items():
        speaks_for, speaks_against = argue(ground)
        made.append(
            Case(
                outcome=outcome,
                happens=HAPPENS[outcome],
                speaks_for=_said(speaks_for),
                speaks_against=_said(speaks_against),
                costs=costs.get(outcome, ()),
                blocked=tuple(_blocked(outcome, ground)),
                second=tuple(_second(outcome, ground)),
                against_flag=is_against(ground.judged, outcome),
            )
        )
    return tuple(made)


def is_against(judged: Verdict | None, outcome: str) -> bool:
    return judged is not None and outcome not in ALONG[judged.flag]


def _go(ground: Ground) -> tuple[list[str], list[str]]:
    payback = ground.payback
    goods = [gate.reason for gate in ground.gates if gate.status in GOOD]
    pays = [payback.sentence] if payback and payback.met and payback.applicable else []
    does_not_pay = [payback.sentence] if payback and not payback.met else []
    wrong = [gate.reason for gate in ground.gates if gate.status not in GOOD]
    told = [*wrong, *ground.blockers]
    needed = (
        [each for each in ground.judged.still_needed if not _repeats(each, told)] if ground.judged else []
    )
    failed = [test.sentence for test in ground.tests if test.passed is False]
    undrilled = [] if ground.drilled else ["no drill has shown that the fallback works"]
    unsearched = [ground.unsearched] if ground.unsearched else []
    against = [
        *wrong, *does_not_pay, *needed, *ground.blockers, *_diffuse(ground), *failed, *undrilled, *unsearched
    ]  # fmt: skip
    return [*goods, *pays, *_passed(ground)], against


def _extend(ground: Ground) -> tuple[list[str], list[str]]:
    proposal = ground.judged.extend if ground.judged else None
    more_time = [proposal.sentence] if proposal and proposal.kind != "narrower_scope" else []
    undecided = [gate for gate in ground.gates if gate.status not in (*GOOD, *BAD)]
    forecasts = [gate.forecast.sentence for gate in undecided if gate.forecast]
    settled = [
        f"{gate.reason}; more time does not take that back" for gate in ground.gates if gate.status in BAD
    ]
    nothing_open = (
        ["nothing is open: every goal and stop trigger is settled"] if ground.gates and not undecided else []
    )
    used = [f"it has been extended {_times(ground.extensions)} already"] if ground.extensions else []
    open_answers = [
        f"an answer could become firm: {each.question}" for each in ground.answers if each.diffuse
    ]
    return [*more_time, *forecasts, *open_answers], [*settled, *nothing_open, *used]


def _simplify(ground: Ground) -> tuple[list[str], list[str]]:
    proposal = ground.judged.extend if ground.judged else None
    narrower = [proposal.sentence] if proposal and proposal.kind == "narrower_scope" else []
    parts = [f"in {each.segment}: {each.reason}" for each in ground.hurting]
    risky = [
        f"a risk that goes with a part could go with it: {risk.text}" for risk in ground.risks if risk.hidden
    ]
    nowhere = (
        []
        if narrower or parts
        else ["no part of the work stands out in the numbers: what to remove is a judgement"]
    )
    whole = [
        f"{gate.reason}; that is over all cases, not in one part"
        for gate in ground.gates
        if gate.status in BAD and gate.metric not in {each.metric for each in ground.hurting}
    ]
    return [*narrower, *parts, *risky], [*nowhere, *whole]


def _stop(ground: Ground) -> tuple[list[str], list[str]]:
    payback = ground.payback
    bads = [gate.reason for gate in ground.gates if gate.status in BAD]
    loses = [payback.sentence] if payback and payback.proven_negative else []
    hard = [_count(ground.incidents, "incident") + " reported and not withdrawn"] if ground.incidents else []
    told = [ground.judged.reason] if ground.judged and ground.judged.flag is Flag.STOP and not bads else []
    hidden = [f"a risk that nobody owns or controls: {risk.text}" for risk in ground.risks if risk.hidden]
    goods = [gate.reason for gate in ground.gates if gate.status in GOOD]
    pays = [payback.sentence] if payback and payback.met and payback.applicable else []
    unready = [] if ground.has_fallback else ["there is no fallback plan"]
    untried = (
        []
        if ground.removal_drilled
        else ["taking it out has not been tried, so how long it takes is not known"]
    )
    return [*bads, *loses, *hard, *told, *hidden], [*goods, *pays, *unready, *untried]


def _blocked(outcome: str, ground: Ground) -> Iterable[str]:
    """A stop never waits for paper."""
    if outcome == "stop":
        return
    if missing := [each.question for each in ground.answers if each.missing]:
        yield f"Not answered: {' '.join(missing)}"
    if outcome != "go":
        return
    yield from ground.blockers
    if ground.unsearched:
        yield ground.unsearched
    for each in ground.answers:
        if each.diffuse and not each.missing:
            yield f"Diffuse: {each.question} {' '.join(each.diffuse)}"


def _second(outcome: str, ground: Ground) -> Iterable[str]:
    if ground.judged and ground.judged.flag is Flag.STOP and outcome != "stop":
        yield "The machine's flag is stop."
    if outcome == "extend" and ground.extensions >= MACHINE_EXTENSIONS:
        yield f"It has been extended {_times(ground.extensions)} already."


def _diffuse(ground: Ground) -> list[str]:
    return [
        f"{'not answered' if each.missing else 'diffuse'}: {each.question}"
        for each in ground.answers
        if each.diffuse
    ]


def _passed(ground: Ground) -> list[str]:
    return [test.sentence for test in ground.tests if test.passed]


def _repeats(clause: str, told: Iterable[str]) -> bool:
    """Whether it says what is told, after a word on what it is: `Stop trigger: review minutes …`."""
    said = clause.casefold().rstrip(".")
    return any(said.endswith(each.casefold().rstrip(".")) for each in told)


def _said(clauses: Iterable[str]) -> tuple[str, ...]:
    """Once each, as sentences; with nothing to say, that."""
    return tuple(sentences(dict.fromkeys(clause for clause in clauses if clause))) or (NOTHING,)


def _is_gate(result: MetricResult) -> bool:
    return result.decides and result.role is not Role.MONITOR


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
