"""How a call ended, in the words of a measurement's outcome."""

from typing import Any

from pilots.api.otlp import names
from pilots.api.otlp.span import Span

OK = "ok"
WORDS = (
    ("timeout", ("timeout", "timed out", "timedout", "deadline")),
    ("blocked", ("content_filter", "contentfilter", "content policy", "content_policy", "safety", "moderation",
                 "blocked", "prohibited", "recitation", "guardrail")),
    ("refused", ("refus",)),
)  # fmt: skip
"""Parts of an error's type or message, or of a finish reason, that say more than "error"."""
TIMEOUT_STATUSES = frozenset({"408", "504"})


def of(span: Span) -> str:
    """What the sender says (`pilotage.outcome`), else by the span's status, its error and its finish reasons."""
    attributes = span.attributes
    if said := attributes.get(names.OUTCOME):
        return str(said)
    if not (span.failed or attributes.get("error.type") or attributes.get(names.LANGFUSE_LEVEL) == "ERROR"):
        reasons = next((attributes[name] for name in names.FINISH if attributes.get(name)), None)
        return _kind(_text(reasons), otherwise=OK) if reasons else OK
    if attributes.get("error.type") in TIMEOUT_STATUSES:
        return "timeout"
    told = [span.status_message, *(event.exception for event in span.events)]
    told += [_text(attributes.get(name)) for name in names.ERROR]
    return _kind(" ".join(told), otherwise="error")


def _kind(told: str, *, otherwise: str) -> str:
    told = told.lower()
    return next((kind for kind, words in WORDS if any(word in told for word in words)), otherwise)


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
