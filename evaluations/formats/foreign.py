"""Rows of OpenAI evals (`input`, `ideal`) and of Inspect datasets (`input`, `target`, `id`, `metadata`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping

from evaluations.formats import draft
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.native import refuse_unknown
from evaluations.formats.report import Rows

OPENAI_FIELDS = ("id", "input", "ideal", "metadata")
INSPECT_FIELDS = ("id", "input", "target", "choices", "metadata", "sandbox", "files", "setup")
NEEDS_A_SANDBOX = ("sandbox", "files", "setup")
LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Read = Callable[[Mapping[str, object], str], CaseDraft]


def from_objects(rows: Iterable[tuple[int, object]], read: Read, *, provenance: str) -> Rows:
    for number, row in rows:
        try:
            if isinstance(row, BadRow):
                raise row
            if not isinstance(row, dict):
                raise BadRow("not an object. Write one sample a line.")
            yield number, read(row, provenance)
        except BadRow as fault:
            yield number, fault


def openai_sample(row: Mapping[str, object], provenance: str) -> CaseDraft:
    for name in row:
        refuse_unknown(name, OPENAI_FIELDS, "field")
    if "ideal" not in row:
        raise BadRow("'ideal' is missing. Give the right answer, or several in a list.")
    return _case(row, row["ideal"], provenance, {})


def inspect_sample(row: Mapping[str, object], provenance: str) -> CaseDraft:
    """A choice is asked with its list as the variable `choices`; the target is then a letter, as in Inspect."""
    for name in row:
        refuse_unknown(name, INSPECT_FIELDS, "field")
        if name in NEEDS_A_SANDBOX and row[name]:
            raise BadRow(
                f"{name!r} needs a sandbox with files, which cannot be asked here. Leave this sample out."
            )
    choices = row.get("choices")
    if choices is not None and (
        not isinstance(choices, list)
        or not all(isinstance(one, str) for one in choices)
        or len(choices) > len(LABELS)
    ):
        raise BadRow(f"'choices' must be a list of at most {len(LABELS)} texts.")
    return _case(row, row.get("target"), provenance, {"choices": choices} if choices else {})


def key_of(content: object) -> str:
    """A name for a case that has none: of its question, so that it stays the same when rows move."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return f"case-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _case(
    row: Mapping[str, object], expected: object, provenance: str, variables: dict[str, object]
) -> CaseDraft:
    question, messages = draft.conversation(row.get("input"))
    about = row.get("metadata") or {}
    if not isinstance(about, dict):
        raise BadRow("'metadata' must be an object.")
    own = {"scenario", "tags", "unit_id", "must_abstain", "provenance"}
    rest = {name: value for name, value in about.items() if name not in own}
    if rest:
        variables = {**variables, "metadata": rest}
    return CaseDraft(
        key=_key(row),
        input=question,
        expected=draft.expected(expected),
        scenario=draft.text(about.get("scenario"), "scenario"),
        must_abstain=draft.yes_or_no(about.get("must_abstain", False), "must_abstain"),
        provenance=draft.provenance(draft.text(about.get("provenance"), "provenance") or provenance),
        tags=draft.tags(about.get("tags")),
        unit_id=draft.text(about.get("unit_id"), "unit_id"),
        messages=messages,
        variables=draft.variables(variables),
    )


def _key(row: Mapping[str, object]) -> str:
    given = row.get("id")
    if given is None:
        return key_of(row.get("input"))
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given)
    return draft.text(given, "id", required=True)
