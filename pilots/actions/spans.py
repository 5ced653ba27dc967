"""Model calls that spans report, taken in as measurements: each call once, whatever encloses it or sends it again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pilots.actions import measurements, reach, server_bound
from pilots.actions.calls import SeenSpan, Taken
from pilots.actions.span_rows import Chart
from pilots.models import EnclosingSpan, Pilot, Token

KEEP_ENCLOSING = timedelta(days=2)
NO_CALL = "no model call (agents, tools and other work are not counted)"
ENCLOSES = "encloses a model call that is counted by itself"
MARK = """
INSERT INTO pilots_enclosingspan (pilot_id, span, seen_at) SELECT %s, unnest(%s::text[]), %s ON CONFLICT DO NOTHING
"""


def record(*, spans: Sequence[SeenSpan], token: Token, now: datetime) -> Taken:
    """Stores what each pilot's table asks of its model calls. A span that is sent again counts nothing twice.

    A span goes to the pilot it names, else to the token's only one. Faulty spans are rejected, and the others kept.
    """
    taken = Taken()
    for pilot_id, (slug, of_pilot) in sorted(_by_pilot(spans, token, taken).items()):
        try:
            _record(pilot_id, of_pilot, token=token, now=now, taken=taken)
        except Pilot.DoesNotExist:  # deleted since
            _goes_nowhere(slug, of_pilot, taken)
    return taken


def forget_enclosing(*, now: datetime) -> int:
    """Traces are complete after so long: their marks are cleared away."""
    gone, _ = EnclosingSpan.objects.filter(seen_at__lt=now - KEEP_ENCLOSING).delete()
    return gone


def _by_pilot(spans: Sequence[SeenSpan], token: Token, taken: Taken) -> dict[int, tuple[str, list[SeenSpan]]]:
    """By the key of the pilot, with the name it goes by; to be worked on in the order of the keys, so that two exports never
    wait for each other crosswise."""
    named: dict[str, list[SeenSpan]] = {name: [] for name in {span.pilot for span in spans}}
    for span in spans:
        named[span.pilot].append(span)
    found: dict[int, tuple[str, list[SeenSpan]]] = {}
    for slug, of_slug in named.items():
        pilot_id = _pilot_id(token, slug)
        if pilot_id is None:
            _goes_nowhere(slug, of_slug, taken)
        else:
            found.setdefault(pilot_id, (slug, []))[1].extend(of_slug)
    return found


def _pilot_id(token: Token, slug: str) -> int | None:
    if not slug:
        return reach.only_pilot_id(token)
    return reach.pilot_id(token, slug) if reach.may_be_a_slug(slug) else None


def _goes_nowhere(slug: str, spans: Iterable[SeenSpan], taken: Taken) -> None:
    for span in spans:
        if span.call is None and not span.fault:
            taken.ignored[NO_CALL] += 1
        else:
            taken.rejected[_nowhere(slug)] += 1


def _nowhere(slug: str) -> str:
    if slug:
        return f"this token reaches no pilot {slug[:50]!r}: check the attribute pilotage.pilot"
    return "this token is for several pilots: name one in the resource attribute pilotage.pilot"


def _record(pilot_id: int, spans: Sequence[SeenSpan], *, token: Token, now: datetime, taken: Taken) -> None:
    """Raises Pilot.DoesNotExist."""
    chart = Chart.of(pilot_id, keys=[span.key for span in spans])
    for span in spans:
        if span.call is None:
            if span.fault:
                taken.rejected[span.fault] += 1
            else:
                taken.ignored[NO_CALL] += 1
    calls = _leaves(chart, spans, now=now, taken=taken)
    if not calls:
        return
    rows, owners = chart.rows(calls, taken)
    if not rows:
        return
    report = measurements.record(pilot=measurements.named(pilot_id), rows=rows, now=now, source_token=token)
    if report.rejected:
        told = {
            owners[item.index]: f"{rows[item.index]['metric']}: {item.errors[0]['message']}"
            for item in reversed(report.items)
            if item.errors
        }
        taken.rejected.update(told.values())


# --- of calls inside calls, only the innermost counts -----------------------------------------------------------------


def _leaves(chart: Chart, spans: Sequence[SeenSpan], *, now: datetime, taken: Taken) -> list[SeenSpan]:
    """Calls that enclose no other call, neither in this batch nor in one before it (children end, and are sent, first)."""
    enclosing, outside = _enclosing(chart, spans)
    _mark(chart.pilot_id, outside, now=now)
    calls = [span for span in spans if span.call is not None]
    leaves = [span for span in calls if span.key not in enclosing] if enclosing else calls
    if len(leaves) < len(calls):
        taken.ignored[ENCLOSES] += len(calls) - len(leaves)
    return leaves


def _enclosing(chart: Chart, spans: Sequence[SeenSpan]) -> tuple[set[str], set[str]]:
    """Keys of the spans that enclose a call: all of them, and those that are not in this batch."""
    parents = {span.key: span.parent_key for span in spans}
    waiting = [span.parent_key for span in spans if span.call is not None and span.parent_key]
    waiting += chart.enclosing
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key and key not in found:
            found.add(key)
            waiting.append(parents.get(key, ""))
    return found, found - parents.keys()


def _mark(pilot_id: int, keys: Iterable[str], *, now: datetime) -> None:
    """Before the calls are stored: should that fail, the sender sends them again, and the marks do no harm."""
    if marked := sorted(keys):
        server_bound.execute(MARK, [pilot_id, server_bound.texts(marked), now])
