"""The work on a claimed batch: what has no result yet is asked, scored, priced and stored.

One event loop asks; the database is used in the calling thread alone, in small batches, while other questions are on
their way. Killed at any point, it leaves whole results and none twice: the next worker asks what is missing.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime

import structlog
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from redis import asyncio as redis

from evaluations.actions import batches, budgets, endings, judges, prices, results
from evaluations.actions.asking import Asked
from evaluations.actions.batches import Claim, ClaimLost
from evaluations.actions.endpoints import EndpointClosed, allowed_hosts, endpoint
from evaluations.actions.fitting import expected_value
from evaluations.actions.gate import SCRIPT, Gate
from evaluations.actions.judges import Bench, Judged
from evaluations.actions.lanes import ClosedLane, Lane, Question
from evaluations.actions.questions import Task, Wording
from evaluations.actions.results import Call, Graded
from evaluations.actions.target_plans import TargetPlan
from evaluations.models import Batch, Calibration, Case, Deployment, Result, Run, RunTarget
from evaluations.models.run import JudgedBy, Outcome
from evaluations.pricing.usage import Use
from evaluations.providers.protocol import Answer, Request
from evaluations.scoring import scorer
from evaluations.scoring.grade import Grade, grade
from evaluations.scoring.rubrics import rubrics
from evaluations.scoring.score import ScorerMisused

STORE_BATCH = 50  # rows
STORE_AFTER_S = 0.5  # at the latest
BEAT_EVERY_S = 2.0
DATABASE_PATIENCE_S = 45.0  # it may restart; what was answered by then is kept in memory and stored after it

log = structlog.get_logger()
Clock = Callable[[], datetime]


def work_on(*, run_id: int, clock: Clock = timezone.now) -> None:
    """Works on the run's next batch; does nothing when there is none, and ends the run when it is at a limit."""
    run = Run.objects.unfinished().filter(pk=run_id).first()
    if run is None:
        return
    if reason := budgets.why_stopped(run, now=clock()):
        endings.fail(run_id=run_id, reason=reason, now=clock())
        return
    claim = batches.claim(run_id=run_id, now=clock())
    if claim is None:
        return
    try:
        execute(claim=claim, clock=clock)
    except Exception as error:
        batches.note_trouble(claim=claim, reason=_words(error))
        raise


def execute(*, claim: Claim, clock: Clock = timezone.now) -> bool:
    """Works until every cell of the batch has a result, then finishes it. False when the claim was lost on the way."""
    batch = Batch.objects.select_related("run__suite_version").get(pk=claim.batch_id)
    held = True
    try:
        work = _Work(batch, claim, clock)
        async_to_sync(work.all)()
        work.keep_calibration()
        batches.finish(claim=claim, unreached=work.unreached, now=clock())
    except* ClaimLost:
        held = False
    except* _Stopped as stopped:
        endings.fail(run_id=claim.run_id, reason=str(stopped.exceptions[0]), now=clock())
        held = False
    return held


class _Stopped(Exception):
    """A limit of the run was reached while the batch went on. The message says which."""


