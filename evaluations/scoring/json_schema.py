"""The answer is JSON that a schema accepts; an answer that is no JSON violates it."""

from __future__ import annotations

from jsonschema.exceptions import best_match

from evaluations.scoring import schemas
from evaluations.scoring.options import only
from evaluations.scoring.score import Options, Score, ScorerMisused, right, wrong

VERSION = 1


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Option: `schema` (JSON Schema 2020-12, required). Fields in `expected`, if any, must be equal."""
    only(options, "schema")
    schema = schemas.validator(options.get("schema"))
    if expected is not None and not isinstance(expected, dict):
        raise ScorerMisused(
            "The expected value must be an object of fields, or empty when the schema says it all."
        )
    try:
        answer = schemas.parsed(answer_text)
    except (ValueError, RecursionError):
        return wrong("The answer is not JSON.")
    first = best_match(schemas.violations(schema, answer))
    if first is not None:
        return wrong(schemas.words(first))
    fields = answer if isinstance(answer, dict) else {}
    differing = [
        name for name, value in (expected or {}).items() if name not in fields or fields[name] != value
    ]
    return wrong(f"Fields that differ: {', '.join(differing)}.") if differing else right()
