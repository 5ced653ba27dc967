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
COLUMNS = ("slug", "state", "window_start")
MARK = """
INSERT INTO pilots_enclosingspan (pilot_id, span, seen_at) SELECT %s, unnest(%s::text[]), %s ON CONFLICT DO NOTHING
"""


def record(*, spans: Sequence[SeenSpan], token: Token, now: datetime) -> Taken:
    """Stores what each pilot's table asks of its model calls. A span that is sent again counts nothing twice.

    A span goes to the pilot it names, else to the token's only one. Faulty spans are rejected, and the others kept.
    """
    taken = Taken()
    for pilot, of_pilot in _by_pilot(spans, token, taken):
        _record(pilot, of_pilot, token=token, now=now, taken=taken)
    return taken


def forget_enclosing(*, now: datetime) -> int:
    """Traces are complete after so long: their marks are cleared away."""
    gone, _ = EnclosingSpan.objects.filter(seen_at__lt=now - KEEP_ENCLOSING).delete()
    return gone


def _by_pilot(
    spans: Sequence[SeenSpan], token: Token, taken: Taken
) -> list[tuple[Pilot, Sequence[SeenSpan]]]:
    """In the order of the pilots, so that two exports never wait for each other crosswise."""
    named: dict[str, list[SeenSpan]] = {}
    for span in spans:
        named.setdefault(span.pilot, []).append(span)
    pilots: dict[str, Pilot] = {}
    if slugs := [slug for slug in named if reach.may_be_a_slug(slug)]:
        found_by_name = reach.pilots(token).only(*COLUMNS).filter(slug__in=slugs)
        pilots = {pilot.slug: pilot for pilot in found_by_name}
    if "" in named and (only := reach.only_pilot(token, *COLUMNS)):
        pilots[""] = only
    found: dict[int, tuple[Pilot, list[SeenSpan]]] = {}
    for slug, of_slug in named.items():
        pilot = pilots.get(slug)
        if pilot is not None:
            found.setdefault(pilot.pk, (pilot, []))[1].extend(of_slug)
            continue
        for span in of_slug:
            if span.call is None and not span.fault:
                taken.ignored[NO_CALL] += 1
            else:
                taken.rejected[_nowhere(slug)] += 1
    return [found[key] for key in sorted(found)]


def _nowhere(slug: str) -> str:
    if slug:
        return f"this token reaches no pilot {slug[:50]!r}: check the attribute pilotage.pilot"
    return "this token is for several pilots: name one in the resource attribute pilotage.pilot"


def _record(pilot: Pilot, spans: Sequence[SeenSpan], *, token: Token, now: datetime, taken: Taken) -> None:
    for span in spans:
        if span.call is None:
            if span.fault:
                taken.rejected[span.fault] += 1
            else:
                taken.ignored[NO_CALL] += 1
    calls = _leaves(pilot, spans, now=now, taken=taken)
    if not calls:
        return
    rows, owners = Chart.of(pilot).rows(calls, taken)
    if not rows:
        return
    report = measurements.record(pilot=pilot, rows=rows, now=now, source_token=token)
    if report.rejected:
        told = {
            owners[item.index]: f"{rows[item.index]['metric']}: {item.errors[0]['message']}"
            for item in reversed(report.items)
            if item.errors
        }
        taken.rejected.update(told.values())


# --- of calls inside calls, only the innermost counts -----------------------------------------------------------------


def _leaves(pilot: Pilot, spans: Sequence[SeenSpan], *, now: datetime, taken: Taken) -> list[SeenSpan]:
    """Calls that enclose no other call, neither in this batch nor in one before it (children end, and are sent, first)."""
    enclosing, outside = _enclosing(pilot, spans)
    _mark(pilot, outside, now=now)
    calls = [span for span in spans if span.call is not None]
    leaves = [span for span in calls if span.key not in enclosing] if enclosing else calls
    if len(leaves) < len(calls):
        taken.ignored[ENCLOSES] += len(calls) - len(leaves)
    return leaves


def _enclosing(pilot: Pilot, spans: Sequence[SeenSpan]) -> tuple[set[str], set[str]]:
    """Keys of the spans that enclose a call: all of them, and those that are not in this batch."""
    parents = {span.key: span.parent_key for span in spans}
    waiting = [span.parent_key for span in spans if span.call is not None and span.parent_key]
    waiting += _known_enclosing(pilot, list(parents))
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key and key not in found:
            found.add(key)
            waiting.append(parents.get(key, ""))
    return found, found - parents.keys()


def _known_enclosing(pilot: Pilot, keys: Sequence[str]) -> list[str]:
    asked = "SELECT span FROM pilots_enclosingspan WHERE pilot_id = %s AND span = ANY(%s::text[])"
    return [span for (span,) in server_bound.execute(asked, [pilot.pk, server_bound.texts(keys)])]


def _mark(pilot: Pilot, keys: Iterable[str], *, now: datetime) -> None:
    """Before the calls are stored: should that fail, the sender sends them again, and the marks do no harm."""
    if marked := sorted(keys):
        server_bound.execute(MARK, [pilot.pk, server_bound.texts(marked), now])
