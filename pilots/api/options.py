"""How a batch of measurements is to be taken, as the query parameters say."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from django.http import QueryDict
from rest_framework.request import Request

from config.api import Problem, refuse_unknown_parameters

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True)
class BatchOptions:
    atomic: bool
    dry_run: bool
    on_conflict: Literal["keep", "replace"]
    items: Literal["all", "none"]

    @property
    def plain(self) -> bool:
        """Nothing asked for beyond storing what is new."""
        return not (self.atomic or self.dry_run) and self.on_conflict == "keep"


NAMES = frozenset(BatchOptions.__dataclass_fields__)


def of_batch(request: Request) -> BatchOptions:
    """Raises Problem 400 for an unknown name and for an unknown value."""
    refuse_unknown_parameters(request, NAMES)
    return of_query(request.META.get("QUERY_STRING", ""))


@lru_cache(maxsize=1000)
def of_query(query: str) -> BatchOptions:
    """Raises Problem 400 for an unknown value."""
    given = QueryDict(query)
    return BatchOptions(
        atomic=_boolean(given, "atomic"),
        dry_run=_boolean(given, "dry_run"),
        on_conflict=cast(Literal["keep", "replace"], choice(given, "on_conflict", ("keep", "replace"))),
        items=cast(Literal["all", "none"], choice(given, "items", ("all", "none"))),
    )


def choice(given: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """The value of a parameter, the first known one when it was not given. Raises Problem 400."""
    value = given.get(name, known[0])
    if value not in known:
        raise _bad(name, f"Give {name} as {' or '.join(known)}.")
    return value


def _boolean(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "false").lower()
    if value not in BOOLEANS:
        raise _bad(name, f"Give {name} as true or false.")
    return BOOLEANS[value]


def _bad(name: str, sentence: str) -> Problem:
    return Problem(
        status=400,
        code="bad_parameter",
        detail=sentence,
        errors=[{"pointer": f"?{name}", "code": "bad_parameter", "message": sentence}],
    )
