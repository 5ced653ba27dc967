"""JSON Schema 2020-12 that fetches nothing, compiled once for many answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from evaluations.scoring.score import ScorerMisused


def fault(schema: Any) -> str:
    """Why this is no JSON Schema; "" where it is one."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return str(error.message)
    return ""


def validator(schema: object) -> Draft202012Validator:
    """Raises ScorerMisused for what is no schema."""
    if not isinstance(schema, dict | bool):
        raise ScorerMisused("Option 'schema' must be a JSON Schema object.")
    try:
        return _compiled(json.dumps(schema, sort_keys=True))
    except SchemaError as error:
        raise ScorerMisused(f"Option 'schema' is no valid JSON Schema: {error.message}") from error


def violations(schema: Draft202012Validator, answer: object) -> Iterator[ValidationError]:
    """Raises ScorerMisused for a reference to a schema that is not inside."""
    try:
        yield from schema.iter_errors(answer)
    except Unresolvable as error:
        raise ScorerMisused(f"Option 'schema' refers to {error.ref!r}, which it does not hold.") from error


def why_broken(schema: object, answer_text: str) -> str:
    """Which part of the answer breaks the schema, in words; "" where it keeps it. Raises ScorerMisused for no schema."""
    held = validator(schema)
    try:
        answer = parsed(answer_text)
    except (ValueError, RecursionError):
        return "The answer is not JSON."
    first = best_match(violations(held, answer))
    return "" if first is None else words(first)


def words(error: ValidationError) -> str:
    """Where and what, in at most 300 characters."""
    where = error.json_path.removeprefix("$").lstrip(".")
    return f"{where or 'answer'}: {error.message}"[:300]


def parsed(answer_text: str) -> object:
    """The answer as JSON; raises ValueError or RecursionError. NaN and infinity are no JSON."""
    return json.loads(answer_text, parse_constant=_refuse_constant)


@lru_cache(maxsize=256)
def _compiled(schema_json: str) -> Draft202012Validator:
    schema = json.loads(schema_json)
    Draft202012Validator.check_schema(schema)
    # A registry of its own: without one the library would fetch remote references over the network.
    return Draft202012Validator(schema, registry=Registry())


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
