"""The command `pilotage`: post, gate, login, flush, status."""

import argparse
import getpass
import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import door, login
from .client import Client, Receipt
from .errors import ClientError
from .login import Login
from .rows import complete, complete_file, encode, read_file
from .spool import Spool, place

FIELDS = (
    "unit-id", "outcome", "candidate", "phase", "segment", "load", "fingerprint", "observed-at", "external-id", "source",
    "attempts", "provenance",
)  # fmt: skip
ERROR = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code. Errors are one line on standard error."""
    options = _parser().parse_args(arguments)
    logging.getLogger("pilotage").addHandler(logging.NullHandler())  # what it would say is said here
    try:
        code: int = options.act(options)
    except ClientError as error:
        print(f"pilotage: {error}", file=sys.stderr)
        return ERROR
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pilotage",
        description="Post measurements of an AI pilot, and ask whether a rollout may go on.",
        epilog="The environment wins over the log-in: PILOTAGE_URL, PILOTAGE_TOKEN, PILOTAGE_PILOT; PILOTAGE_SPOOL "
        "names the folder of what waits.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    post = commands.add_parser(
        "post",
        help="post a measurement, or a file of them",
        description="Exit 0: with the server, or safe on disk until the next post or flush. 1: rows were rejected, or "
        "could not be kept.",
    )
    post.add_argument("metric", nargs="?")
    post.add_argument("value", nargs="?", help="may be left out when --outcome says why there is none")
    post.add_argument("--pilot", metavar="SLUG")
    post.add_argument("--file", type=Path, metavar="ROWS", help="NDJSON or CSV, by its ending")
    for name in FIELDS:
        post.add_argument(f"--{name}", metavar=name.replace("-", "_").upper())
    post.add_argument("--context", type=_object, metavar="JSON", help="references, as an object")
    post.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
    post.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="go on trying that long")
    post.set_defaults(act=_post)

    gate = commands.add_parser(
        "gate",
        help="may a rollout go on?",
        description="Exit 0: it may. Else by the flag: 10 extend, 20 stop, 30 collecting. 1: error.",
    )
    gate.add_argument("pilot", metavar="SLUG")
    gate.add_argument("--require", choices=["go", "not_stop"], default="go")
    gate.set_defaults(act=_gate)

    enter = commands.add_parser("login", help="keep address and token for this user")
    enter.add_argument("url", metavar="URL")
    enter.add_argument("--pilot", metavar="SLUG", help="where posts go that name no pilot")
    enter.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    enter.set_defaults(act=_log_in)

    flush = commands.add_parser("flush", help="send what waits on disk")
    flush.add_argument("--wait", type=float, default=30, metavar="SECONDS", help="go on trying that long")
    flush.set_defaults(act=_flush)

    status = commands.add_parser(
        "status", help="what waits, what was rejected, and whether the server answers"
    )
    status.set_defaults(act=_status)
    return parser


def _post(options: argparse.Namespace) -> int:
    if bool(options.file) == bool(options.metric):
        raise ClientError("Name a metric and its value, or --file.")
    if options.dry_run:
        return _dry_run(options)
    client = Client(pilot=options.pilot, strict=False, patience=options.wait)
    client.signed_in()
    receipt = client.post_file(options.file) if options.file else client.post_rows([_row(options)])
    return _told(receipt, client.spool)


def _told(receipt: Receipt, spool: Spool) -> int:
    for name, reasons in receipt.rejected.items():
        print(f"rejected {name}: {' '.join(reasons)}", file=sys.stderr)
    if receipt.rejected:
        print(f"pilotage: rejected rows are in {spool.rejected}", file=sys.stderr)
        return ERROR
    if receipt.waiting:
        print(f"pilotage: kept, and sent with the next post or flush. {receipt.problem}", file=sys.stderr)
        return 0
    if receipt.problem:
        raise ClientError(receipt.problem)
    print(f"{receipt.posted} posted")
    return 0


def _dry_run(options: argparse.Namespace) -> int:
    used, now = login.with_pilot(login.find(), options.pilot), datetime.now(UTC)
    if not used.pilot:
        raise ClientError("No pilot is named. Name it by --pilot, or set PILOTAGE_PILOT to its slug.")
    read = read_file(options.file) if options.file else [_row(options)]
    rows = complete_file(read, now=now) if options.file else [complete(row, now=now) for row in read]
    path = f"pilots/{quote(used.pilot, safe='')}/measurements/?dry_run=true&items=none"
    answer = door.ask(used, path, body=encode(rows))
    faults = answer.body.get("errors", []) + [
        fault for item in answer.body.get("items", []) for fault in item.get("errors", [])
    ]
    for fault in faults:
        print(f"{fault['pointer']}: {fault['message']}", file=sys.stderr)
    if answer.status >= 400 and not faults:
        raise ClientError(answer.says)
    print(f"{answer.body.get('created', 0)} of {len(rows)} would be stored")
    return ERROR if faults else 0


def _gate(options: argparse.Namespace) -> int:
    answer = Client(strict=True).gate(options.pilot, require=options.require)
    print(f"{answer.flag}: {answer.reason}")
    return answer.exit_code


def _log_in(options: argparse.Namespace) -> int:
    given = sys.stdin.readline() if options.token_stdin else getpass.getpass("Token (plt_…): ")
    used = Login(options.url, given.strip(), options.pilot or "")
    if used.in_the_clear:
        print("pilotage: the token crosses the network unencrypted. Use https if you can.", file=sys.stderr)
    answer = door.ask(used, "pilots/")
    may_read = answer.status == 200
    if not may_read and answer.body.get("code") != "scope_missing":
        raise ClientError(answer.says)
    slugs = [pilot["slug"] for pilot in answer.body["results"]] if may_read else []
    if not used.pilot and len(slugs) == 1:
        used = login.with_pilot(used, slugs[0])
    print(f"Logged in at {used.url}, kept in {login.keep(used)}")
    print(f"Posts go to {used.pilot} unless another pilot is named." if used.pilot
          else "Name the pilot with each post (--pilot), or log in with --pilot.")  # fmt: skip
    return 0


def _flush(options: argparse.Namespace) -> int:
    delivered = Client(strict=True).flush(patience=options.wait)
    for name, reasons in delivered.rejected.items():
        print(f"rejected {name}: {' '.join(reasons)}", file=sys.stderr)
    print(
        f"{delivered.created} sent, {delivered.duplicates} were there already, {len(delivered.rejected)} rejected"
    )
    if delivered.problem:
        raise ClientError(f"Rows still wait. {delivered.problem}")
    return ERROR if delivered.rejected else 0


def _status(options: argparse.Namespace) -> int:
    spool = Spool(place())
    parcels = list(spool.parcels())
    print(f"waiting   {sum(len(parcel.rows) for parcel in parcels)} rows in {spool.directory}")
    if spool.rejected.exists():
        with spool.rejected.open("rb") as file:
            print(f"rejected  {sum(1 for _ in file)} rows in {spool.rejected}")
    used = login.find()
    print(f"server    {used.url}, pilot {used.pilot or 'named with each post'}")
    answer = door.ask(used, "pilots/")
    if answer.status != 200 and answer.body.get("code") != "scope_missing":
        raise ClientError(answer.says)
    print("token     is good")
    return 0


def _row(options: argparse.Namespace) -> dict[str, Any]:
    given = {name.replace("-", "_"): getattr(options, name.replace("-", "_")) for name in FIELDS}
    return {"metric": options.metric, "value": options.value, "context": options.context, **given}


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise argparse.ArgumentTypeError('give an object as JSON, such as {"commit": "4f0c2d1"}')
    return given
