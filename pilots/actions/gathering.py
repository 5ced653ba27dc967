"""Small posts that arrive while another one is being stored are stored together, each with an answer of its own.

One transaction and one wait for the disk for all of them (docs/adr/0012). A post that finds nobody at work is
stored at once; the more arrive meanwhile, the more share the next transaction. An answer is given once its rows are on
disk.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import Event, Lock
from typing import Any

import msgspec
from django.db import DataError, IntegrityError

from pilots.actions import measurements, tokens
from pilots.actions.measurement_report import Report

MOST_ROWS_OF_A_POST = 100
"""A larger batch is worth a transaction of its own, beside others."""

MOST_ROWS = 1000
"""Of one transaction: what arrived beyond them goes into the next one."""

PATIENCE = 0.015
"""Seconds, at most, that a transaction waits for as many posts as the one before had, and had waiting when it ended: those
it had are answered by now, and whoever sent them may well be sending again."""


class _Post:
    """The rows of one request, and what became of them. Its thread sleeps until it is done, or has to store what waits."""

    __slots__ = ("_sleep", "error", "if_good", "now", "report", "rows")

    def __init__(self, rows: Sequence[Mapping[str, Any]], now: datetime, if_good: int | None = None) -> None:
        self.rows = rows
        self.now = now
        self.if_good = if_good
        self.report: Report | None = None
        self.error: BaseException | None = None
        self._sleep = Lock()
        self._sleep.acquire()

    @property
    def done(self) -> bool:
        return self.report is not None or self.error is not None

    def sleep(self) -> None:
        self._sleep.acquire()

    def wake(self) -> None:
        """Once, from whichever thread."""
        self._sleep.release()


class _Place:
    """Where the posts for one pilot meet in this process. One of their threads at a time is at work, for all of them."""

    def __init__(self) -> None:
        self.arrived: deque[_Post] = deque()
        self._mutex = Lock()
        self._at_work = False
        self._lately = 1
        self._enough = Event()

    def is_first(self, post: _Post) -> bool:
        """Whether nobody is at work, so that who brought it is from now on."""
        with self._mutex:
            self.arrived.append(post)
            if len(self.arrived) >= self._lately:
                self._enough.set()
            first = not self._at_work
            self._at_work = True
        return first

    def wait_for_company(self) -> None:
        self._enough.clear()
        if len(self.arrived) < self._lately:
            self._enough.wait(PATIENCE)

    def leave(self, stored: Sequence[_Post], mine: _Post) -> None:
        """All that were stored wake up at once; the first of those that came meanwhile is at work now."""
        with self._mutex:
            self._lately = len(stored) + len(self.arrived)
            heir = self.arrived[0] if self.arrived else None
            self._at_work = heir is not None
        if heir is not None:
            heir.wake()
        for post in stored:
            if post is not mine:
                post.wake()


_places: defaultdict[int, _Place] = defaultdict(_Place)


def record(
    *, pilot_id: int, rows: Sequence[Mapping[str, Any]], now: datetime, if_good: int | None = None
) -> Report:
    """As `measurements.record` with its defaults, for a caller outside of any transaction. `if_good`: the key of a token that
    must still be good when the rows are stored.

    Raises Pilot.DoesNotExist, tokens.Ended, and what `measurements.record` raises; a fault in another's rows is not among
    it.
    """
    mine = _Post(rows, now, if_good)
    place = _places[pilot_id]
    if not place.is_first(mine):
        mine.sleep()
    if not mine.done:
        place.wait_for_company()
        posts = _next(place.arrived)
        try:
            _store(pilot_id, posts)
        finally:
            place.leave(posts, mine)
        _look_at(pilot_id, posts)
    if mine.error is not None:
        raise mine.error
    assert mine.report is not None
    return mine.report


def _next(arrived: deque[_Post]) -> list[_Post]:
    """In the order of arrival, at least one."""
    posts = [arrived.popleft()]
    rows = len(posts[0].rows)
    while arrived and rows + len(arrived[0].rows) <= MOST_ROWS:
        posts.append(arrived.popleft())
        rows += len(posts[-1].rows)
    return posts


def _store(pilot_id: int, posts: list[_Post]) -> None:
    """Afterwards each of them is done. What the database refuses for one post's sake is tried again post by post;
    after any other error nobody knows what was stored, so everybody is told."""
    try:
        report = _recorded(pilot_id, posts)
    except tokens.Ended as ended:
        for post in posts:
            if post.if_good in ended.ids:
                post.error = ended
        if left := [post for post in posts if not post.done]:
            _store(pilot_id, left)
    except (IntegrityError, DataError) as error:
        if len(posts) == 1:
            posts[0].error = error
        else:
            for post in posts:
                _store(pilot_id, [post])
    except BaseException as error:  # whoever waits for this thread must not wait for ever
        for post in posts:
            post.error = error
    else:
        first = 0
        for post in posts:
            post.report = _part(report, first, len(post.rows))
            first += len(post.rows)


def _look_at(pilot_id: int, posts: list[_Post]) -> None:
    """After the others have their answers; if it is never come to, beat notices."""
    for post in posts:
        if post.report is not None and post.report.created:
            measurements.look_at(post.report, measurements.named(pilot_id))
            return


def _recorded(pilot_id: int, posts: list[_Post]) -> Report:
    rows = posts[0].rows if len(posts) == 1 else [row for post in posts for row in post.rows]
    return measurements.record_plain(
        pilot=measurements.named(pilot_id),
        rows=rows,
        now=max(post.now for post in posts),
        if_good={post.if_good for post in posts if post.if_good is not None},
    )


def _part(report: Report, first: int, length: int) -> Report:
    if length == len(report.items):
        return report
    items = report.items[first : first + length]
    return Report([msgspec.structs.replace(item, index=item.index - first) for item in items])
