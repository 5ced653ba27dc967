"""The answer is JSON that a schema accepts; an answer that is no JSON violates it."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

from evaluations.scoring.options import only
from evaluations.scoring.score import Options, Score, ScorerMisused, right, wrong


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Option: `schema` (JSON Schema 2020-12, required). Fields in `expected`, if any, must be equal."""
    only(options, "schema")
    validator = _validator(options.get("schema"))
    if expected is not None and not isinstance(expected, dict):
        raise ScorerMisused(
            "The expected value must be an object of fields, or empty when the schema says it all."
        )
    try:
        answer = json.loads(answer_text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return wrong("The answer is not JSON.")
    violation = _violation(validator, answer)
    if violation:
        return wrong(violation)
    differing = [
        name for name, value in (expected or {}).items() if name not in answer or answer[name] != value
    ]
    return wrong(f"Fields that differ: {', '.join(differing)}.") if differing else right()


def _validator(schema: object) -> Draft202012Validator:
    if not isinstance(schema, dict | bool):
        raise ScorerMisused("Option 'schema' must be a JSON Schema object.")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ScorerMisused(f"Option 'schema' is no valid JSON Schema: {error.message}") from error
    # A registry of its own: without one the library would fetch remote references over the network.
    return Draft202012Validator(schema, registry=Registry())


def _violation(validator: Draft202012Validator, answer: object) -> str:
    try:
        first = best_match(validator.iter_errors(answer))
    except Unresolvable as error:
        raise ScorerMisused(f"Option 'schema' refers to {error.ref!r}, which it does not hold.") from error
    if first is None:
        return ""
    where = first.json_path.removeprefix("$").lstrip(".")
    return f"{where or 'answer'}: {first.message}"[:300]


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
