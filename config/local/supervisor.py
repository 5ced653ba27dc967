"""Keeps the processes of one instance alive, and ends them in good order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from config.local.problem import Problem
from config.local.process import Child, ask_to_end, see_it_end, sweep
from config.local.steps import say

DEATHS = 3
WITHIN = 60.0  # seconds
LOOK_EVERY = 0.25  # seconds


@dataclass
class Service:
    """A child and how to end it. With `again`, it is started anew when it dies; without, its death ends the instance.

    An `engine` is what the others work on: it is asked to end once they are gone.
    """

    child: Child
    again: Callable[[], Child] | None = None
    engine: bool = False
    ended_by: int = signal.SIGTERM
    grace: float = 5.0  # seconds; a task that takes longer is cut off and done again after the next start
    deaths: list[float] = field(default_factory=list)


class Supervisor:
    def __init__(self) -> None:
        self._services: list[Service] = []

    def add(self, service: Service) -> None:
        self._services.append(service)

    def watch(self) -> None:
        """Never returns; raises Problem when the instance cannot go on. Ctrl-C is the caller's."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Start again what has died since the last look."""
        for service in self._services:
            if service.child.gone:
                self._revive(service)

    def stop(self) -> None:
        """Everything is gone when this returns, whatever it takes: first what uses the engines, then the engines."""
        for engine in (False, True):
            ending = [service for service in self._services if service.engine is engine]
            for service in ending:
                ask_to_end(service.child, service.ended_by)
            for service in ending:
                see_it_end(service.child, grace=service.grace)
        self._services.clear()

    def _revive(self, service: Service) -> None:
        name, log = service.child.name, service.child.log
        sweep(service.child)
        how = how_it_ended(service.child)
        if service.again is None:
            raise Problem(f"{name} {how}: {service.child.last_words()} (all of it in {log})")
        now = time.monotonic()
        service.deaths = [*(at for at in service.deaths if now - at < WITHIN), now]
        if len(service.deaths) == DEATHS:
            raise Problem(
                f"{name} {how}, {DEATHS} times in a minute: {service.child.last_words()} (all of it in {log})"
            )
        say(f"{name} {how} and is started again (log: {log})")
        service.child = service.again()


def how_it_ended(child: Child) -> str:
    code = child.popen.returncode
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
