"""The database that every test session starts from: made once, with the tables of this checkout, then copied."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from config.local import postgres
from config.local.problem import Problem
from config.local.process import run, stop
from config.local.state import ROOT, keep_secrets, only_one

PLACE = ROOT / "var" / "test-template"
LOG = PLACE / "log"


def copy(data: Path) -> str:
    """Fill `data`, which must not exist yet; returns the password of its role.

    Its database `pilotage` holds the tables, or nothing when the migrations do not run: then the tests will tell.
    """
    with only_one(PLACE / "lock", wait=True):
        password = keep_secrets(PLACE / "secrets.json", ["postgres"])["postgres"]
        _copy(_with_tables(password) or _empty(password), data)
    return password


def _with_tables(password: str) -> Path | None:
    made = PLACE / f"tables-{_fingerprint()}"
    if made.exists():
        return made
    empty = _empty(password)
    for outdated in PLACE.glob("tables-*"):
        shutil.rmtree(outdated)
    half = PLACE / "tables-half"
    _copy(empty, half)
    return half.rename(made) if _migrate(half, password) else None


def _empty(password: str) -> Path:
    made = PLACE / f"empty-{postgres.VERSION}"
    if not made.exists():
        postgres.create(made, password=password, log=LOG, durable=False)
    return made


def _migrate(data: Path, password: str) -> bool:
    server = postgres.start(data, password=password, log=LOG, durable=False)
    environment = os.environ | {"PILOTAGE_ENV": "test", "DATABASE_URL": server.url}
    try:
        postgres.wait_until_ready(server)
        migrate = [sys.executable, "manage.py", "migrate", "--skip-checks"]
        run("migrate", migrate, log=LOG, cwd=ROOT, env=environment)
    except Problem:
        return False
    finally:
        stop(server.child, postgres.FAST)
    return True


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    for path in (target, *target.rglob("*")):
        postgres.give_to_server(path)


def _fingerprint() -> str:
    """Changes with whatever the tables depend on."""
    digest = hashlib.sha256(postgres.VERSION.encode())
    for path in [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements" / "base.txt"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
