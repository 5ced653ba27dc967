"""promptfoo's assertions as checks of ours. What runs code, or needs what a run here does not have, is refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from evaluations.formats.draft import BadRow
from evaluations.formats.report import Coverage
from evaluations.scoring import scorer
from evaluations.scoring.score import ScorerMisused

Check = dict[str, Any]

CODE = "it runs code of the file, which is never done here. Write a check, or a scorer as a plug-in."
EMBEDDING = "it compares by embeddings. Use the scorer similarity, or a rubric."
TRACE = "it looks at tool calls or traces, which answers here do not have."
CONTEXT = "it judges a retrieved context, which answers here do not have. Write a rubric."
MEASURED = "it is measured of every call anyway. Set a limit on the pilot's metric."
UNKNOWN_METHOD = "there is no such scorer here. Use f1, similarity or a rubric."
SYNTAX = "there is no check of this syntax here. Use is-json, regex or a plug-in."

REFUSED: dict[str, str] = {
    **dict.fromkeys(("javascript", "python", "ruby", "webhook"), CODE),
    **dict.fromkeys(("similar", "classifier", "moderation", "pi", "guardrails"), EMBEDDING),
    **dict.fromkeys(("latency", "cost", "perplexity", "perplexity-score"), MEASURED),
    **dict.fromkeys(("rouge-n", "bleu", "gleu", "meteor"), UNKNOWN_METHOD),
    **dict.fromkeys(
        ("contains-json", "is-html", "contains-html", "is-sql", "contains-sql", "is-xml", "contains-xml"),
        SYNTAX,
    ),
    **dict.fromkeys(
        (
            "answer-relevance",
            "context-faithfulness",
            "context-recall",
            "context-relevance",
            "conversation-relevance",
        ),
        CONTEXT,
    ),
    "is-refusal": "a refusal is an outcome here. Mark the case as must_abstain.",
    "select-best": "it compares several outputs. Compare the targets of a run instead.",
    "max-score": "it compares several outputs. Compare the targets of a run instead.",
}
TEXT_TYPES: dict[str, dict[str, bool]] = {
    "contains": {},
    "icontains": {"ignore_case": True},
    "starts-with": {"at_start": True},
    "contains-any": {},
    "icontains-any": {"ignore_case": True},
    "contains-all": {"all": True},
    "icontains-all": {"all": True, "ignore_case": True},
}
RUBRIC_TYPES = ("llm-rubric", "model-graded-closedqa", "factuality", "g-eval")
CHANGES_THE_QUESTION = ("transform", "contextTransform", "rubricPrompt")
KNOWN = ("equals", "regex", "is-json", "levenshtein", *TEXT_TYPES, *RUBRIC_TYPES)
VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
SHORTHAND = re.compile(
    r"\A(?P<type>(?:not-)?[a-z][a-z0-9:-]*?)(?:\((?P<threshold>[^()]*)\))?(?::(?P<value>.*))?\Z", re.DOTALL
)
ALIASES = {"fn": "javascript", "eval": "javascript", "grade": "llm-rubric"}


class _Refused(Exception):
    """Why an assertion cannot become a check."""


def checks(given: object, variables: Mapping[str, object], row: int, coverage: Coverage) -> list[Check]:
    """The checks of a test's `assert`; what is left out is in `coverage`."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise BadRow("'assert' must be a list of assertions.")
    return [
        check
        for one in _flat(given, row, coverage)
        if (check := _check(one, variables, row, coverage)) is not None
    ]


def from_shorthand(text: str) -> dict[str, Any]:
    """The assertion that a cell `type(threshold): value` stands for; a cell without a known type is `equals`."""
    if text.startswith("file://"):
        return {"type": "javascript", "value": text}
    found = SHORTHAND.match(text.strip())
    kind = found["type"] if found else ""
    kind = ALIASES.get(kind, kind)
    plain = kind.removeprefix("not-")
    if found is None or not (plain in KNOWN or plain in REFUSED):
        return {"type": "equals", "value": text}
    value: object = (found["value"] or "").strip()
    if "-any" in plain or "-all" in plain:
        value = [piece.strip() for piece in str(value).split(",")]
    if plain == "is-json":
        value = json.loads(str(value)) if str(value).startswith("{") else None
    made: dict[str, Any] = {"type": kind, "value": value}
    if found["threshold"]:
        made["threshold"] = _number(found["threshold"])
    return made


