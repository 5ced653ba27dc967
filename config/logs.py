"""What is logged, and how: a line for people on this machine, one JSON object an event in production.

Every line of a request or a task carries its ids. No line carries a secret: what is known to be one, or looks like one,
is blotted out last of all, whoever logged it.
"""

import re
from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import structlog

BLOT = "[secret]"
SHORTEST_SECRET = 8
LOOKS_SECRET = re.compile(
    r"\bplt_[A-Za-z0-9_-]{8,}"  # our tokens
    r"|\bsk-[A-Za-z0-9_-]{16,}"  # keys of model vendors
    r"|(?<=[Bb]earer )[^\s\"',]{8,}"
    r"|(?<=[Bb]asic )[A-Za-z0-9+/=]{8,}"
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"  # user:password@ of an address
)
SECRET_KEYS = re.compile(r"password|secret|token|authorization|api_?key|cookie", re.IGNORECASE)
HARMLESS_KEYS = frozenset({"token_id", "tokens", "input_tokens", "output_tokens", "csrf_failure"})


class Blotter:
    """A structlog processor. `known` are the secrets of this process."""

    def __init__(self, known: Collection[str]) -> None:
        long_enough = sorted((each for each in known if len(each) >= SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, long_enough))) if long_enough else None

    def __call__(self, logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if not key.startswith("_"):
                event[key] = BLOT if _named_secret(key) else self.blotted(value)
        return event

    def blotted(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: BLOT if _named_secret(str(key)) else self.blotted(each) for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.blotted(each) for each in value]
        if isinstance(value, bool | int | float | None):
            return value
        text = LOOKS_SECRET.sub(BLOT, str(value))
        return self._known.sub(BLOT, text) if self._known else text


def secrets_of(*urls_and_keys: str) -> set[str]:
    """The keys as they are, and the passwords of the addresses."""
    passwords = {urlsplit(each).password or "" for each in urls_and_keys if "://" in each}
    return {each for each in urls_and_keys if each and "://" not in each} | (passwords - {""})


def configuration(*, json_lines: bool, level: str, known: Collection[str]) -> dict[str, Any]:
    """Django's LOGGING; structlog's own events go the same way."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=["status_code"]),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:3],
            *shared[4:],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Any = structlog.processors.JSONRenderer(default=str) if json_lines else _line
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    Blotter(known),
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"httpx": {"level": "WARNING"}, "httpx2": {"level": "WARNING"}},
    }


def _line(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
    """`2026-11-28T06:16:53Z INFO pilots.x what happened run_id=3`, with a traceback below."""
    when, level, source = event.pop("timestamp"), event.pop("level"), event.pop("logger", "")
    said, trace = event.pop("event"), event.pop("exception", "")
    rest = "".join(f" {key}={value}" for key, value in event.items())
    return f"{when} {level.upper()} {source} {said}{rest}" + (f"\n{trace}" if trace else "")


def _named_secret(key: str) -> bool:
    return key not in HARMLESS_KEYS and SECRET_KEYS.search(key) is not None
