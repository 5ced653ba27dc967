from decimal import Decimal

import pytest

from evaluations.models import Case, Suite
from pilots.actions import failures, findings
from pilots.actions.refusals import NotAllowed, Refused, Unfit
from pilots.models import Event, Failure, Pilot
from pilots.queries import failures as galleries
from tests.factories import NOW, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


def report(pilot: Pilot, **values: object) -> Failure:
    given = {"severity": "minor", "type": "wrong", **values}
    failure, _ = findings.report_failure(pilot=pilot, values=given, by=pilot.owner, token=None, now=NOW)
    return failure


def test_many_are_tagged_at_once_and_each_keeps_what_it_was_in_the_log() -> None:
    pilot = make_running_pilot()
    one, other, left = report(pilot, cause="guess"), report(pilot), report(pilot)

    count = failures.tag(
        pilot=pilot,
        numbers=[one.pk, other.pk],
        values={"cause": " old guideline ", "severity": "", "pilot": "another"},
        by=pilot.owner,
        now=NOW,
    )

    assert count == 2
    assert list(Failure.objects.order_by("pk").values_list("cause", "severity")) == [
        ("old guideline", "minor"),
        ("old guideline", "minor"),
        ("", "minor"),
    ]
    told = Event.objects.filter(verb="failure.tagged").order_by("pk")
    assert [event.before for event in told] == [
        {"id": one.pk, "cause": "guess"},
        {"id": other.pk, "cause": ""},
    ]
    assert left.cause == ""


def test_strangers_other_pilots_failures_and_unknown_words_are_refused() -> None:
    pilot, elsewhere = make_running_pilot(), make_running_pilot("elsewhere")
    mine, theirs = report(pilot), report(elsewhere)
    asked = {"pilot": pilot, "values": {"severity": "critical"}, "now": NOW}

    with pytest.raises(NotAllowed):
        failures.tag(numbers=[mine.pk], by=make_user("", "Viewers"), **asked)
    with pytest.raises(Refused):
        failures.tag(numbers=[theirs.pk], by=pilot.owner, **asked)
    with pytest.raises(Unfit):
        failures.tag(numbers=[mine.pk], by=pilot.owner, **asked | {"values": {"severity": "awful"}})
    assert set(Failure.objects.values_list("severity", flat=True)) == {"minor"}


def test_a_failure_becomes_one_more_case_of_the_suite_once() -> None:
    pilot = make_running_pilot()
    suite = Suite.objects.create(slug="clauses", name="Clauses", scorer="exact")
    first = report(pilot, input="Clause 7?", expected="unusual", scenario="plain")
    failures.promote(failure=first, suite=suite, by=pilot.owner, now=NOW)
    second = report(pilot, input="Clause 8?", expected="usual")

    version = failures.promote(failure=second, suite=suite, by=pilot.owner, now=NOW)
    again = failures.promote(failure=second, suite=suite, by=pilot.owner, now=NOW)

    assert (version.number, again.pk) == (2, version.pk)
    assert list(Case.objects.filter(version=version).order_by("input").values_list("input", "expected")) == [
        ("Clause 7?", "unusual"),
        ("Clause 8?", "usual"),
    ]


def test_what_has_no_right_answer_is_no_test_case_and_deciders_make_none() -> None:
    pilot = make_running_pilot()
    suite = Suite.objects.create(slug="clauses", name="Clauses", scorer="exact")

    with pytest.raises(Refused, match="complete the failure first"):
        failures.promote(failure=report(pilot, input="Clause 7?"), suite=suite, by=pilot.owner, now=NOW)
    with pytest.raises(NotAllowed):
        failures.promote(failure=report(pilot), suite=suite, by=pilot.decider, now=NOW)


def test_the_gallery_shows_silent_ones_first_then_the_worst_and_counts_causes_and_cost() -> None:
    pilot = make_running_pilot()
    report(pilot, severity="critical", cause="format", cost=Decimal("2.50"))
    silent = report(pilot, type="silent", cause="format", cost=Decimal("1"))
    minor = report(pilot, cause="guess")

    found = galleries.load(pilot, given={}, page=1)

    assert [row.pk for row in found.failures][::2] == [silent.pk, minor.pk]
    assert [(each.name, each.count, each.silent, each.cost) for each in found.causes] == [
        ("format", 2, 1, Decimal("3.50")),
        ("guess", 1, 0, None),
    ]
    assert (found.ratio.failures, found.ratio.silent, found.ratio.one_in) == (3, 1, None)