def _flat(given: list[object], row: int, coverage: Coverage) -> Iterator[Mapping[str, object]]:
    """Assertions in a set without a threshold of its own count like any other."""
    for one in given:
        if not isinstance(one, Mapping):
            raise BadRow("An assertion must be an object with a type.")
        if one.get("type") != "assert-set":
            yield one
        elif one.get("threshold") is not None or one.get("weight") is not None:
            coverage.refuse(
                row, "assert-set", "a set with a threshold or weight of its own has no match here."
            )
        else:
            inner = one.get("assert")
            yield from _flat(inner if isinstance(inner, list) else [], row, coverage)


def _check(
    one: Mapping[str, object], variables: Mapping[str, object], row: int, coverage: Coverage
) -> Check | None:
    kind = str(one.get("type", one.get("$ref", "?")))
    try:
        check = _translated(kind, one, variables)
        if check["scorer"] != "model_judge":
            scorer(check["scorer"])(check.get("expected"), "", check.get("options", {}))
    except _Refused as why:
        coverage.refuse(row, kind, str(why))
        return None
    except ScorerMisused as why:
        coverage.refuse(row, kind, str(why))
        return None
    coverage.take()
    return check


def _translated(kind: str, one: Mapping[str, object], variables: Mapping[str, object]) -> Check:
    plain = kind.removeprefix("not-")
    if plain in REFUSED:
        raise _Refused(REFUSED[plain])
    if plain.startswith(("trajectory:", "trace-", "skill-", "tool-call", "is-valid-")):
        raise _Refused(TRACE)
    if plain not in KNOWN:
        raise _Refused("no such assertion is known here. Write it as a check of ours.")
    for name in CHANGES_THE_QUESTION:
        if one.get(name):
            raise _Refused(f"its {name!r} changes what is checked, and cannot be carried over.")
    check = _of(plain, _filled(one.get("value"), variables), one.get("threshold"))
    if kind != plain:
        check["negate"] = True
    if one.get("weight") is not None:
        check["weight"] = _weight(one["weight"])
    return check


def _of(kind: str, value: object, threshold: object) -> Check:
    if kind in TEXT_TYPES:
        several = value if isinstance(value, list) else [value]
        return _made("contains", [_text(one) for one in several], TEXT_TYPES[kind])
    if kind in RUBRIC_TYPES:
        return _made("model_judge", _rubric(kind, value))
    if kind == "regex":
        return _made("regex", _text(value))
    if kind == "levenshtein":
        return _made("similarity", _text(value), {"most_edits": 5 if threshold is None else threshold})
    if kind == "is-json":
        schema = True if value in (None, "") else json.loads(value) if isinstance(value, str) else value
        return _made("json_schema", None, {"schema": schema})
    if isinstance(value, Mapping | list):
        return _made("json_schema", None, {"schema": {"const": value}})
    return _made("exact", _text(value))


def _made(name: str, expected: object, options: Mapping[str, object] | None = None) -> Check:
    check: Check = {"scorer": name}
    if expected is not None:
        check["expected"] = expected
    if options:
        check["options"] = dict(options)
    return check


def _rubric(kind: str, value: object) -> object:
    if isinstance(value, list):
        return [_text(one) for one in value]
    text = _text(value)
    return f"It contradicts nothing in this reference: {text}" if kind == "factuality" else text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise _Refused("its value is missing or no text.")
    return value


def _filled(value: object, variables: Mapping[str, object]) -> object:
    """Variables of the test put in; a template that says more than a name is refused, and so is a file."""
    if isinstance(value, list):
        return [_filled(one, variables) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith("file://"):
        raise _Refused("its value is in another file. Write it here." if not _is_code(value) else CODE)
    filled = VARIABLE.sub(lambda name: str(variables.get(name[1], name[0])), value)
    if "{{" in value and any(mark in VARIABLE.sub("", value) for mark in ("{{", "{%")):
        raise _Refused("its value is a template that computes. Write the value itself.")
    missing = [name for name in VARIABLE.findall(value) if name not in variables]
    if missing:
        raise _Refused(f"its value names {missing[0]!r}, which is no variable of the test.")
    return filled


def _is_code(path: str) -> bool:
    return path.split(":")[1].endswith((".js", ".ts", ".mjs", ".cjs", ".py", ".rb")) or ".py:" in path


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadRow(f"the threshold {text!r} is no number.") from error


def _weight(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadRow("'weight' must be a number of 0 or more.")
    return value
