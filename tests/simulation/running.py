"""Many pilots of one scenario, on every core, with progress."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from tests.simulation import catalogue
from tests.simulation.claims import Counted, count
from tests.simulation.streams import generator

CHUNK = 40
"""Pilots a process plays before it reports. The first of each chunk is judged at every look as well."""

Events = Mapping[str, float]


class ShortcutError(Exception):
    """A pilot judged at every look came out otherwise than at the looks that matter."""


@dataclass(frozen=True)
class Run:
    """All claims of one scenario, the seconds its pilots took in all processes together, and how many of them were
    judged at every look too."""

    counted: list[Counted]
    seconds: float
    checked: int


def play(slug: str, pilots: Iterable[int], *, check_first: bool = False) -> list[Events]:
    """The events of these pilots, by their numbers. Raises ShortcutError."""
    scenario, found = catalogue.find(slug), []
    for number in pilots:
        found.append(scenario.pilot(generator(slug, number)))
        if check_first and len(found) == 1:
            complete = scenario.pilot(generator(slug, number), every_look=True)
            if repr(complete) != repr(found[0]):
                raise ShortcutError(f"{slug}, pilot {number}: {complete} at every look, {found[0]} without")
    return found


def sample(slug: str, pilots: int) -> dict[str, Counted]:
    """A small run in this process; claims by their event."""
    return {
        counted.claim.event: counted for counted in count(catalogue.find(slug), play(slug, range(pilots)))
    }


def run(slugs: list[str], pilots: int, *, workers: int) -> dict[str, Run]:
    """Every scenario with pilots 0 … `pilots` − 1. The counts do not depend on the number of workers."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return {slug: _run(pool, slug, pilots) for slug in slugs}


def _run(pool: ProcessPoolExecutor, slug: str, pilots: int) -> Run:
    chunks = [range(start, min(start + CHUNK, pilots)) for start in range(0, pilots, CHUNK)]
    futures = [pool.submit(_chunk, slug, chunk) for chunk in chunks]
    _show(slug, futures)
    played = [future.result() for future in futures]
    events = [event for found, _ in played for event in found]
    return Run(
        count(catalogue.find(slug), events), sum(seconds for _, seconds in played), checked=len(chunks)
    )


def _chunk(slug: str, pilots: range) -> tuple[list[Events], float]:
    began = time.process_time()
    return play(slug, pilots, check_first=True), time.process_time() - began


def _show(slug: str, futures: list[Future[tuple[list[Events], float]]]) -> None:
    """A line that counts up, where somebody watches; one line at the end, where nobody does."""
    began = time.monotonic()
    for done, _ in enumerate(as_completed(futures), start=1):
        last = done == len(futures)
        if last or sys.stderr.isatty():
            text = f"{slug}: {100 * done // len(futures)} %, {time.monotonic() - began:.0f} s"
            print(text, end="\n" if last else "\r", file=sys.stderr, flush=True)
