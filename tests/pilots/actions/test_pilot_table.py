"""Charters out as a table, and back in: all rows or none, by the same rules as the form."""

import csv
import io

import pytest
from django.contrib.auth.models import User

from pilots.actions import pilot_table
from pilots.actions.pilot_table import Outcome
from pilots.actions.refusals import Refused
from pilots.exports.tables import written
from pilots.models import Event, Pilot
from pilots.queries.pilot_table import COLUMNS, exported_by, lines
from tests.factories import NOW, make_manager, make_owner, make_pilot, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_owner("olga")


def taken(owner: User, *rows: str, **options: object) -> list[Outcome]:
    return pilot_table.take_in(text="\n".join(rows), by=owner, now=NOW, **options)  # type: ignore[arg-type]


def exported(person: User) -> str:
    return b"".join(written(lines(exported_by(person)))).decode()


def test_what_goes_out_comes_back_as_it_was(owner: User) -> None:
    make_pilot(
        "mine", owner=owner, friction="=HYPERLINK(1)", scope_out="-1 or so", kit=["latency", "quality"]
    )
    table = exported(owner)

    (cells,) = csv.DictReader(io.StringIO(table))
    outcome = taken(owner, table)

    assert (cells["friction"], cells["scope_out"], cells["decider"]) == (
        "'=HYPERLINK(1)",
        "'-1 or so",
        Pilot.objects.get().decider.username,
    )
    assert outcome == [Outcome(2, "mine")]
    assert not Event.objects.exists()


def test_an_owner_exports_her_own_and_an_auditor_all(owner: User) -> None:
    make_pilot("mine", owner=owner)
    make_pilot("as-deputy", deputy=owner)
    make_pilot("of-others")

    slugs = [
        [row["slug"] for row in csv.DictReader(io.StringIO(exported(person)))]
        for person in (owner, make_user("ada", "Auditors"))
    ]

    assert slugs == [["as-deputy", "mine"], ["as-deputy", "mine", "of-others"]]


def test_rows_make_drafts_and_change_what_they_name_alone(owner: User) -> None:
    known = make_pilot("known", owner=owner, friction="Slow.")
    make_manager("marie")

    outcomes = taken(
        owner,
        "slug,name,workflow,decider,volume_per_month,seeks_saving",
        f"known,Known,{known.workflow},{known.decider.username},900,no",
        ",Brand new,Sort letters,marie,20,yes",
    )

    known.refresh_from_db()
    new = Pilot.objects.get(slug="brand-new")
    assert (known.volume_per_month, known.seeks_saving, known.friction) == (900, False, "Slow.")
    assert (new.owner, new.state, new.decider.username, new.volume_per_month) == (owner, "draft", "marie", 20)
    assert [(each.is_new, each.changed[-2:]) for each in outcomes] == [
        (False, ("volume_per_month", "seeks_saving")),
        (True, ("volume_per_month", "seeks_saving")),
    ]
    assert [event.verb for event in Event.objects.order_by("id")] == ["pilot.changed", "pilot.logged"]


def test_one_faulty_row_keeps_all_of_them_out_and_each_fault_is_said(owner: User) -> None:
    make_pilot("of-others")
    make_manager("marie")

    outcomes = taken(
        owner,
        "slug,name,workflow,decider,window_end,seeks_saving",
        "good,Good,Sort letters,marie,2027-03-01,yes",
        "bad,Bad,,nobody,soon,maybe",
        "of-others,Of others,x,marie,2027-03-01,yes",
        "good,Good,Sort letters,marie,2027-03-01,yes",
        "own,Own,Sort letters,olga,2027-03-01,yes",
    )

    assert list(Pilot.objects.values_list("slug", flat=True)) == ["of-others"]
    assert not Event.objects.exists()
    assert [each.faults for each in outcomes] == [
        (),
        (
            "workflow: This field is required.",
            "decider: Nobody who may sign in is called nobody. Correct the user name.",
            "window_end: Enter a valid date.",
            "seeks_saving: Write yes or no, not maybe.",
        ),
        ("Only the owner, the deputy or an administrator edits this pilot.",),
        ("good stands in an earlier line already. Leave one of them out.",),
        ("The decider signs and must be somebody other than the owner.",),
    ]


def test_a_try_stores_nothing(owner: User) -> None:
    make_manager("marie")

    (outcome,) = taken(owner, "name,workflow,decider", "New,Sort letters,marie", dry_run=True)

    assert (outcome.is_new, outcome.faults, Pilot.objects.count()) == (True, (), 0)


def test_a_started_charter_is_bound_by_the_rules_of_the_form(owner: User) -> None:
    make_running_pilot("runs", owner=owner)

    frozen = taken(owner, "slug,window_end", "runs,2027-12-31", reason="Longer.")
    without = taken(owner, "slug,scope_out", "runs,Letters")
    kept = taken(owner, "slug,scope_out", "runs,Letters", reason="Letters came up.")

    assert "frozen when the pilot started" in frozen[0].faults[0]
    assert "Say why" in without[0].faults[0]
    assert kept == [Outcome(2, "runs", changed=("scope_out",))]
    assert Pilot.objects.get().charters.count() == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The file is empty"),
        ("slug,colour\na,red", "There is no column colour."),
        ("slug,slug\na,b", "named twice"),
        ("workflow\nx", "Add the column slug"),
        ("slug,name\na,b,c", "Line 2 has 3 cells under 2 columns"),
        ('slug\n"a', "is no CSV"),
        ("slug\n" + "a\n" * 501, "more than 500 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_words(owner: User, text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        taken(owner, text)


def test_every_field_of_a_charter_is_a_column() -> None:
    assert {"slug", "friction", "decider", "contract_output_schema", "kit", "fallback_plan"} <= set(COLUMNS)
    assert not {"state", "started_at", "is_demo"} & set(COLUMNS)


def test_who_reads_a_restricted_pilot_goes_out_and_comes_back_and_is_kept_in_the_log(owner: User) -> None:
    pilot = make_pilot("known", owner=owner)
    pilot.readers.set([make_user("vera", "Viewers"), make_user("rob", "Reviewers")])

    (cells,) = csv.DictReader(io.StringIO(exported(owner)))
    (outcome,) = taken(owner, "slug,readers", "known,vera")

    assert cells["readers"] == "rob vera"
    assert outcome.changed == ("readers",)
    assert [person.username for person in pilot.readers.all()] == ["vera"]
    event = Event.objects.get()
    assert (event.before, event.after) == ({"readers": "rob vera"}, {"readers": "vera"})
    (nobody,) = taken(owner, "slug,readers", "known,nobody")
    assert nobody.faults == ("readers: Nobody who may sign in is called nobody. Correct the user name.",)
