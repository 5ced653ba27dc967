from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pilots.actions import measurements, verdicts
from pilots.models import Pilot, Verdict
from pilots.queries import chains
from tests.factories import NOW, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    made = make_running_pilot()
    for day in range(3):
        now = NOW + timedelta(days=day)
        measurements.record(pilot=made, rows=make_rows(30, start=now), now=now, atomic=True)
        verdicts.judge(pilot_id=made.pk, now=now)
    assert Verdict.objects.filter(pilot=made).count() == 3
    return made


def tamper(statement: str) -> None:
    """As somebody with the database's own rights would: the triggers are off for this statement."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def test_an_untouched_chain_holds(pilot: Pilot) -> None:
    assert chains.verify(pilot) == chains.ChainReport(records=3, differences=[])


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "UPDATE pilots_verdict SET evidence = replace(evidence, '\"n\":30', '\"n\":31') WHERE number = 2",
            "record 2: hash",
        ),
        ("UPDATE pilots_verdict SET flag = 'go' WHERE number = 3", "record 3: the column flag says 'go'"),
        ("UPDATE pilots_verdict SET reason = reason || ' ' WHERE number = 1", "record 1: the column reason"),
        (
            "UPDATE pilots_verdict SET evidence_hash = reverse(evidence_hash) WHERE number = 2",
            "record 2: hash",
        ),
        (
            "UPDATE pilots_verdict SET previous_hash = '' WHERE number = 3",
            "record 3: the columns previous_hash",
        ),
        ("DELETE FROM pilots_verdict WHERE number = 2", "the records are numbered [1, 3]"),
        ("UPDATE pilots_verdict SET evidence = left(evidence, 100) WHERE number = 2", "record 2: unreadable"),
        (
            "UPDATE pilots_planversion SET plan = jsonb_set(plan, '{n_min}', '1')",
            "plan 1: its content does not match its hash",
        ),
    ],
)
def test_tampering_is_named(pilot: Pilot, statement: str, named: str) -> None:
    tamper(statement)

    differences = chains.verify(pilot).differences

    assert any(difference.startswith(named) for difference in differences), differences


def test_a_record_forged_with_a_fitting_hash_breaks_the_chain(pilot: Pilot) -> None:
    forged = "replace(evidence, '\"rows\":30', '\"rows\":31')"
    tamper(
        f"UPDATE pilots_verdict SET evidence = {forged}, "
        f"evidence_hash = encode(sha256(convert_to({forged}, 'UTF8')), 'hex') WHERE number = 1"
    )

    differences = chains.verify(pilot).differences

    assert any(difference.startswith("record 2: previous") for difference in differences), differences


def test_the_command_says_what_holds(pilot: Pilot) -> None:
    out = StringIO()

    call_command("verify_evidence", pilot.slug, stdout=out)

    assert out.getvalue() == "clause-check: 3 records hold\n"


def test_the_command_fails_on_a_difference(pilot: Pilot) -> None:
    tamper("UPDATE pilots_verdict SET flag = 'go' WHERE number = 3")
    err = StringIO()

    with pytest.raises(CommandError, match="The evidence of 1 pilot does not hold"):
        call_command("verify_evidence", stderr=err)

    assert "clause-check: record 3: the column flag says 'go'" in err.getvalue()
