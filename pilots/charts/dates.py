"""Dates as people read them, in the language of the drawing and independent of the server's locale."""

from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date) -> str:
    """`3 Mar`."""
    return f"{when.day}\u00a0{_MONTHS[when.month - 1]}"


def day_and_year(when: date) -> str:
    """`3 Mar 2026`."""
    return f"{day(when)}\u00a0{when.year}"
