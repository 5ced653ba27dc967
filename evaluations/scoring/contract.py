"""The contract of a workflow (what must be defined, what may be inferred, which errors exist), clause by clause.

Every broken clause is a violation and is counted; one is enough to fail. An answer `{"error": "CODE", …}` is held
against the error table alone: reporting a known error is keeping the contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from evaluations.scoring import schemas
from evaluations.scoring.options import only, texts
from evaluations.scoring.score import Options, Score, ScorerMisused

VERSION = 1

MOST = 50  # violations counted of one answer
SHOWN = 3


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Options: `schema` of the output, `must_define` and `may_infer` (names of fields), `errors` (codes, or an object
    of codes and what they mean). With `may_infer`, other fields than the two lists name are violations.

    `expected` may be empty, an object of fields that must be equal, or {"error": "CODE"}.
    """
    only(options, "schema", "must_define", "may_infer", "errors")
    if not options:
        raise ScorerMisused("A contract needs at least one of: schema, must_define, may_infer, errors.")
    if expected is not None and not isinstance(expected, dict):
        raise ScorerMisused("The expected value must be an object of fields, or empty.")
    found = list(islice(_violations(expected or {}, answer_text, options), MOST))
    shown = " ".join(found[:SHOWN]) + (" …" if len(found) > SHOWN else "")
    many = f"{len(found)} violation{'s' if len(found) != 1 else ''}"
    detail = f"{many} of the contract. {shown}" if found else ""
    return Score(0.0 if found else 1.0, not found, detail, violations=len(found))


def _violations(expected: Mapping[str, object], answer_text: str, options: Options) -> Iterator[str]:
    clauses = _Clauses(options)
    try:
        answer = schemas.parsed(answer_text)
    except (ValueError, RecursionError):
        yield "The answer is not JSON."
        return
    if isinstance(answer, dict) and "error" in answer:
        yield from clauses.of_error(answer["error"], expected.get("error"))
        return
    yield from clauses.of_output(answer)
    for name, value in expected.items():
        if not isinstance(answer, dict) or name not in answer or answer[name] != value:
            yield f"{name} is not as expected."


class _Clauses:
    def __init__(self, options: Options) -> None:
        self.schema = schemas.validator(options["schema"]) if "schema" in options else None
        self.must_define = texts(options, "must_define")
        self.may_infer = texts(options, "may_infer") if "may_infer" in options else None
        errors = options.get("errors", [])
        self.errors = tuple(errors) if isinstance(errors, Mapping) else texts(options, "errors")

    def of_error(self, code: object, expected: object) -> Iterator[str]:
        if code not in self.errors:
            yield f"The error {code!r} is not in the error table."
        elif code != expected:
            wanted = f"the error {expected!r}" if expected else "an answer"
            yield f"The error {code!r} was reported where {wanted} was due."

    def of_output(self, answer: object) -> Iterator[str]:
        if self.schema is not None:
            for error in schemas.violations(self.schema, answer):
                yield f"{schemas.words(error)}."
        fields = answer if isinstance(answer, dict) else {}
        for name in self.must_define:
            if fields.get(name) in (None, "", [], {}):
                yield f"{name} must be defined."
        if self.may_infer is not None:
            for name in fields:
                if name not in self.must_define and name not in self.may_infer:
                    yield f"{name} may not be inferred."
