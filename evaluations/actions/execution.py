"""The work on a run's batches: what has no result yet is asked, scored, priced and stored.

One event loop asks; the database is used in the calling thread alone, in small batches, while other questions are on
their way. Killed at any point, it leaves whole results and none twice: the next worker asks what is missing.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from redis import asyncio as redis

from evaluations.actions import batches, budgets, endings, judges, prices
from evaluations.actions.asking import Asked
from evaluations.actions.batches import Claim, ClaimLost
from evaluations.actions.endpoints import EndpointClosed, allowed_hosts, endpoint
from evaluations.actions.gate import SCRIPT, Gate
from evaluations.actions.grading import graded, rubrics_of
from evaluations.actions.judges import Bench, Judged
from evaluations.actions.lanes import ClosedLane, Lane, Question
from evaluations.actions.ledger import DATABASE_GONE, Ledger
from evaluations.actions.parts import Part, Parts, open_part
from evaluations.actions.questions import Task, Wording
from evaluations.actions.results import Call
from evaluations.actions.target_plans import TargetPlan
from evaluations.actions.troubles import cause, words
from evaluations.models import Calibration, Deployment, Run, RunTarget
from evaluations.pricing.usage import Use
from evaluations.providers.protocol import Answer, Request

BEAT_EVERY_S = 2.0
# Batches of a worker under way: what varies with the hour is to hit fast and slow candidates alike. One where money is
# limited: what a batch cost is known before the next one begins.
AT_ONCE, AT_ONCE_ON_A_LIMIT = 2, 1
# A worker has other work as well, and other runs: then no further batch is begun; and then the rest of one is handed back.
SHIFT_S, LONGEST_SHIFT_S = 8.0, 10.0

log = structlog.get_logger()
Clock = Callable[[], datetime]


def work_on(*, run_id: int, clock: Clock = timezone.now) -> None:
    """Works on the run's next batches; does nothing when there are none, and ends the run when it is at a limit."""
    run = Run.objects.unfinished().filter(pk=run_id).first()
    if run is None:
        return
    if reason := budgets.why_stopped(run, now=clock()):
        endings.fail(run_id=run_id, reason=reason, now=clock())
        return
    claim = batches.claim(run_id=run_id, now=clock())
    if claim is not None:
        execute(claim=claim, clock=clock)


def execute(*, claim: Claim, clock: Clock = timezone.now) -> bool:
    """Works until every cell of the batch has a result and finishes it, then on with the run's next ones for a while.

    False when a claim was lost on the way, or the run ended. What breaks it off is left in words with its batches.
    """
    held, claims = True, [claim]
    try:
        shift = _Shift(claims, clock)
        async_to_sync(shift.all)()
    except* ClaimLost:
        held = False
    except* _Stopped as stopped:
        endings.fail(run_id=claim.run_id, reason=str(cause(stopped)), now=clock())
        held = False
    except* Exception as error:
        for each in claims:
            batches.note_trouble(claim=each, reason=words(error))
        raise
    return held


class _Stopped(Exception):
    """A limit of the run was reached while the batch went on. The message says which."""


