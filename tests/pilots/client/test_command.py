"""The command `pilotage`, against the live server."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pilots.models import Measurement, Pilot
from tests.factories import make_ready_pilot, make_token
from tests.pilots.api.records import judged
from tests.pilots.client.line import Line

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[..., tuple[int, str, str]]


def test_post_stores_a_measurement(signed_in: str, run: Run):
    answer = run(
        "post", "review_minutes", "3.2", "--unit-id", "contract-17", "--context", '{"commit": "4f0c2d1"}'
    )

    row = Measurement.objects.get()
    assert answer == (0, "1 posted\n", "")
    assert (float(row.value or 0), row.unit_id, row.context) == (3.2, "contract-17", {"commit": "4f0c2d1"})


def test_post_of_a_failure_needs_no_value(signed_in: str, run: Run):
    assert run("post", "review_minutes", "--outcome", "timeout")[0] == 0
    assert Measurement.objects.get().outcome == "timeout"


def test_a_rejected_post_says_why(signed_in: str, run: Run):
    code, out, complaint = run("post", "review_minuts", "3.2")

    assert (code, out) == (1, "")
    assert "review_minutes" in complaint
    assert "rejected.ndjson" in complaint


def test_a_file_that_grows_counts_each_row_once(signed_in: str, run: Run, home: Path):
    rows = home / "rows.csv"
    rows.write_text("metric,value,observed_at\nreview_minutes,3.2,2026-11-21T09:00:00Z\n"
                    "review_minutes,3.2,2026-11-21T09:00:00Z\n")  # fmt: skip
    first = run("post", "--file", str(rows))
    with rows.open("a") as file:
        file.write("review_minutes,4.1,2026-11-21T10:00:00Z\n")
    second = run("post", "--file", str(rows))

    assert (first[:2], second[:2]) == ((0, "2 posted\n"), (0, "3 posted\n"))
    assert Measurement.objects.count() == 3


def test_dry_run_tells_faults_and_stores_nothing(signed_in: str, run: Run, home: Path):
    rows = home / "rows.ndjson"
    rows.write_text('{"metric": "review_minutes", "value": 1}\n{"metric": "nothing", "value": 2}\n')

    good = run("post", "review_minutes", "3.2", "--dry-run")
    code, out, complaint = run("post", "--file", str(rows), "--dry-run")

    assert good == (0, "1 of 1 would be stored\n", "")
    assert (code, out) == (1, "1 of 2 would be stored\n")
    assert complaint.startswith("/1/metric: ")
    assert Measurement.objects.count() == 0


def test_post_while_the_server_is_down_keeps_the_row_and_says_so(signed_in: str, run: Run, line: Line):
    line.state = "cut"
    code, out, complaint = run("post", "review_minutes", "3.2")
    waiting = run("status")

    line.state = "open"
    flushed = run("flush")

    assert (code, out) == (0, "")
    assert complaint.startswith("pilotage: kept, and sent with the next post or flush.")
    assert waiting[1].startswith("waiting   1 rows in ")
    assert flushed == (0, "1 sent, 0 were there already, 0 rejected\n", "")


@pytest.mark.parametrize(
    ("flag", "require", "code"),
    [
        ("go", "go", 0), ("extend", "go", 10), ("stop", "go", 20), ("collecting", "go", 30),
        ("extend", "not_stop", 0), ("stop", "not_stop", 20),
    ],
)  # fmt: skip
def test_gate_exits_by_the_flag(flag: str, require: str, code: int, signed_in: str, run: Run, pilot: Pilot):
    judged(pilot, flag=flag, reason="Because.")

    assert run("gate", "clause-check", "--require", require) == (code, f"{flag}: Because.\n", "")


def test_gate_never_opens_by_mistake(signed_in: str, run: Run, line: Line):
    unknown = run("gate", "no-such-pilot")
    line.state = "cut"

    assert (unknown[0], unknown[1]) == (1, "")
    assert run("gate", "clause-check")[:2] == (1, "")


def test_login_keeps_the_token_for_this_user_alone(
    line: Line, pilot: Pilot, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    secret = make_token(pilot)[1]
    monkeypatch.setattr("getpass.getpass", lambda prompt: secret)
    make_ready_pilot("other")

    code, out, _ = run("login", line.url)

    kept = home / ".config" / "pilotage" / "login.json"
    assert (code, stat.S_IMODE(kept.stat().st_mode)) == (0, 0o600)
    assert "Posts go to clause-check" in out
    assert secret not in out
    assert run("post", "review_minutes", "1")[:2] == (0, "1 posted\n")


def test_login_refuses_a_token_that_opens_nothing(
    line: Line, pilot: Pilot, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("getpass.getpass", lambda prompt: "plt_unknown1" + "a" * 43)

    code, _, complaint = run("login", line.url)

    assert (code, (home / ".config").exists()) == (1, False)
    assert "unknown, has expired or was revoked" in complaint


def test_without_a_login_it_says_what_to_do(home: Path, run: Run):
    answer = run("post", "review_minutes", "1")

    assert answer == (1, "", "pilotage: PILOTAGE_URL is not set. Set it, or run: pilotage login URL\n")
