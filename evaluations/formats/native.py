"""Our own rows: JSON lines and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from evaluations.formats import draft
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.report import Rows
from evaluations.formats.table import Table

FIELDS = (
    "id",
    "input",
    "expected",
    "scenario",
    "must_abstain",
    "provenance",
    "tags",
    "unit_id",
    "variables",
)
COLUMNS = (*FIELDS, "expected_json", "input_json")
TRUE, FALSE = {"true", "yes", "1"}, {"false", "no", "0", ""}


def from_objects(rows: Iterable[tuple[int, object]], *, provenance: str) -> Rows:
    for number, row in rows:
        try:
            yield number, row if isinstance(row, BadRow) else case(row, provenance)
        except BadRow as fault:
            yield number, fault


def from_table(table: Table, *, provenance: str) -> Rows:
    """Raises BadRow for a column that is not ours."""
    for name in table.header:
        refuse_unknown(name, COLUMNS, "column")
    return from_objects(_objects(table), provenance=provenance)


def case(row: object, provenance: str) -> CaseDraft:
    if not isinstance(row, dict):
        raise BadRow('not an object. Write {"id": "…", "input": "…", "expected": "…"}.')
    for name in row:
        refuse_unknown(str(name), FIELDS, "field")
    question, messages = draft.conversation(row.get("input"))
    return CaseDraft(
        key=draft.text(row.get("id"), "id", required=True),
        input=question,
        expected=draft.expected(row.get("expected")),
        scenario=draft.text(row.get("scenario"), "scenario"),
        must_abstain=draft.yes_or_no(row.get("must_abstain", False), "must_abstain"),
        provenance=draft.provenance(draft.text(row.get("provenance"), "provenance") or provenance),
        tags=draft.tags(row.get("tags")),
        unit_id=draft.text(row.get("unit_id"), "unit_id"),
        messages=messages,
        variables=draft.variables(row.get("variables")),
    )


def refuse_unknown(name: str, known: tuple[str, ...], what: str) -> None:
    if name in known:
        return
    close = get_close_matches(name, known, n=1)
    rest = f"Did you mean {close[0]!r}?" if close else f"Known {what}s: {', '.join(known)}."
    raise BadRow(f"unknown {what} {name!r}. {rest}")


def _objects(table: Table) -> Iterator[tuple[int, object]]:
    for number, cells in table.rows():
        try:
            yield number, cells if isinstance(cells, BadRow) else _object(cells)
        except BadRow as fault:
            yield number, fault


def _object(cells: Mapping[str, str]) -> dict[str, object]:
    """A row of cells as the object it stands for: lists, objects and conversations are JSON in a cell."""
    row: dict[str, object] = {name: cells[name] for name in FIELDS if name in cells}
    for name in ("expected", "input"):
        if cells.get(f"{name}_json"):
            if cells.get(name):
                raise BadRow(f"both {name!r} and '{name}_json' are filled. Keep one.")
            row[name] = _json(cells[f"{name}_json"], f"{name}_json")
    if "must_abstain" in row:
        row["must_abstain"] = _switch(str(row["must_abstain"]))
    if "tags" in row:
        row["tags"] = [tag for tag in str(row["tags"]).split(",") if tag.strip()]
    if "variables" in row:
        row["variables"] = _json(str(row["variables"]), "variables") if row["variables"] else None
    return row


def _switch(cell: str) -> bool:
    word = cell.strip().lower()
    if word not in TRUE | FALSE:
        raise BadRow(f"'must_abstain' must be true or false, not {cell!r}.")
    return word in TRUE


def _json(cell: str, name: str) -> object:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"{name!r} is no JSON: {error}.") from error