class _Shift:
    """One worker's stay with one run, from a first claim on; `claims` gets each further one.

    All of it lives as long as `all` does.
    """

    def __init__(self, claims: list[Claim], clock: Clock) -> None:
        self.claims, self.clock, self.began = claims, clock, time.monotonic()
        self.run = Run.objects.select_related("suite_version").get(pk=claims[0].run_id)
        self.targets = list(self.run.targets.select_related("deployment", "prompt"))
        self.plans = {target.pk: TargetPlan(**target.plan) for target in self.targets}
        self.deployments = {target.pk: target.deployment_id for target in self.targets}
        at_once = AT_ONCE if self.run.spend_limit is None else AT_ONCE_ON_A_LIMIT
        self.parts = Parts(sync_to_async(self._take_part), at_once)
        self.ledger = Ledger(clock, self._finish)
        self.lanes: dict[int, Lane | ClosedLane] = {}
        self.judge = judges.of_plan(self.plans[self.targets[0].pk]) if self.targets else None
        self.tariffs = prices.tariffs(self._asked())
        self.bench: Bench | None = None
        self.has_asked = False

    async def all(self) -> None:
        async with (
            redis.from_url(settings.REDIS_URL) as client,
            judges.sitting(self.judge, client) as self.bench,
            asyncio.TaskGroup() as group,
        ):
            self.lanes = {
                targets[0].deployment_id: self._lane(targets[0], client) for targets in self._shared()
            }
            beating = group.create_task(self._beat())
            keeping = group.create_task(self.ledger.keep())
            async with asyncio.TaskGroup() as lanes:
                for targets in self._shared():
                    lane = self.lanes[targets[0].deployment_id]
                    lanes.create_task(lane.run(self._questions(targets), self._take, self._note))
            await self.ledger.close()
            await keeping
            await sync_to_async(self._hand_back)()
            beating.cancel()

    def _asked(self) -> Iterator[Deployment]:
        """Everybody whose calls cost something."""
        yield from (target.deployment for target in self.targets)
        if self.judge is not None and self.judge.deployment.pk:
            yield self.judge.deployment

    def _shared(self) -> Iterator[list[RunTarget]]:
        """Targets on the same deployment share a lane."""
        shared: dict[int, list[RunTarget]] = {}
        for target in self.targets:
            shared.setdefault(target.deployment_id, []).append(target)
        yield from shared.values()

    def _lane(self, target: RunTarget, client: "redis.Redis") -> Lane | ClosedLane:
        deployment = target.deployment
        try:
            found = endpoint(self.plans[target.pk], credential=deployment.credential)
        except EndpointClosed as reason:
            return ClosedLane(str(reason))
        gate = Gate(
            client.register_script(SCRIPT),
            name=deployment.slug,
            limit=deployment.concurrency,
            per_minute=deployment.requests_per_minute,
        )
        return Lane(found, allowed_hosts(), gate, self._deadline(), self._leave)

    def _deadline(self) -> float | None:
        end = budgets.deadline(self.run)
        return None if end is None else time.monotonic() + (end - self.clock()).total_seconds()

    def _take_part(self) -> Part | None:
        """The first claim's, then of the run's next batches while the shift lasts."""
        if self.parts.begun:
            if self._lasted(SHIFT_S):
                return None
            self._look()
            claim = batches.claim(run_id=self.run.pk, now=self.clock())
            if claim is None:
                return None
            self.claims.append(claim)
        part = open_part(self.claims[-1], self.run, self.targets)
        self.parts.under_way.append(part)
        return part

    async def _questions(self, targets: list[RunTarget]) -> AsyncIterator[Question]:
        """Case by case, all targets of the lane in turn: what varies with the hour hits them alike."""
        wordings = {target.pk: _wording(target, self.plans[target.pk]) for target in targets}
        place = 0
        while (part := await self.parts.number(place)) is not None:
            if part.left == 0:
                await self.ledger.put(part)
            for case in part.cases:
                task = Task.of(case)
                for repeat in range(self.run.repeats):
                    for target in targets:
                        if (target.pk, case.pk, repeat) not in part.answered:
                            if self._is_over(part):
                                return
                            request = wordings[target.pk].request(task, repeat=repeat)
                            cell = target.pk, case.pk, repeat
                            yield Question(*cell, request, case.expected, case.must_abstain, part)
            place += 1

    async def _note(self, question: Question, answer: Answer) -> None:
        await self._note_call(question, question.request, answer, self.deployments[question.target_id])

    async def _note_call(
        self, question: Question, request: Request, answer: Answer, asked: int, judge: int | None = None
    ) -> None:
        """A call of the deployment `asked`; `judge` is the same where it judged the answer."""
        cost = self.tariffs[asked].cost(Use.of(request, answer, self.clock()))
        cell = question.target_id, question.case_id, question.repeat
        await self.ledger.put(question.part, Call(uuid.uuid4(), *cell, answer, cost, judge))

    async def _take(self, question: Question, asked: Asked) -> None:
        plan = self.plans[question.target_id]
        judged = await self._judged(question, asked, plan)
        if asked.worth_another or judged.worth_another:
            question.part.unreached = True
        entry = graded(question, asked, plan, judged)
        # What failed on our side has no result: handed back, it would be asked again and again before the rest.
        question.part.faults = question.part.faults or entry.grade.outcome == "infra_error"
        await self.ledger.put(question.part, entry)

    async def _judged(self, question: Question, asked: Asked, plan: TargetPlan) -> Judged:
        if self.bench is None or not (wanted := rubrics_of(question, asked, plan)):
            return Judged()
        judge = self.bench.judge.deployment.pk

        async def note(request: Request, answer: Answer) -> None:
            await self._note_call(question, request, answer, judge, judge)

        task = question.request.messages[-1].content
        return await self.bench.judged(wanted, task=task, answer=asked.answer.text, note=note)

    async def _finish(self, part: Part) -> None:
        if part in self.parts.under_way:
            await sync_to_async(self._finish_now)(part)
            await self.parts.done(part)

    def _finish_now(self, part: Part) -> None:
        """Not under way any more as soon as the database says so: the next beat, in this same thread, leaves it out."""
        with transaction.atomic():
            self._keep_overheads(part)
            batches.finish(claim=part.claim, unreached=part.unreached, now=self.clock())
        self.parts.under_way.remove(part)

    def _hand_back(self) -> None:
        """All that was asked is stored by now; the rest is for whoever comes next."""
        for part in list(self.parts.under_way):
            with transaction.atomic():
                self._keep_overheads(part)
                batches.give_back(claim=part.claim, now=self.clock())
            self.parts.under_way.remove(part)

    def _keep_overheads(self, part: Part) -> None:
        """What the harness itself added to latencies meanwhile."""
        for deployment_id, lane in self.lanes.items():
            if not isinstance(lane, ClosedLane) and lane.overhead_s:
                seconds, lane.overhead_s = lane.overhead_s, []
                Calibration.objects.create(
                    batch_id=part.claim.batch_id,
                    deployment_id=deployment_id,
                    measured_at=self.clock(),
                    seconds=seconds,
                )

    def _leave(self, question: Question) -> bool:
        over = self._is_over(question.part)
        self.has_asked = True
        return over

    def _is_over(self, part: Part) -> bool:
        """What is left of the part is for another shift. Not before something was asked, so that it gets on at all."""
        return self._lasted(LONGEST_SHIFT_S) and self.has_asked and not part.faults

    def _lasted(self, seconds: float) -> bool:
        return time.monotonic() - self.began >= seconds

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            try:
                await sync_to_async(self._look)()
            except DATABASE_GONE as error:
                log.warning("evaluations.no_beat", run=self.run.pk, error=words(error))

    def _look(self) -> None:
        now = self.clock()
        for part in self.parts.under_way:
            batches.beat(claim=part.claim, now=now)
        if reason := budgets.why_stopped(self.run, now=now):
            raise _Stopped(reason)


def _wording(target: RunTarget, plan: TargetPlan) -> Wording:
    return Wording.of(
        target.prompt, temperature=plan.temperature, seed=plan.seed, timeout_s=float(plan.timeout_s)
    )
