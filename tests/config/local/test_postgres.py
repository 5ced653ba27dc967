"""The embedded PostgreSQL: asks for its password, keeps what was committed, recovers from what a kill leaves."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local import postgres
from config.local.engines import check_database_files
from config.local.problem import Problem
from config.local.process import stop
from tests.config.local.watching import alive


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Not pytest's own directory: only its owner may enter that, as with a home."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def data(home: Path) -> Path:
    postgres.create(home / "data", password="secret", log=home / "log", durable=False)
    return home / "data"


@pytest.fixture
def start(data: Path, home: Path):
    started = []

    def begin() -> postgres.Postgres:
        started.append(postgres.start(data, password="secret", log=home / "log"))
        postgres.wait_until_ready(started[-1])
        return started[-1]

    yield begin
    for server in started:
        stop(server.child, postgres.FAST)


def test_a_wrong_password_is_refused(start):
    server = start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace("secret", "wrong"))


def test_the_data_is_synced_and_listens_on_loopback_alone(start):
    with psycopg.connect(start().url) as connection:
        rows = connection.execute(
            "select current_setting('fsync'), current_setting('listen_addresses')"
        ).fetchall()

    assert rows == [("on", "127.0.0.1")]


def test_letters_beyond_ascii_have_their_capitals(start):
    with psycopg.connect(start().url) as connection:
        assert connection.execute("select upper('âge'), lower('ÉTÉ')").fetchone() == ("ÂGE", "été")


def test_what_was_committed_survives_kill_9(start):
    first = start()
    with psycopg.connect(first.url) as connection:
        connection.execute("create table kept as select 7 as seven")
    os.kill(first.child.popen.pid, signal.SIGKILL)
    first.child.popen.wait()

    with psycopg.connect(start().url) as connection:
        assert connection.execute("select seven from kept").fetchone() == (7,)


def test_a_server_that_was_left_at_work_is_ended_first(start, data):
    left = start()

    postgres.clear_leftovers(data)

    assert left.child.popen.wait(5) == 0
    assert not (data / "postmaster.pid").exists()


def test_the_lock_file_of_a_dead_server_does_not_block_the_start(start, data):
    (data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{data}\n"
    )  # a number that belongs to somebody else now
    postgres.clear_leftovers(data)

    assert alive(start().child.popen.pid)


def test_a_creation_that_was_cut_short_is_begun_anew(home):
    half = home / "second.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    postgres.create(home / "second", password="secret", log=home / "log", durable=False)

    assert (home / "second" / "global").is_dir()
    assert not half.exists()


def test_a_start_that_fails_tells_the_reason_in_one_line(home):
    broken = home / "broken"
    broken.mkdir(mode=0o700)
    postgres.give_to_server(broken)

    with pytest.raises(Problem, match=r"^PostgreSQL did not start: .+ \(see .+\)$"):
        postgres.wait_until_ready(postgres.start(broken, password="secret", log=home / "log"))


def test_a_directory_that_is_no_database_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="is no whole database"):
        check_database_files(tmp_path)


def test_the_files_of_another_major_version_are_a_problem_with_a_remedy(tmp_path):
    (tmp_path / "PG_VERSION").write_text("17\n")

    with pytest.raises(Problem, match="was made by PostgreSQL 17, this is PostgreSQL 18"):
        check_database_files(tmp_path)
