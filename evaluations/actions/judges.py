"""A model that judges answers: asked through the same clients, gates and patience as the models under trial.

What it said is kept with each result: which deployment, which model answered, by which prompt (its hash), and why. Each
of its calls is kept and priced as well, under its own name: it costs the run something, and the target nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from redis import asyncio as redis

from evaluations.actions.asking import Asked, Patience, ask
from evaluations.actions.endpoints import EndpointClosed, allowed_hosts, endpoint
from evaluations.actions.gate import SCRIPT, Gate
from evaluations.actions.target_plans import TargetPlan, judge_prompt_hash
from evaluations.models import Deployment, Suite
from evaluations.providers.opening import Endpoint, open_provider
from evaluations.providers.protocol import Answer, Message, Provider, Request
from evaluations.scoring import model_judge
from evaluations.scoring.model_judge import Verdict

PATIENCE = Patience()
READINGS = 2  # a judge that gives no verdict is asked once more
Note = Callable[[Request, Answer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts by rubric with their records; `fault` says why there are none, and whether a later try may help."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    records: Sequence[Mapping[str, object]] = ()
    fault: str = ""
    worth_another: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """Where and how verdicts are asked for. `closed` says why they cannot be on this instance now."""

    deployment: Deployment
    instructions: str
    endpoint: Endpoint | None
    closed: str = ""

    @property
    def prompt_hash(self) -> str:
        return judge_prompt_hash(self.instructions)

    def request(self, *, task: str, answer: str, rubric: str) -> Request:
        return Request(
            system=self.instructions,
            messages=(Message("user", model_judge.question(task=task, answer=answer, rubric=rubric)),),
            json_schema=model_judge.VERDICT_SCHEMA,
            temperature=self.deployment.temperature,
            max_tokens=model_judge.LONGEST_VERDICT,
            seed=self.deployment.seed,
            timeout_s=float(self.deployment.timeout_s),
        )


def why_not(suite: Suite) -> str:
    """Why the suite's judge cannot be asked, and what to do; "" where it can, or where the suite names none."""
    slug = suite.scorer_options.get("judge")
    if not slug or Deployment.objects.filter(slug=slug).exists():
        return ""
    return f"The suite's judge {slug!r} is no deployment of the catalogue. Add it, or name another in the options."


def deployment_of(suite: Suite) -> Deployment | None:
    """The suite's judge; None where it names none."""
    slug = suite.scorer_options.get("judge")
    return Deployment.objects.filter(slug=slug).first() if slug else None


def of_plan(plan: TargetPlan) -> Judge | None:
    """The judge that a frozen plan names, None where it needs none."""
    slug = plan.scorer_options.get("judge")
    if not isinstance(slug, str) or not slug:
        return None
    instructions = str(plan.scorer_options.get("instructions") or model_judge.SYSTEM)
    deployment = Deployment.objects.filter(slug=slug).first()
    if deployment is None:
        missing = Deployment(slug=slug)
        return Judge(missing, instructions, None, f"The judge {slug!r} is not in the catalogue any more.")
    try:
        return Judge(deployment, instructions, _endpoint(deployment, plan))
    except EndpointClosed as reason:
        return Judge(deployment, instructions, None, str(reason))


def _endpoint(deployment: Deployment, plan: TargetPlan) -> Endpoint:
    where = replace(
        plan,
        protocol=deployment.protocol,
        base_url=deployment.base_url,
        model=deployment.served_model,
        limit_field=deployment.limit_field,
        api_version=deployment.api_version,
        streams=False,
    )
    return endpoint(where, credential=deployment.credential)


class Bench:
    """A judge at work, for as long as `sitting` lasts."""

    def __init__(self, judge: Judge, provider: Provider | None, gate: Gate | None) -> None:
        self.judge, self._provider, self._gate = judge, provider, gate

    async def judged(
        self, rubrics: Sequence[str], *, task: str, answer: str, note: Note | None = None
    ) -> Judged:
        """One verdict a rubric; `note` gets each call that is made. Never raises for what the judge does."""
        verdicts: dict[str, Verdict] = {}
        records: list[Mapping[str, object]] = []
        for rubric in rubrics:
            request = self.judge.request(task=task, answer=answer, rubric=rubric)
            asked, verdict = await self._verdict(request, note)
            if verdict is None:
                why = asked.answer.error_detail or "It gave no verdict that can be read."
                return Judged(
                    fault=f"The judge {self.judge.deployment.slug} did not judge. {why}",
                    worth_another=asked.worth_another,
                )
            verdicts[rubric] = verdict
            records.append(self._record(rubric, verdict, asked.answer))
        return Judged(verdicts, records)

    async def ask(self, request: Request) -> Answer:
        if self._provider is None or self._gate is None:
            return Answer(text="", outcome="infra_error", latency_s=0.0, error_detail=self.judge.closed)
        async with self._gate.slot():
            answer = await self._provider.ask(request)
        if answer.retry_after_s is not None and answer.retry_after_s <= PATIENCE.longest_retry_after_s:
            self._gate.close_for(answer.retry_after_s)
        return answer

    async def _verdict(self, request: Request, note: Note | None) -> tuple[Asked, Verdict | None]:
        async def noted(answer: Answer) -> None:
            if note is not None and self._provider is not None:
                await note(request, answer)

        patience = PATIENCE if self._provider else replace(PATIENCE, attempts=1)
        asked = await ask(self, request, patience, note=noted)
        for _ in range(READINGS - 1):
            if asked.answer.outcome != "ok" or model_judge.read(asked.answer.text):
                break
            asked = await ask(self, request, patience, note=noted)
        ok = asked.answer.outcome == "ok"
        return asked, model_judge.read(asked.answer.text) if ok else None

    def _record(self, rubric: str, verdict: Verdict, answer: Answer) -> Mapping[str, object]:
        return {
            "judge": self.judge.deployment.slug,
            "model": answer.model_returned or self.judge.deployment.served_model,
            "prompt_hash": self.judge.prompt_hash,
            "rubric": rubric,
            "passed": verdict.passed,
            "reason": verdict.reason.replace("\x00", "\ufffd").encode("utf-8", "replace").decode(),
            "input_tokens": answer.input_tokens,
            "output_tokens": answer.output_tokens,
        }


@asynccontextmanager
async def sitting(judge: Judge | None, client: redis.Redis) -> AsyncIterator[Bench | None]:
    """The judge, open for questions; None where none is needed."""
    if judge is None:
        yield None
    elif judge.endpoint is None:
        yield Bench(judge, None, None)
    else:
        gate = Gate(
            client.register_script(SCRIPT),
            name=judge.deployment.slug,
            limit=judge.deployment.concurrency,
            per_minute=judge.deployment.requests_per_minute,
        )
        async with (
            open_provider(judge.endpoint, allowed_hosts()) as provider,
            gate.kept(),
        ):
            yield Bench(judge, provider, gate)