class _Work:
    """One worker's share in one run. All of it lives as long as `all` does."""

    def __init__(self, batch: Batch, claim: Claim, clock: Clock) -> None:
        self.batch, self.run, self.claim, self.clock = batch, batch.run, claim, clock
        self.targets = list(self.run.targets.select_related("deployment", "prompt"))
        self.plans = {target.pk: TargetPlan(**target.plan) for target in self.targets}
        self.deployments = {target.pk: target.deployment_id for target in self.targets}
        self.finished: asyncio.Queue[Call | Graded | None] = asyncio.Queue(maxsize=4 * STORE_BATCH)
        self.lanes: dict[int, Lane | ClosedLane] = {}
        self.judge = judges.of_plan(self.plans[self.targets[0].pk]) if self.targets else None
        self.tariffs = prices.tariffs(self._asked())
        self.bench: Bench | None = None
        self.unreached = False

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
            storing = group.create_task(self._store())
            async with asyncio.TaskGroup() as lanes:
                for targets in self._shared():
                    lane = self.lanes[targets[0].deployment_id]
                    lanes.create_task(lane.run(self._questions(targets), self._take, self._note))
            await self.finished.put(None)
            await storing
            beating.cancel()

    def keep_calibration(self) -> None:
        """Stores what the harness itself added to latencies while this batch went on."""
        Calibration.objects.bulk_create(
            Calibration(
                batch=self.batch,
                deployment_id=deployment_id,
                measured_at=self.clock(),
                seconds=lane.overhead_s,
            )
            for deployment_id, lane in self.lanes.items()
            if not isinstance(lane, ClosedLane) and lane.overhead_s
        )

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
        return Lane(found, allowed_hosts(), gate, self._until())

    def _until(self) -> float | None:
        end = budgets.deadline(self.run)
        return None if end is None else time.monotonic() + (end - self.clock()).total_seconds()

    async def _questions(self, targets: list[RunTarget]) -> AsyncIterator[Question]:
        """Case by case, all targets of the lane in turn: what varies with the hour hits them alike."""
        wordings = {target.pk: _wording(target, self.plans[target.pk]) for target in targets}
        cases, answered = await sync_to_async(self._read)(targets)
        tasks = {case.pk: Task.of(case) for case in cases}
        for case in cases:
            for repeat in range(self.run.repeats):
                for target in targets:
                    if (target.pk, case.pk, repeat) not in answered:
                        request = wordings[target.pk].request(tasks[case.pk], repeat=repeat)
                        yield Question(target.pk, case.pk, repeat, request, case.expected, case.must_abstain)

    def _read(self, targets: list[RunTarget]) -> tuple[list[Case], set[tuple[int, int, int]]]:
        of_batch = Case.objects.filter(
            version=self.run.suite_version, pk__gte=self.batch.first_case, pk__lte=self.batch.last_case
        )
        answered = Result.objects.filter(target__in=targets, case__in=of_batch).exclude(
            outcome=Outcome.INFRA_ERROR
        )
        return list(of_batch.order_by("pk")), set(answered.values_list("target_id", "case_id", "repeat"))

    async def _note(self, question: Question, answer: Answer) -> None:
        await self._note_call(question, question.request, answer, self.deployments[question.target_id])

    async def _note_call(
        self, question: Question, request: Request, answer: Answer, asked: int, judge: int | None = None
    ) -> None:
        """A call of the deployment `asked`; `judge` is the same where it judged the answer."""
        cost = self.tariffs[asked].cost(Use.of(request, answer, self.clock()))
        cell = question.target_id, question.case_id, question.repeat
        await self.finished.put(Call(uuid.uuid4(), *cell, answer, cost, judge))

    async def _take(self, question: Question, asked: Asked) -> None:
        plan = self.plans[question.target_id]
        judged = await self._judged(question, asked, plan)
        self.unreached = self.unreached or asked.worth_another or judged.worth_another
        await self.finished.put(_graded(question, asked, plan, judged))

    async def _judged(self, question: Question, asked: Asked, plan: TargetPlan) -> Judged:
        if self.bench is None or question.must_abstain or asked.answer.outcome != "ok":
            return Judged()
        try:
            wanted = rubrics(plan.scorer, expected_value(question.expected))
        except ScorerMisused:
            return Judged()  # scoring will say so
        judge = self.bench.judge.deployment.pk

        async def note(request: Request, answer: Answer) -> None:
            await self._note_call(question, request, answer, judge, judge)

        task = question.request.messages[-1].content
        return await self.bench.judged(wanted, task=task, answer=asked.answer.text, note=note)

    async def _store(self) -> None:
        more = True
        while more:
            batch, more = await self._next_batch()
            if batch:
                await self._stored(batch)

    async def _stored(self, batch: list[Call | Graded]) -> None:
        """Stores them, also when the database restarts meanwhile."""
        calls = [each for each in batch if isinstance(each, Call)]
        graded = [each for each in batch if isinstance(each, Graded)]
        until = time.monotonic() + DATABASE_PATIENCE_S
        while True:
            try:
                await sync_to_async(results.store)(
                    claim=self.claim, calls=calls, graded=graded, now=self.clock()
                )
                return
            except (OperationalError, InterfaceError) as error:
                if time.monotonic() > until:
                    raise
                log.warning("evaluations.store_again", batch=self.batch.pk, error=_words(error))
                await sync_to_async(_hang_up)()
                await asyncio.sleep(1.0)

    async def _next_batch(self) -> tuple[list[Call | Graded], bool]:
        """What is finished by now, and whether more is to come. Waits for the first one, then half a second."""
        batch: list[Call | Graded] = []
        one = await self.finished.get()
        loop = asyncio.get_running_loop()
        until = loop.time() + STORE_AFTER_S
        while one is not None:
            batch.append(one)
            if len(batch) >= STORE_BATCH:
                return batch, True
            try:
                async with asyncio.timeout_at(until):
                    one = await self.finished.get()
            except TimeoutError:
                return batch, True
        return batch, False

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            try:
                await sync_to_async(self._look)()
            except (OperationalError, InterfaceError) as error:
                log.warning("evaluations.no_beat", batch=self.batch.pk, error=_words(error))

    def _look(self) -> None:
        now = self.clock()
        batches.beat(claim=self.claim, now=now)
        if reason := budgets.why_stopped(self.run, now=now):
            raise _Stopped(reason)


def _hang_up() -> None:
    """The next query connects anew. By name of the thread it runs in: each has a connection of its own."""
    connection.close()


def _wording(target: RunTarget, plan: TargetPlan) -> Wording:
    return Wording.of(
        target.prompt, temperature=plan.temperature, seed=plan.seed, timeout_s=float(plan.timeout_s)
    )


def _graded(question: Question, asked: Asked, plan: TargetPlan, judged: Judged) -> Graded:
    options = {**plan.scorer_options, "verdicts": judged.verdicts} if judged.records else plan.scorer_options
    try:
        given = grade(
            outcome=asked.answer.outcome,
            answer_text=asked.answer.text,
            expected=expected_value(question.expected),
            scorer=scorer(plan.scorer),
            options=options,
            abstention="demanded" if question.must_abstain else "forbidden",
        )
    except ScorerMisused as reason:
        # Planning refuses such cases; one that slipped through is our fault, and must not cost the model a point.
        given, asked = Grade("infra_error", None), _unscorable(asked, str(reason))
    if judged.fault:
        # No verdict is no wrong answer: the cell is asked again in another round.
        given, asked = Grade("infra_error", None), _unscorable(asked, judged.fault)
    by = JudgedBy.MODEL if judged.records else JudgedBy.CHECK
    return Graded(question.target_id, question.case_id, question.repeat, asked, given, by, judged.records)


def _unscorable(asked: Asked, reason: str) -> Asked:
    return replace(
        asked, answer=replace(asked.answer, error_detail=f"The answer could not be scored: {reason}")
    )


def _words(error: BaseException) -> str:
    """The first cause inside a group of errors, in one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
