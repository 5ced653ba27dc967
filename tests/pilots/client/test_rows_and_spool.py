"""What a script says becomes rows that count once; on disk they are whole, bounded and in order."""

import json
import os
import stat
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pilots.client import Client, ClientError, Login
from pilots.client.door import Answer
from pilots.client.rows import complete, complete_file, encode, read_file
from pilots.client.spool import MOST_ROWS, Busy, Full, Spool

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "http://127.0.0.1:1"


def put(spool: Spool, number: int) -> None:
    spool.put(URL, "clause-check", [{"metric": "m", "value": number, "external_id": str(number)}])


def test_a_row_gets_its_moment_and_an_id_before_anything_else():
    first, second = (complete({"metric": "m", "value": 1, "unit_id": None}, now=NOW) for _ in range(2))

    assert (first["observed_at"], first["external_id"] == second["external_id"]) == (
        "2026-11-20T12:00:00+00:00",
        False,
    )
    assert set(first) == {"metric", "value", "observed_at", "external_id"}


def test_what_the_script_says_itself_stays():
    row = complete(
        {"metric": "m", "value": 1, "observed_at": NOW, "external_id": "mine"}, now=datetime.now(UTC)
    )

    assert (row["observed_at"], row["external_id"]) == ("2026-11-20T12:00:00+00:00", "mine")


def test_rows_of_a_file_have_the_same_id_each_time_only_when_they_say_when():
    dated, undated = {"metric": "m", "value": 1, "observed_at": "2026-11-21"}, {"metric": "m", "value": 1}

    once, again = (complete_file([dated, dated, undated], now=NOW) for _ in range(2))

    ids = [[row["external_id"] for row in rows] for rows in (once, again)]
    assert ids[0][:2] == ids[1][:2]
    assert ids[0][0] != ids[0][1]
    assert ids[0][2] != ids[1][2]


def test_any_value_can_be_kept():
    assert json.loads(encode({"a": Decimal("1.5"), "b": float("1e3"), "c": {1}, "d": "\ud800"})) == {
        "a": "1.5", "b": 1000.0, "c": "{1}", "d": "?",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.ndjson", '{"metric": "m"}\n{"metric', "line 2: this is no JSON"),
        ("a.ndjson", "[1]", "line 1: write one object a line"),
        ("a.csv", "metric,value\nm,1,2\n", "line 2: not as many cells as the header"),
        ("a.txt", "", "is none of .ndjson, .jsonl, .csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_by_its_line(name: str, content: str, says: str, tmp_path: Path):
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(ClientError, match=says):
        list(read_file(path))


def test_parcels_come_oldest_first_and_only_this_user_reads_them(tmp_path: Path):
    spool = Spool(tmp_path / "spool")

    for number in range(12):
        put(spool, number)

    parcels = list(spool.parcels())
    assert [parcel.rows[0]["value"] for parcel in parcels] == list(range(12))
    assert {stat.S_IMODE(parcel.path.stat().st_mode) for parcel in parcels} == {0o600}


def test_a_large_post_becomes_parcels_of_a_size_that_proxies_take(tmp_path: Path):
    spool = Spool(tmp_path)

    spool.put(
        URL, "p", [{"external_id": str(number), "unit_id": "u" * 150} for number in range(2 * MOST_ROWS)]
    )

    parcels = list(spool.parcels())
    assert sum(len(parcel.rows) for parcel in parcels) == 2 * MOST_ROWS
    assert max(parcel.path.stat().st_size for parcel in parcels) < 1_000_000


def test_a_full_spool_takes_nothing_more_and_says_so(tmp_path: Path):
    spool = Spool(tmp_path, largest=150)
    put(spool, 1)

    with pytest.raises(Full, match="pilotage flush"):
        put(spool, 2)

    assert len(list(spool.parcels())) == 1


def test_half_a_file_is_never_a_parcel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    spool = Spool(tmp_path)
    monkeypatch.setattr(
        os, "replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )

    with pytest.raises(Full, match="No space left"):
        put(spool, 1)

    assert list(spool.parcels()) == []


def test_a_spoilt_file_is_set_aside(tmp_path: Path):
    spool = Spool(tmp_path)
    put(spool, 1)
    next(spool.parcels()).path.write_text("{")
    put(spool, 2)

    assert [parcel.rows[0]["value"] for parcel in spool.parcels()] == [2]


def test_one_sends_at_a_time(tmp_path: Path):
    spool = Spool(tmp_path)

    with spool.only_sender(wait=0), pytest.raises(Busy), Spool(tmp_path).only_sender(wait=0):
        pass


@pytest.mark.parametrize(
    "url", ["", "pilotage.example.org", "ftp://example.org", "https://user:secret@example.org"]
)
def test_an_address_that_is_none_is_refused(url: str):
    with pytest.raises(ClientError, match="is no address"):
        Login(url, "plt_x")


def test_a_login_does_not_show_its_token():
    assert "plt_x" not in repr(Login("https://example.org", "plt_x"))


def test_the_environment_wins_over_what_was_kept(home: Path, monkeypatch: pytest.MonkeyPatch):
    from pilots.client import login

    login.keep(Login("https://kept.example.org", "plt_kept", "kept"))
    monkeypatch.setenv("PILOTAGE_TOKEN", "plt_env")

    assert login.find() == Login("https://kept.example.org", "plt_env", "kept")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_failures_that_time_mends(status: int):
    assert Answer(status).passing
    assert not Answer(422).passing


def test_nothing_is_raised_into_a_script_that_is_not_strict(home: Path, caplog: pytest.LogCaptureFixture):
    (home / "file").write_text("in the way")

    for client in (Client(), Client(URL, "plt_x"), Client(URL, "plt_x", pilot="p", spool=home / "file")):
        receipt = client.post("m", object())
        assert (receipt.posted, receipt.delivered) == (0, False)

    assert caplog.records[0].getMessage().startswith("PILOTAGE_URL is not set.")


def test_a_strict_client_raises(home: Path):
    with pytest.raises(ClientError, match="PILOTAGE_URL is not set"):
        Client(strict=True)
    with pytest.raises(ClientError, match="No pilot is named"):
        Client(URL, "plt_x", strict=True).post("m", 1)
