from datetime import date, timedelta

import pytest

from pilots.actions import measurements, verdicts
from pilots.models import Pilot, Verdict
from pilots.queries import board
from tests.factories import (
    NOW,
    make_manager,
    make_owner,
    make_pilot,
    make_rows,
    make_running_pilot,
    make_user,
)

pytestmark = pytest.mark.django_db


def load(person=None, **filters):
    return board.load(person=person or make_user("", "Viewers"), filters=board.Filters(**filters), now=NOW)


def row_of(pilot: Pilot) -> board.Row:
    return next(row for row in load().rows if row.pilot == pilot)


def running_until(slug: str, end: date, **fields):
    return make_running_pilot(slug, maintenance_start=date(2026, 11, 5), window_end=end, **fields)


def test_the_most_urgent_pilots_come_first_and_finished_ones_last() -> None:
    running_until("far", date(2026, 12, 30))
    running_until("near", date(2026, 11, 25))
    stopped = running_until("stopped", date(2026, 12, 30))
    measurements.record(pilot=stopped, rows=make_rows(40, value=3.0, phase="baseline"), now=NOW)
    measurements.record(pilot=stopped, rows=make_rows(40, value=6.0, phase="pilot"), now=NOW)
    verdicts.judge(pilot_id=stopped.pk, now=NOW)
    running_until("silent", date(2026, 12, 30), now=NOW - timedelta(days=10))
    running_until("overdue", date(2026, 11, 10))
    make_pilot("draft")

    shown = load().shown

    assert [row.pilot.slug for row in shown] == ["overdue", "stopped", "silent", "near", "far", "draft"]


@pytest.mark.parametrize(
    ("end", "due", "overdue"),
    [
        (date(2026, 11, 19), False, True),
        (date(2026, 11, 20), True, False),
        (date(2026, 12, 4), True, False),
        (date(2026, 12, 5), False, False),
    ],
)
def test_a_decision_is_due_from_fourteen_days_before_the_last_day_and_overdue_after_it(
    end: date, due: bool, overdue: bool
) -> None:
    row = row_of(running_until("pilot", end))

    assert (row.is_due, row.is_overdue) == (due, overdue)


def test_a_draft_is_never_due() -> None:
    row = row_of(make_pilot(window_end=date(2026, 11, 21)))

    assert (row.is_due, row.is_overdue, row.is_silent) == (False, False, False)


def test_a_pilot_is_silent_once_its_newest_point_is_older_than_its_metric_allows() -> None:
    pilot = make_running_pilot(now=NOW - timedelta(days=10))
    patience = timedelta(hours=pilot.metrics.get().max_age_hours)
    measurements.record(pilot=pilot, rows=make_rows(1, start=NOW - patience), now=NOW)
    still = row_of(pilot).is_silent

    later = board.load(person=pilot.owner, filters=board.Filters(), now=NOW + timedelta(seconds=1))

    assert (still, later.rows[0].is_silent) == (False, True)


def test_measurements_from_before_the_pilot_do_not_keep_it_from_being_silent() -> None:
    pilot = make_running_pilot(now=NOW - timedelta(days=10))
    measurements.record(pilot=pilot, rows=make_rows(1, phase="baseline"), now=NOW)

    assert row_of(pilot).is_silent


def test_the_board_carries_the_newest_flag_with_its_reason() -> None:
    pilot = make_running_pilot()
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    newest = Verdict.objects.get(pilot=pilot)

    row = row_of(pilot)

    assert (row.flag, row.reason) == (newest.flag, newest.reason)


def test_a_decider_is_needed_where_her_decision_is_due_and_an_owner_where_his_draft_waits() -> None:
    maria, tomas = make_manager("maria"), make_owner("tomas")
    running_until("due", date(2026, 11, 25), decider=maria, owner=tomas)
    running_until("later", date(2026, 12, 30), decider=maria, owner=tomas)
    running_until("not-hers", date(2026, 11, 25))
    make_pilot("draft", decider=maria, owner=tomas)

    hers, his = load(maria, view="needs-me"), load(tomas, view="needs-me")

    assert [row.pilot.slug for row in hers.shown] == ["due"]
    assert [row.pilot.slug for row in his.shown] == ["draft"]
    assert hers.counts == {"all": 4, "needs-me": 1, "mine": 3, "due": 2, "look-again": 0, "closed": 0}


def test_the_figures_in_the_head_count_all_pilots_whatever_is_shown() -> None:
    running_until("overdue", date(2026, 11, 10))
    running_until("due", date(2026, 11, 25))
    make_pilot("draft")

    found = load(q="nothing like it")

    assert found.shown == []
    assert (found.running, found.due, found.overdue, found.silent, found.stop_flags) == (2, 2, 1, 0, 0)


def test_a_person_without_a_role_gets_an_empty_board() -> None:
    make_running_pilot()

    assert load(make_user("nobody")).rows == []


def test_the_filters_of_the_board_are_filters_of_the_api_by_the_same_names_and_find_the_same() -> None:
    from pilots.api.filters import PilotFilter, with_newest_verdict

    running_until(
        "tickets", date(2026, 12, 30), workflow="Sort tickets", friction_kind="volume", team="Support"
    )
    make_pilot("invoices")
    admin = make_user("admin", is_superuser=True)
    owner = Pilot.objects.get(slug="tickets").owner.get_username()

    assert set(board.NARROWING) == set(PilotFilter.base_filters)
    for wanted in (
        {"q": "sort tick"},
        {"openness": "open"},
        {"state": "running"},
        {"friction": "volume"},
        {"team": "Support"},
        {"owner": owner},
    ):
        by_api = PilotFilter(wanted, queryset=with_newest_verdict(Pilot.objects.all())).qs
        assert {row.pilot.slug for row in load(admin, **wanted).found} == {each.slug for each in by_api}
        assert [each.slug for each in by_api] == ["tickets"]
