"""Pairs of units that were counted since, and bets on them: each new pair costs the same, however many there are."""

from collections.abc import Iterator
from itertools import pairwise

from django.db import connection, transaction

from pilots.actions import server_bound
from pilots.actions.rollups import locks
from pilots.judging.plan import Plan
from pilots.models import Pilot, RollupBet, RollupPairDue
from pilots.queries.facts import bets, pairs
from pilots.queries.facts.pairs_sql import CHANGED, COLUMNS, EACH, KEY, METRIC, PAIR, SERIES, SUMS

STEP = 1_000
"""Pairs from one kept state of a bet to the next: a pair that comes in late is bet on anew from the last one before it."""
KEPT = 32
"""Steps back for which states are kept."""

TAKEN = """, taken AS (
    DELETE FROM pilots_rolluppairdue d USING metric WHERE d.metric_id = metric.metric
    RETURNING d.metric_id AS metric, d.segment, d.unit_id AS unit
), due AS MATERIALIZED (SELECT DISTINCT metric, segment, unit FROM taken)"""

COUNT = f"""{METRIC}{TAKEN}{CHANGED}
, stored AS (
    INSERT INTO pilots_rolluppair (pilot_id, metric_id, candidate, epoch, segment, unit_id, {", ".join(COLUMNS)})
    SELECT %(pilot)s, {PAIR} FROM change WHERE sign = 1
    ON CONFLICT (metric_id, segment, unit_id, candidate, epoch)
    DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}
), gone AS (
    DELETE FROM pilots_rolluppair
    WHERE id = ANY(ARRAY(SELECT id FROM known WHERE ({KEY}) NOT IN (SELECT {KEY} FROM pair)))
), days AS (
    INSERT INTO pilots_rolluppairday AS d (pilot_id, metric_id, candidate, epoch, segment, day, {", ".join(SUMS)})
    SELECT %(pilot)s, {SERIES}, segment, day, {", ".join(SUMS)} FROM changed_sums
    ON CONFLICT (metric_id, candidate, epoch, segment, day)
    DO UPDATE SET {", ".join(f"{name} = d.{name} + excluded.{name}" for name in SUMS)}
), undone AS (
    DELETE FROM pilots_rollupbet WHERE id = ANY(ARRAY(SELECT kept.id FROM turn CROSS JOIN LATERAL (
        SELECT b.id FROM pilots_rollupbet b
        WHERE (b.metric_id, b.candidate, b.epoch, b.part) = (turn.metric, turn.candidate, turn.epoch, turn.part)
            AND (b.at, b.digest) >= (turn.at, turn.digest)
        {EACH}
    ) AS kept))
)
SELECT count(*) FROM turn
"""  # noqa: S608  constants

IDS = """
SELECT true, key, id FROM pilots_metric WHERE pilot_id = %(pilot)s
UNION ALL SELECT false, slug, id FROM pilots_candidate WHERE pilot_id = %(pilot)s
"""

# Of each step the last state, and of steps long past none.
THIN = """
DELETE FROM pilots_rollupbet b USING pilots_rollupbet later
WHERE b.metric_id = ANY(%(metrics)s) AND b.n < later.n
    AND (b.metric_id, b.candidate, b.epoch, b.part) = (later.metric_id, later.candidate, later.epoch, later.part)
    AND (later.n - 1) / %(step)s - (b.n - 1) / %(step)s NOT BETWEEN 1 AND %(kept)s
"""


def pair_up(*, pilot: Pilot, plan: Plan) -> None:
    """Makes pairs of what is due. May run at any time, twice at once, or never: readers see the same before and after, and
    pay for what is still due. Has the pilot's row, as whoever judges, so there is one at a time. One query when there is
    nothing to do, none when the plan pairs nothing."""
    if not pairs.paired(plan) or not RollupPairDue.objects.filter(pilot=pilot).exists():
        return
    with transaction.atomic():
        Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
        locks.share(pilot.pk)
        asked = {"pilot": pilot.pk, **pairs.asked(plan)}
        ((turned,),) = server_bound.by_one_plan((COUNT, asked), by_index=True)[0]
        if turned:
            _bet(pilot, plan)


def _bet(pilot: Pilot, plan: Plan) -> None:
    ids = {(is_metric, name): pk for is_metric, name, pk in server_bound.execute(IDS, {"pilot": pilot.pk})}
    widths = pairs.widths(plan)
    made = []
    for facts, sequence in pairs.current(pilot, plan):
        if not sequence.differences:
            continue
        differences = pairs.scaled(sequence, widths[facts.metric])
        n, state = sequence.n, sequence.state
        for start, end in pairwise(_steps(n, len(differences))):
            reached = bets.after(n, state, differences[start:end])
            n, state = reached.n, bets.packed(reached)
            made.append(
                RollupBet(
                    pilot=pilot,
                    metric_id=ids[True, facts.metric],
                    candidate=ids[False, facts.candidate],
                    epoch=facts.epoch,
                    part=facts.segment,
                    n=n,
                    at=sequence.instants[end - 1],
                    digest=sequence.digests[end - 1],
                    state=state,
                )
            )
    RollupBet.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute(THIN, {"metrics": list({bet.metric_id for bet in made}), "step": STEP, "kept": KEPT})


def _steps(n: int, more: int) -> Iterator[int]:
    """Places in a sequence that goes on from the first n: its beginning, each full step, its end."""
    yield 0
    yield from range(STEP - n % STEP, more, STEP)
    yield more
