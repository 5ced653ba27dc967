"""For scripts: what is posted is on disk at once and with the server as soon as it answers. It never stops the script."""

import logging
import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import gate, login
from .delivery import Delivered, Delivery
from .errors import ClientError
from .gate import GateAnswer
from .login import Login
from .rows import Row, complete, complete_file, read_file
from .spool import Busy, Spool, place
from .timing import Timed

logger = logging.getLogger("pilotage")
LEFT_ALONE = 15.0  # seconds during which posts go to the disk only after the server did not answer
OTHERS_TAKE = 5.0  # seconds to wait for another process that sends


@dataclass(frozen=True)
class Receipt:
    """What became of a post. `waiting`: it is on disk and sent later. `problem`: what to do, empty when all is well."""

    posted: int
    waiting: bool = False
    rejected: Mapping[str, list[str]] = field(default_factory=dict)
    problem: str = ""

    @property
    def delivered(self) -> bool:
        return not self.waiting and not self.rejected and not self.problem


class Client:
    """Address and token from the environment or `pilotage login`, unless given.

    `strict`: raise ClientError when a row is rejected or cannot be kept, or when nobody is logged in. Rows that wait are
    no error. Without it nothing is raised: look at the Receipt, or at the log named pilotage.
    `patience`: seconds to go on trying while the server is down, before the rows are left on disk.
    Threads may share a client.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        pilot: str | None = None,
        strict: bool = False,
        patience: float = 0.0,
        spool: Path | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.strict = strict
        self._patience = patience
        self._defaults = dict(defaults or {})
        self._spool = Spool(spool or place())
        self._one_sends = threading.Lock()
        self._quiet_until = 0.0
        self._login: Login | None = None
        self._not_logged_in = ""
        try:
            given = {f"PILOTAGE_{n}": v for n, v in (("URL", url), ("TOKEN", token), ("PILOT", pilot)) if v}
            self._login = login.find({**os.environ, **given})
        except ClientError as error:
            self._trouble(error)
            self._not_logged_in = str(error)

    def post(self, metric: str, value: Any = None, *, pilot: str | None = None, **fields: Any) -> Receipt:
        """One measurement; `fields` are those of the API, such as unit_id, outcome, candidate, context."""
        return self.post_rows([{"metric": metric, "value": value, **fields}], pilot=pilot)

    def post_rows(self, rows: Iterable[Mapping[str, Any]], *, pilot: str | None = None) -> Receipt:
        """Any number of measurements, each with its own metric."""
        now = datetime.now(UTC)
        return self._guarded(lambda: [complete({**self._defaults, **row}, now=now) for row in rows], pilot)

    def post_file(self, path: Path, *, pilot: str | None = None) -> Receipt:
        """The rows of an NDJSON or CSV file, all of them or none."""
        now = datetime.now(UTC)
        return self._guarded(
            lambda: complete_file(({**self._defaults, **row} for row in read_file(path)), now=now), pilot
        )

    def timed(self, metric: str, *, scale: float = 1.0, **fields: Any) -> Timed:
        """Around a block, or as a decorator: posts the seconds it took, times `scale` (1000 for milliseconds).

        A block that raises is posted with the outcome error, or timeout, and raises on.
        """
        return Timed(self, metric, scale, fields)

    def gate(self, pilot: str | None = None, *, require: str = "go") -> GateAnswer:
        """Raises ClientError when there is no clear answer, whether strict or not: a gate must not open by mistake."""
        return gate.ask(self.signed_in(), quote(self._pilot(pilot), safe=""), require=require)

    def flush(self, *, patience: float | None = None) -> Delivered:
        """Sends what waits. Raises ClientError when nobody is logged in, Busy when another process goes on sending."""
        with self._one_sends:
            delivery = Delivery(self.signed_in(), self._spool)
            return delivery.run(
                patience=self._patience if patience is None else patience, wait_for_others=OTHERS_TAKE
            )

    def signed_in(self) -> Login:
        if self._login is None:
            raise ClientError(self._not_logged_in)
        return self._login

    @property
    def spool(self) -> Spool:
        return self._spool

    def _guarded(self, rows: Any, pilot: str | None) -> Receipt:
        try:
            return self._post(rows(), pilot)
        except Exception as error:  # a measurement must not stop what it measures
            self._trouble(error)
            return Receipt(posted=0, problem=str(error))

    def _post(self, rows: list[Row], pilot: str | None) -> Receipt:
        used = self.signed_in()
        self._spool.put(used.url, quote(self._pilot(pilot), safe=""), rows)
        delivered = self._deliver()
        mine = {row["external_id"] for row in rows}
        rejected = {name: why for name, why in delivered.rejected.items() if name in mine}
        if rejected:
            first = next(iter(rejected.values()))
            self._trouble(
                ClientError(
                    f"{len(rejected)} of {len(rows)} rows were rejected and are in {self._spool.rejected}: {first[0]}"
                )
            )
        return Receipt(len(rows), bool(delivered.problem), rejected, delivered.problem)

    def _deliver(self) -> Delivered:
        if time.monotonic() < self._quiet_until:
            return Delivered(problem="The server did not answer a moment ago; it is tried again soon.")
        try:
            delivered = self.flush()
        except Busy as busy:
            return Delivered(problem=str(busy))
        if delivered.problem:
            self._quiet_until = time.monotonic() + LEFT_ALONE
            logger.warning("Rows wait in %s: %s", self._spool.directory, delivered.problem)
        return delivered

    def _pilot(self, pilot: str | None) -> str:
        chosen = pilot or self.signed_in().pilot
        if not chosen:
            raise ClientError(
                "No pilot is named. Name it (pilot=…, --pilot), or set PILOTAGE_PILOT to its slug."
            )
        return chosen

    def _trouble(self, error: Exception) -> None:
        if self.strict:
            raise error if isinstance(error, ClientError) else ClientError(str(error)) from error
        logger.warning("%s", error)
