"""Runs are planned, laid out in batches, and may be cancelled. How they are worked on and end: `batches`, `endings`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from evaluations.actions import batches, budgets, judges, prices
from evaluations.actions.budgets import NO_LIMITS, Limits
from evaluations.actions.canonical import sha256_of
from evaluations.actions.endings import UNFINISHED, end
from evaluations.actions.fitting import misfit
from evaluations.actions.prompt_templates import TemplateRefused
from evaluations.actions.questions import Task, Wording
from evaluations.actions.target_plans import TargetPlan
from evaluations.actions.texts import unclassified
from evaluations.models import Deployment, Prompt, Run, RunTarget, SuiteVersion
from evaluations.models.run import RunState, Texts

BATCH_CELLS = 200
MOST_REPEATS = 100


class RunRefused(Exception):
    """Nothing was changed. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """`key` is the caller's own name for the target and names it in results."""

    key: str
    deployment: Deployment
    prompt: Prompt


def plan(
    *,
    suite_version: SuiteVersion,
    targets: Sequence[TargetSpec],
    repeats: int,
    now: datetime,
    by: User | None = None,
    limits: Limits = NO_LIMITS,
    texts: Texts | None = None,
) -> Run:
    """A run of every case against every target, frozen, and offered to the workers once committed.

    `texts` is what is stored of its answers; None: what the organisation asks of runs without a data class.

    Raises RunRefused for targets that do not fit the suite, for cases its scorer cannot judge, and for a spend limit
    that could not be kept.
    """
    _refuse_unfit(suite_version, targets, repeats)
    _refuse_limits(suite_version, targets, limits, now)
    plans = [TargetPlan.of(spec.deployment, spec.prompt, suite_version) for spec in targets]
    with transaction.atomic():
        run = Run.objects.create(
            suite_version=suite_version,
            repeats=repeats,
            planned_results=suite_version.case_count * len(targets) * repeats,
            created_at=now,
            created_by=by,
            fingerprint=_fingerprint(plans, repeats),
            spend_limit=limits.spend,
            spend_currency=limits.currency,
            time_limit_s=limits.seconds,
            texts=texts or unclassified(),
        )
        RunTarget.objects.bulk_create(
            RunTarget(
                run=run,
                key=spec.key,
                deployment=spec.deployment,
                prompt=spec.prompt,
                plan=frozen.stored(),
                fingerprint=frozen.fingerprint,
            )
            for spec, frozen in zip(targets, plans, strict=True)
        )
        _lay_out(run, cells_a_case=len(targets) * repeats)
        batches.offer(run_id=run.pk, now=now)
    return run


def cancel(*, run: Run, by: User | None, now: datetime) -> None:
    """Stop it: its workers notice within seconds and store nothing more. Raises RunRefused when it has ended."""
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run.pk)
        if held.state not in UNFINISHED:
            raise RunRefused(f"Run {run.pk} has ended already ({held.get_state_display().lower()}).")
        end(held, RunState.CANCELLED, now, f"Cancelled by {by or 'a script'}.")
    run.refresh_from_db()


def _refuse_unfit(version: SuiteVersion, targets: Sequence[TargetSpec], repeats: int) -> None:
    if version.texts_erased_at:
        raise RunRefused(
            f"The texts of {version} were erased on {version.texts_erased_at:%-d %B %Y}, as the organisation asks. Import "
            "its cases anew."
        )
    if not targets:
        raise RunRefused("Name at least one target: a deployment and a prompt.")
    if not 1 <= repeats <= MOST_REPEATS:
        raise RunRefused(f"Repeat each case between 1 and {MOST_REPEATS} times.")
    key, times = Counter(spec.key for spec in targets).most_common(1)[0]
    if times > 1:
        raise RunRefused(f"Two targets are called {key!r}. Give each its own key.")
    for spec in targets:
        if spec.prompt.suite_id != version.suite_id:
            raise RunRefused(
                f"The prompt {spec.prompt} belongs to another suite. Choose one of {version.suite}."
            )
    suite = version.suite
    if reason := judges.why_not(suite):
        raise RunRefused(reason)
    asking = [(spec.prompt, Wording.of(spec.prompt)) for spec in targets]
    for case in version.cases.iterator(chunk_size=1000):
        reason = misfit(
            suite.scorer, suite.scorer_options, expected=case.expected, must_abstain=case.must_abstain
        )
        if reason:
            raise RunRefused(f"Case {case.key!r} cannot be scored: {reason}")
        for prompt, wording in asking:
            try:
                wording.request(Task.of(case), repeat=0)
            except TemplateRefused as refusal:
                raise RunRefused(
                    f"Case {case.key!r} cannot be put by the prompt {prompt}: {refusal}"
                ) from refusal


def _refuse_limits(
    version: SuiteVersion, targets: Sequence[TargetSpec], limits: Limits, now: datetime
) -> None:
    if limits.seconds is not None and limits.seconds < 1:
        raise RunRefused("Give a time limit of at least a second, or none.")
    judge = judges.deployment_of(version.suite)
    found = prices.tariffs([*(spec.deployment for spec in targets), *([judge] if judge else [])])
    by_key = [(spec.key, found[spec.deployment.pk]) for spec in targets]
    if judge:
        by_key.append((f"the judge {judge.slug}", found[judge.pk]))
    if reason := budgets.why_not_keepable(limits, by_key, now=now):
        raise RunRefused(reason)


def _fingerprint(plans: Sequence[TargetPlan], repeats: int) -> str:
    return sha256_of({"targets": sorted(each.fingerprint for each in plans), "repeats": repeats})


LAY_OUT = """
INSERT INTO evaluations_batch
    (run_id, number, first_case, last_case, state, stalls, rounds, trouble)
SELECT %(run)s, 1 + place / %(cases)s, min(id), max(id), 'waiting', 0, 0, ''
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM evaluations_case WHERE version_id = %(version)s) AS c
GROUP BY place / %(cases)s
"""


def _lay_out(run: Run, *, cells_a_case: int) -> None:
    cases = max(1, BATCH_CELLS // cells_a_case)
    with connection.cursor() as cursor:
        cursor.execute(LAY_OUT, {"run": run.pk, "version": run.suite_version_id, "cases": cases})
