"""The work on a claimed run: what has no result yet is asked, scored and stored.

One event loop asks; the database is used in the calling thread alone, in small batches, while other questions are on
their way. Killed at any point, it leaves whole results and none twice: the next worker asks what is missing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from asgiref.sync import async_to_sync, sync_to_async
from django.utils import timezone

from evaluations.actions import results, runs
from evaluations.actions.asking import Asked
from evaluations.actions.endpoints import EndpointClosed, allowed_hosts, endpoint
from evaluations.actions.fitting import expected_value
from evaluations.actions.lanes import ClosedLane, Lane, Question
from evaluations.actions.questions import Wording
from evaluations.actions.results import Graded
from evaluations.actions.runs import Claim, ClaimLost
from evaluations.actions.target_plans import TargetPlan
from evaluations.models import Case, Result, Run, RunTarget
from evaluations.scoring import scorer
from evaluations.scoring.grade import Grade, grade
from evaluations.scoring.score import ScorerMisused

READ_BATCH = 100  # cases
STORE_BATCH = 50  # results
STORE_AFTER_S = 0.5  # at the latest
BEAT_EVERY_S = 2.0

Clock = Callable[[], datetime]


def work_on(*, run_id: int, clock: Clock = timezone.now) -> None:
    """Claims the run and works on it; does nothing when another worker has it, or when it has ended."""
    claim = runs.claim(run_id=run_id, now=clock())
    if claim is None:
        return
    try:
        execute(claim=claim, clock=clock)
    except Exception as error:
        runs.note_trouble(claim=claim, reason=_words(error))
        raise


def execute(*, claim: Claim, clock: Clock = timezone.now) -> bool:
    """Works until every cell of the run has a result, then finishes it. False when the claim was lost on the way."""
    run = Run.objects.select_related("suite_version").get(pk=claim.run_id)
    held = True
    try:
        async_to_sync(_Work(run, claim, clock).all)()
        runs.finish(claim=claim, now=clock())
    except* ClaimLost:
        held = False
    return held


class _Work:
    """One worker's share in one run. All of it lives as long as `all` does."""

    def __init__(self, run: Run, claim: Claim, clock: Clock) -> None:
        self.run, self.claim, self.clock = run, claim, clock
        self.targets = list(run.targets.select_related("deployment", "prompt"))
        self.plans = {target.pk: TargetPlan(**target.plan) for target in self.targets}
        self.finished: asyncio.Queue[Graded | None] = asyncio.Queue(maxsize=4 * STORE_BATCH)

    async def all(self) -> None:
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(self._beat())
            storing = group.create_task(self._store())
            async with asyncio.TaskGroup() as lanes:
                for lane, targets in self._lanes():
                    lanes.create_task(lane.run(self._questions(targets), self._take))
            await self.finished.put(None)
            await storing
            beating.cancel()

    def _lanes(self) -> Iterator[tuple[Lane | ClosedLane, list[RunTarget]]]:
        """Targets on the same deployment share a lane, so that together they stay within its concurrency."""
        shared: dict[int, list[RunTarget]] = {}
        for target in self.targets:
            shared.setdefault(target.deployment_id, []).append(target)
        for targets in shared.values():
            yield self._lane(targets[0]), targets

    def _lane(self, target: RunTarget) -> Lane | ClosedLane:
        try:
            found = endpoint(self.plans[target.pk], credential=target.deployment.credential)
        except EndpointClosed as reason:
            return ClosedLane(str(reason))
        return Lane(found, allowed_hosts(), target.deployment.concurrency)

    async def _questions(self, targets: list[RunTarget]) -> AsyncIterator[Question]:
        """Case by case, all targets of the lane in turn: what varies with the hour hits them alike."""
        wordings = {target.pk: _wording(target, self.plans[target.pk]) for target in targets}
        after = 0
        while True:
            cases, answered = await sync_to_async(self._read)(targets, after)
            if not cases:
                return
            after = cases[-1].pk
            for case in cases:
                for repeat in range(self.run.repeats):
                    for target in targets:
                        if (target.pk, case.pk, repeat) not in answered:
                            request = wordings[target.pk].request(case.input, repeat=repeat)
                            yield Question(
                                target.pk, case.pk, repeat, request, case.expected, case.must_abstain
                            )

    def _read(self, targets: list[RunTarget], after: int) -> tuple[list[Case], set[tuple[int, int, int]]]:
        cases = list(
            islice(
                Case.objects.filter(version=self.run.suite_version, pk__gt=after).order_by("pk"), READ_BATCH
            )
        )
        answered = Result.objects.filter(target__in=targets, case__in=cases)
        return cases, set(answered.values_list("target_id", "case_id", "repeat"))

    async def _take(self, question: Question, asked: Asked) -> None:
        graded = _graded(question, asked, self.plans[question.target_id])
        await self.finished.put(graded)

    async def _store(self) -> None:
        more = True
        while more:
            batch, more = await self._next_batch()
            if batch:
                await sync_to_async(results.store)(claim=self.claim, graded=batch, now=self.clock())

    async def _next_batch(self) -> tuple[list[Graded], bool]:
        """What is finished by now, and whether more is to come. Waits for the first one, then half a second."""
        batch: list[Graded] = []
        one = await self.finished.get()
        loop = asyncio.get_running_loop()
        until = loop.time() + STORE_AFTER_S
        while one is not None:
            batch.append(one)
            if len(batch) == STORE_BATCH:
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
            await sync_to_async(runs.beat)(claim=self.claim, now=self.clock())


def _wording(target: RunTarget, plan: TargetPlan) -> Wording:
    prompt = target.prompt
    return Wording(
        system=prompt.system,
        user=prompt.user,
        examples=prompt.examples,
        output_schema=prompt.output_schema,
        max_tokens=prompt.max_tokens,
        temperature=plan.temperature,
        seed=plan.seed,
        timeout_s=float(plan.timeout_s),
    )


def _graded(question: Question, asked: Asked, plan: TargetPlan) -> Graded:
    try:
        given = grade(
            outcome=asked.answer.outcome,
            answer_text=asked.answer.text,
            expected=expected_value(question.expected),
            scorer=scorer(plan.scorer),
            options=plan.scorer_options,
            abstention="demanded" if question.must_abstain else "forbidden",
        )
    except ScorerMisused as reason:
        # Planning refuses such cases; one that slipped through is our fault, and must not cost the model a point.
        given, asked = Grade("infra_error", None), _unscorable(asked, str(reason))
    return Graded(question.target_id, question.case_id, question.repeat, asked, given)


def _unscorable(asked: Asked, reason: str) -> Asked:
    answer = asked.answer
    return Asked(replace(answer, error_detail=f"The answer could not be scored: {reason}"), asked.attempts)


def _words(error: BaseException) -> str:
    """The first cause inside a group of errors, in one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
