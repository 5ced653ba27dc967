"""Sends what waits, oldest first, until nothing waits or the server cannot take it now."""

import hashlib
import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import door
from .door import Answer, Unreachable
from .login import Login
from .rows import Row, encode
from .spool import LARGEST_PARCEL, MOST_ROWS, Parcel, Spool

FIRST_PAUSE = 0.5  # seconds, doubled with each failure in a row
LONGEST_PAUSE = 60.0
TAKEN = {200, 201, 207}
SPOILT = {400, 413}  # says nothing of the single rows
FOR_GOOD = {400, 413, 422}  # sent again, they would be refused again
SIGN_IN = 401


@dataclass
class Delivered:
    """What became of the rows that were sent. `problem`: why rows still wait; empty when none does."""

    created: int = 0
    duplicates: int = 0
    rejected: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""


class Delivery:
    def __init__(
        self,
        login: Login,
        spool: Spool,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._login = login
        self._spool = spool
        self._sleep = sleep
        self._clock = clock

    def run(self, *, patience: float, wait_for_others: float) -> Delivered:
        """Tries again for `patience` seconds. Raises Busy when another process goes on sending."""
        done = Delivered()
        with self._spool.only_sender(wait=wait_for_others):
            deadline, failures = self._clock() + patience, 0
            while True:
                done.problem = ""
                pause = self._once(done)
                if pause is None:
                    return done
                failures += 1
                pause = max(pause, _backoff(failures))
                if self._clock() + pause > deadline:
                    return done
                self._sleep(pause)

    def _once(self, done: Delivered) -> float | None:
        """None when nothing is left that time would mend; else the seconds that the server asked for."""
        shut: set[str] = set()
        while batch := self._batch(shut):
            try:
                refusal = self._settle(batch[0].pilot, _rows(batch), done)
            except Unreachable as error:
                done.problem = str(error)
                return 0.0
            if refusal is None:
                self._spool.remove(batch)
                continue
            if refusal.passing:
                done.problem = refusal.says
                return refusal.retry_after or 0.0
            done.problem = f"{batch[0].pilot}: {refusal.says}"
            if refusal.status == SIGN_IN:
                return None
            shut.add(batch[0].pilot)  # this token may not post to it; another may
        return None

    def _batch(self, shut: set[str]) -> list[Parcel]:
        """The oldest parcels in a row for one pilot, together as large as one parcel may be."""
        batch: list[Parcel] = []
        rows = size = 0
        for parcel in self._spool.parcels():
            if parcel.url != self._login.url or parcel.pilot in shut:
                continue
            length = len(encode(parcel.rows))
            full = rows + len(parcel.rows) > MOST_ROWS or size + length > LARGEST_PARCEL
            if batch and (full or parcel.pilot != batch[0].pilot):
                break
            batch.append(parcel)
            rows, size = rows + len(parcel.rows), size + length
        return batch

    def _settle(self, pilot: str, rows: list[Row], done: Delivered) -> Answer | None:
        """None when the server has answered for each row and what it rejected is on disk; else its refusal.

        One row that cannot be read spoils a body: the halves are sent by themselves, down to that row.
        """
        body = encode(rows)
        path = f"pilots/{pilot}/measurements/?items=none"
        answer = door.ask(self._login, path, body=body, headers={"Idempotency-Key": _key(body)})
        if answer.status not in TAKEN | FOR_GOOD:
            return answer
        if answer.status in SPOILT and len(rows) > 1:
            half = len(rows) // 2
            return self._settle(pilot, rows[:half], done) or self._settle(pilot, rows[half:], done)
        rejected = _rejected(rows, answer)
        if rejected:
            self._spool.reject(pilot, rejected, rows, at=datetime.now(UTC).isoformat())
        done.rejected |= rejected
        done.created += int(answer.body.get("created", 0))
        done.duplicates += int(answer.body.get("duplicates", 0))
        return None


def _rows(batch: list[Parcel]) -> list[Row]:
    return [row for parcel in batch for row in parcel.rows]


def _key(body: bytes) -> str:
    """Of the content: the same rows, sent again by whichever process, have the same key."""
    return f"client-{hashlib.sha256(body).hexdigest()}"


def _rejected(rows: list[Row], answer: Answer) -> dict[str, list[str]]:
    """Reasons by external_id. A refusal that names no rows is the reason of each."""
    if answer.status in TAKEN:
        items = [item for item in answer.body.get("items", []) if item.get("errors")]
        return {item["external_id"]: [fault["message"] for fault in item["errors"]] for item in items}
    reasons: dict[str, list[str]] = defaultdict(list)
    for fault in answer.body.get("errors", []):
        number = str(fault.get("pointer", "")).split("/")[1:2]
        if number and number[0].isdecimal() and int(number[0]) < len(rows):
            reasons[rows[int(number[0])]["external_id"]].append(str(fault["message"]))
    return {row["external_id"]: reasons.get(row["external_id"]) or [answer.says] for row in rows}


def _backoff(failures: int) -> float:
    """Seconds, with jitter, so that many scripts do not come back at the same moment."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (failures - 1)) * random.uniform(0.75, 1.25)  # noqa: S311
