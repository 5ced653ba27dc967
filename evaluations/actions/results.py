"""Answers become rows: calls as they come, results once a cell, and only while the batch is still ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from evaluations.actions import prices, texts
from evaluations.actions.asking import Asked
from evaluations.actions.batches import Claim, ClaimLost, held
from evaluations.models.run import JudgedBy, Outcome
from evaluations.pricing.usage import Cost
from evaluations.providers.protocol import Answer
from evaluations.scoring.grade import Grade

LARGEST_COUNT = 2**31 - 1  # what the database's integer holds; a host may report nonsense
DEAREST = 10**9  # no call costs more; a slip in a price must not break the run


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at one cell, or of a judge (its deployment's id) at the answer of one. `id` is made with it, so that a
    doubted commit can be repeated."""

    id: UUID
    target_id: int
    case_id: int
    repeat: int
    answer: Answer
    cost: Cost | None
    judge_id: int | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """One cell of the plan, filled."""

    target_id: int
    case_id: int
    repeat: int
    asked: Asked
    grade: Grade
    judged_by: JudgedBy = JudgedBy.CHECK
    judgements: Sequence[Mapping[str, object]] = ()


CALL_TYPES = {
    "id": "uuid",
    "target_id": "bigint",
    "case_id": "bigint",
    "repeat": "smallint",
    "judge_id": "bigint",
    "started_at": "timestamptz",
    "seconds": "float8",
    "first_token_s": "float8",
    "outcome": "text",
    "http_status": "smallint",
    "error": "text",
    "detail": "text",
    "input_tokens": "integer",
    "output_tokens": "integer",
    "cached_tokens": "integer",
    "cache_write_tokens": "integer",
    "reasoning_tokens": "integer",
    "cost": "numeric",
    "currency": "text",
    "price_id": "bigint",
}
RESULT_TYPES = {
    "target_id": "bigint",
    "case_id": "bigint",
    "repeat": "smallint",
    "outcome": "text",
    "answer": "text",
    "answer_hash": "text",
    "score": "float8",
    "passed": "boolean",
    "violations": "smallint",
    "detail": "text",
    "judged_by": "text",
    "judgements": "jsonb",
    "model_returned": "text",
    "input_tokens": "integer",
    "output_tokens": "integer",
    "cached_tokens": "integer",
    "cache_write_tokens": "integer",
    "reasoning_tokens": "integer",
    "latency_s": "float8",
    "first_token_s": "float8",
    "asked_at": "timestamptz",
}


def _names(types: dict[str, str]) -> str:
    return ", ".join(types)


def _arrays(types: dict[str, str]) -> str:
    return ", ".join(f"%s::{kind}[]" for kind in types.values())


STORE_CALLS = f"""
INSERT INTO evaluations_attempt ({_names(CALL_TYPES)}) SELECT * FROM unnest({_arrays(CALL_TYPES)})
ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 - names of ours
# The cost of a result is that of all its calls, earlier rounds included, its judge's left out; one unknown makes it unknown.
STORE_RESULTS = f"""
INSERT INTO evaluations_result ({_names(RESULT_TYPES)}, attempts, cost, currency, price_id)
SELECT new.*, calls.number, calls.cost, CASE WHEN calls.cost IS NULL THEN '' ELSE calls.currency END, calls.price_id
FROM unnest({_arrays(RESULT_TYPES)}) AS new ({_names(RESULT_TYPES)})
CROSS JOIN LATERAL (
    SELECT count(*) AS number, max(currency) AS currency, (array_agg(price_id ORDER BY started_at DESC))[1] AS price_id,
        CASE WHEN bool_and(cost IS NOT NULL) AND count(DISTINCT currency) = 1 THEN sum(cost) END AS cost
    FROM evaluations_attempt AS made
    WHERE (made.target_id, made.case_id, made.repeat) = (new.target_id, new.case_id, new.repeat)
        AND made.judge_id IS NULL
) AS calls
ON CONFLICT (target_id, case_id, repeat) DO UPDATE SET {
    ", ".join(
        f"{name} = excluded.{name}" for name in [*RESULT_TYPES, "attempts", "cost", "currency", "price_id"]
    )
}
WHERE evaluations_result.outcome = 'infra_error'
"""  # noqa: S608


def store(*, claim: Claim, calls: Sequence[Call] = (), graded: Sequence[Graded] = (), now: datetime) -> None:
    """Stores all of them in one transaction. A cell that has a result keeps it, unless that was a fault of ours.

    Safe to repeat when it is not known whether it was committed. Counts as a sign of life and, with a result, as the
    proof that this batch gets on. Raises ClaimLost.
    """
    alive: dict[str, Any] = {"heartbeat_at": now, "stalls": 0} if graded else {"heartbeat_at": now}
    with transaction.atomic():
        if not held(claim).update(**alive):
            raise ClaimLost
        quotes = [call.cost.quote for call in calls if call.cost]
        ids = prices.snapshot_ids(quotes, now=now) if quotes else {}
        with connection.cursor() as cursor:
            if calls:
                cursor.execute(
                    STORE_CALLS, _columns(_call_row(each, ids, now, claim.texts) for each in calls)
                )
            if graded:
                cursor.execute(
                    STORE_RESULTS, _columns(_result_row(each, now, claim.texts) for each in graded)
                )


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _call_row(call: Call, price_ids: dict[Any, int], now: datetime, how: str) -> tuple[Any, ...]:
    answer = call.answer
    cost = call.cost if call.cost and call.cost.amount < DEAREST else None
    return (
        call.id,
        call.target_id,
        call.case_id,
        call.repeat,
        call.judge_id,
        answer.started_at or now,
        answer.latency_s,
        answer.first_token_s,
        answer.outcome,
        answer.http_status,
        _storable(answer.error)[:60],
        texts.kept(_storable(answer.error_detail), how)[:400],
        *_tokens(answer),
        cost.amount if cost else None,
        cost.quote.currency if cost else "",
        price_ids[cost.quote] if cost else None,
    )


def _result_row(graded: Graded, now: datetime, how: str) -> tuple[Any, ...]:
    answer, score = graded.asked.answer, graded.grade.score
    text = _storable(answer.text)
    return (
        graded.target_id,
        graded.case_id,
        graded.repeat,
        Outcome(graded.grade.outcome).value,
        texts.kept(text, how),
        texts.hash_of(text),
        score.value if score else None,
        bool(score and score.passed),
        score.violations if score else None,
        texts.kept(
            _storable(" ".join(filter(None, [answer.error_detail, score.detail if score else ""]))), how
        ),
        graded.judged_by.value,
        Jsonb(texts.kept_judgements(graded.judgements, how)),
        _storable(answer.model_returned)[:200],
        *_tokens(answer),
        None if answer.outcome == "infra_error" else answer.latency_s,
        answer.first_token_s,
        answer.started_at or now,
    )


def _tokens(answer: Answer) -> tuple[int | None, ...]:
    return (
        _count(answer.input_tokens),
        _count(answer.output_tokens),
        _count(answer.cached_tokens),
        _count(answer.cache_write_tokens),
        _count(answer.reasoning_tokens),
    )


def _storable(text: str) -> str:
    """PostgreSQL holds neither NUL nor half a surrogate pair; a model may answer with both."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _count(reported: int | None) -> int | None:
    return None if reported is None else max(0, min(reported, LARGEST_COUNT))
