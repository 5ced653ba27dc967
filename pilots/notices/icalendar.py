"""A feed of whole days, as RFC 5545 writes it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

Entry = tuple[str, date, str, str]
"""An id that stays, the day, a title and an address."""


def feed(entries: Iterable[Entry], *, host: str, made_at: datetime) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pilotage//Decisions//EN", "X-WR-CALNAME:Pilotage"]
    for uid, day, title, address in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@{host}",
            f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{text(title)}",
            f"URL:{address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def text(words: str) -> str:
    """A value in which nothing starts a new line or a new property."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.splitlines())


def _folded(line: str) -> str:
    """At most 75 octets a line, never inside a character."""
    parts: list[str] = []
    current = ""
    for character in line:
        if len((current + character).encode()) > (75 if not parts else 74):
            parts.append(current)
            current = ""
        current += character
    return "\r\n ".join([*parts, current])
