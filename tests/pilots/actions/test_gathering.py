"""Small posts at the same moment: one transaction, and to each what became of its own rows."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pilots.actions import gathering, journeys, measurements, rollups, tokens, verdicts
from pilots.actions.measurement_report import Report
from pilots.models import Measurement, Pilot
from pilots.queries import plans
from tests.factories import NOW, make_running_pilot, make_token

Rows = Sequence[Mapping[str, Any]]


def row(value: object, **more: object) -> dict[str, object]:
    return {"metric": "review_minutes", "value": value, **more}


@pytest.fixture
def running(transactional_db: None) -> Pilot:
    pilot = make_running_pilot()
    rollups.refresh(pilot=pilot, plan=plans.current(pilot)[1], now=NOW)
    return pilot


def posted_at_once(
    pilot: Pilot, posts: Sequence[Rows], tokens: Sequence[int | None] = ()
) -> list[Future[Report]]:
    """All have arrived, in this order, while another one was at work."""
    place, other = gathering._places[pilot.pk], gathering._Post([], NOW)
    assert place.is_first(other)
    place.arrived.remove(other)
    with ThreadPoolExecutor(len(posts)) as pool:
        done = []
        for number, (rows, token) in enumerate(zip_longest(posts, tokens), start=1):
            done.append(pool.submit(_post, pilot, rows, token))
            while len(place.arrived) < number:
                time.sleep(0.001)
        place.leave([other], other)
        return done


def _post(pilot: Pilot, rows: Rows, token: int | None = None) -> Report:
    try:
        return gathering.record(pilot_id=pilot.pk, rows=rows, now=NOW, if_good=token)
    finally:
        connection.close()


def test_posts_that_meet_share_a_transaction_and_each_hears_of_its_own_rows(running: Pilot):
    posts = [
        [row(1, external_id="a")],
        [row("x"), row(2)],
        [row(1, external_id="a")],
        [row(3, external_id="a")],
    ]

    done = posted_at_once(running, posts)

    assert [[(item.index, item.status) for item in each.result().items] for each in done] == [
        [(0, "created")],
        [(0, "rejected"), (1, "created")],
        [(0, "duplicate")],
        [(0, "conflicting_duplicate")],
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM pilots_measurement")
        assert cursor.fetchone() == (2, 1)
    assert rollups.recount(pilot=running, now=NOW).differences == []


@pytest.mark.parametrize(
    ("error", "outcomes", "stored"),
    [
        (DataError, [None, DataError, None], 2),  # undone for certain: each by itself
        (OperationalError, [OperationalError] * 3, 0),  # perhaps stored: nobody may be told that it was
    ],
)
def test_a_post_that_the_database_refuses_fails_alone(
    running: Pilot,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    outcomes: list[type[Exception] | None],
    stored: int,
):
    really: Callable[..., Report] = measurements.record_plain

    def record(*, rows: Rows, **rest: Any) -> Report:
        if any(each["value"] == 13 for each in rows):
            raise error("13")
        return really(rows=rows, **rest)

    monkeypatch.setattr(measurements, "record_plain", record)

    done = posted_at_once(running, [[row(1)], [row(13)], [row(2)]])

    assert [each.exception() and type(each.exception()) for each in done] == outcomes
    assert Measurement.objects.count() == stored


def test_a_pilot_that_is_gone_is_not_found_by_any_who_ask(db: None):
    for _ in range(2):  # whoever fails leaves the place free
        with pytest.raises(Pilot.DoesNotExist):
            gathering.record(pilot_id=10**9, rows=[row(1)], now=NOW)


def test_many_who_post_again_and_again_are_all_answered_and_each_row_is_stored_once(running: Pilot):
    def post_five(client: int) -> int:
        rows = ([row(1, external_id=f"{client}-{number}")] for number in range(5))
        return sum(_post(running, each).created for each in rows)

    with ThreadPoolExecutor(12) as pool:
        created = list(pool.map(post_five, range(12)))

    assert created == [5] * 12
    assert Measurement.objects.count() == 60
    assert not gathering._places[running.pk].arrived


def test_a_post_finds_out_by_itself_that_its_connection_died(running: Pilot):
    connection.ensure_connection()
    aside = connection.copy()
    with aside.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    aside.close()

    report = gathering.record(pilot_id=running.pk, rows=[row(1)], now=NOW)

    assert report.created == 1


def test_a_token_that_ended_meanwhile_stores_nothing_and_the_others_posts_are_stored(running: Pilot):
    (good, _), (ended, _) = make_token(running), make_token(running)
    tokens.revoke(token=ended, by=None, now=NOW)

    done = posted_at_once(running, [[row(1)], [row(2)], [row(3)]], tokens=[good.pk, ended.pk, None])

    assert [each.exception() and type(each.exception()) for each in done] == [None, tokens.Ended, None]
    assert sorted(Measurement.objects.values_list("value", flat=True)) == [1, 3]


def test_a_second_post_takes_two_journeys_the_last_of_which_commits(
    running: Pilot, monkeypatch: pytest.MonkeyPatch
):
    gathering.record(pilot_id=running.pk, rows=[row(1)], now=NOW)
    commits: list[bool] = []
    journey = journeys.journey

    def counted(made_by: Any, statements: Any, *, commit: bool, **kept: Any) -> Any:
        commits.append(commit)
        answers = journey(made_by, statements, commit=commit, **kept)
        assert made_by.info.transaction_status.name == ("IDLE" if commit else "INTRANS")
        return answers

    monkeypatch.setattr(journeys, "journey", counted)

    with CaptureQueriesContext(connection) as others:
        gathering.record(pilot_id=running.pk, rows=[row(1)], now=NOW)

    assert commits == [False, True]
    # Django notes both, and nothing is sent for them.
    assert [query["sql"] for query in others] == ["BEGIN", "COMMIT"]


def test_what_may_still_be_undone_is_not_committed_on_the_way(running: Pilot):
    rows = [row(1), row("many")]

    with pytest.raises(measurements.RejectedBatch):
        measurements.record(pilot=running, rows=rows, now=NOW, only_batch=True, atomic=True)
    dry = measurements.record(pilot=running, rows=rows, now=NOW, only_batch=True, dry_run=True)
    with transaction.atomic():
        inner = measurements.record(pilot=running, rows=rows, now=NOW, only_batch=True)
        transaction.set_rollback(True)

    assert (dry.created, inner.created, Measurement.objects.count()) == (1, 1, 0)


def test_one_new_look_is_asked_for_by_posts_that_meet_and_none_by_what_is_known(
    running: Pilot, monkeypatch: pytest.MonkeyPatch
):
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        verdicts, "request", lambda *, pilot: asked.append((pilot.pk, Measurement.objects.count()))
    )

    posted_at_once(running, [[row(1, external_id="a")], [row("many")], [row(2)]])
    gathering.record(pilot_id=running.pk, rows=[row(1, external_id="a")], now=NOW)

    assert asked == [(running.pk, 2)]


def test_a_look_that_cannot_be_asked_for_fails_nobodys_post(running: Pilot, monkeypatch: pytest.MonkeyPatch):
    def broken(pilot_id: int) -> None:
        raise OperationalError("the broker is away")

    monkeypatch.setattr(verdicts, "_enqueue", broken)

    done = posted_at_once(running, [[row(1)], [row(2)]])

    assert [each.result().created for each in done] == [1, 1]
