"""How a file is to be taken, as the query parameters say."""

from collections.abc import Collection

from rest_framework.request import Request

from config.api import Problem

YES_OR_NO = {"true": True, "1": True, "false": False, "0": False}


def switch(request: Request, name: str) -> bool:
    """Raises Problem 400 for what is neither true nor false; false by default."""
    value = request.query_params.get(name, "false").lower()
    if value not in YES_OR_NO:
        raise _bad(name, f"Give {name} as true or false.")
    return YES_OR_NO[value]


def choice(request: Request, name: str, known: Collection[str], default: str) -> str:
    """Raises Problem 400 for an unknown value."""
    value = request.query_params.get(name, default)
    if value != default and value not in known:
        raise _bad(name, f"Give {name} as one of: {', '.join(known)}.")
    return value


def _bad(name: str, sentence: str) -> Problem:
    return Problem(
        status=400,
        code="bad_parameter",
        detail=sentence,
        errors=[{"pointer": f"?{name}", "code": "bad_parameter", "message": sentence}],
    )
