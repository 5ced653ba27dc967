"""promptfoo's tests, from YAML, JSON lines and CSV, as cases with checks of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from evaluations.formats import draft
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.foreign import key_of
from evaluations.formats.native import refuse_unknown
from evaluations.formats.promptfoo_assertions import CODE, checks, from_shorthand
from evaluations.formats.report import Coverage, Rows
from evaluations.formats.table import Table

TEST_FIELDS = ("id", "description", "vars", "assert", "threshold", "metadata", "options")
REFUSED_FIELDS = {
    "provider": "a run names its deployments",
    "providers": "a run names its deployments",
    "providerOutput": "answers are asked for, not given",
    "prompts": "a run names its prompts",
    "assertScoringFunction": "it runs code of the file",
}
OWN = ("scenario", "tags", "unit_id", "must_abstain", "provenance", "id")
WITHOUT_CHECKS = "no assertion of it can be checked here, so nothing would be judged. Write a check for it."


def from_tests(
    tests: Iterable[tuple[int, object]], coverage: Coverage, *, provenance: str, default: object = None
) -> Rows:
    """Tests as parsed; `default` is the file's `defaultTest`."""
    for row, test in tests:
        try:
            if isinstance(test, BadRow):
                raise test
            case = _case(_merged(default, test), row, coverage, provenance)
        except BadRow as fault:
            yield row, fault
            continue
        if case is not None:
            yield row, case


def from_document(document: object, coverage: Coverage, *, provenance: str) -> Rows:
    """A whole configuration, or a list of tests. Raises BadRow where no tests are written in it."""
    default = None
    if isinstance(document, Mapping):
        if document.get("scenarios"):
            raise BadRow("'scenarios' combine tests with each other. Write the tests out in 'tests'.")
        default, document = document.get("defaultTest"), document.get("tests")
    if isinstance(document, str) or not isinstance(document, list):
        raise BadRow("There are no tests in this file: write them as a list under 'tests', not as a path.")
    return from_tests(enumerate(document, 1), coverage, provenance=provenance, default=default)


def from_table(table: Table, coverage: Coverage, *, provenance: str) -> Rows:
    return from_tests(_tests(table), coverage, provenance=provenance)


def _tests(table: Table) -> Iterator[tuple[int, object]]:
    for name in table.header:
        _refuse_column(name)
    for row, cells in table.rows():
        try:
            yield row, cells if isinstance(cells, BadRow) else _test(cells)
        except (BadRow, ValueError) as fault:
            yield (
                row,
                fault if isinstance(fault, BadRow) else BadRow(f"an '__expected' cell is no JSON: {fault}."),
            )


def _refuse_column(name: str) -> None:
    plain = name.partition(":")[0]
    if (
        name.startswith("__")
        and not name.startswith("__expected")
        and plain
        not in (
            "__description",
            "__metric",
            "__threshold",
            "__metadata",
            "__prefix",
            "__suffix",
            "__config",
        )
    ):
        refuse_unknown(name, ("__expected", "__description", "__threshold", "__metadata:scenario"), "column")
    if name == "__metadata":
        raise BadRow("The column '__metadata' needs a name: write '__metadata:scenario', for example.")


def _test(cells: Mapping[str, str]) -> dict[str, Any]:
    test: dict[str, Any] = {"vars": {}, "assert": [], "metadata": {}}
    for name, cell in cells.items():
        if not name.startswith("__"):
            test["vars"][name] = cell
        elif not cell.strip() or name == "__metric":
            continue
        elif name.startswith("__expected"):
            test["assert"].append(from_shorthand(cell))
        elif name.startswith("__metadata:"):
            key = name.removeprefix("__metadata:")
            is_list = key.endswith("[]")
            test["metadata"][key.removesuffix("[]")] = cell.split(",") if is_list else cell
        elif name == "__description":
            test["description"] = cell
        elif name == "__threshold":
            test["threshold"] = float(cell)
        else:
            raise BadRow(
                f"{name!r} changes how the case is asked or checked. Write it into the prompt or the check."
            )
    return test


def _merged(default: object, test: object) -> Mapping[str, Any]:
    if not isinstance(test, Mapping):
        if isinstance(test, str) and test.startswith("file://"):
            raise BadRow("this is a path. Import that file itself, or write its tests here.")
        raise BadRow("not a test. Write an object with 'vars' and 'assert'.")
    if default is None:
        return test
    if not isinstance(default, Mapping):
        raise BadRow("'defaultTest' is a path. Write it into this file.")
    merged = {**default, **test}
    for name in ("vars", "metadata", "options"):
        if default.get(name) or test.get(name):
            merged[name] = {**_object(default, name), **_object(test, name)}
    if default.get("assert") or test.get("assert"):
        merged["assert"] = [*(default.get("assert") or []), *(test.get("assert") or [])]
    return merged


def _object(test: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = test.get(name) or {}
    if not isinstance(value, Mapping):
        raise BadRow(f"{name!r} must be an object, not a path or a list.")
    return value


def _case(test: Mapping[str, Any], row: int, coverage: Coverage, provenance: str) -> CaseDraft | None:
    """None where no assertion could be taken over: a case that judges nothing would pass anything."""
    for name in test:
        if name in REFUSED_FIELDS:
            raise BadRow(f"{name!r} cannot be carried over: {REFUSED_FIELDS[name]}. Remove it.")
        refuse_unknown(str(name), TEST_FIELDS, "field")
    if transform := next((name for name in _object(test, "options") if name != "prefix"), None):
        raise BadRow(f"option {transform!r} cannot be carried over: {CODE}")
    variables = {str(name): _variable(str(name), value) for name, value in _object(test, "vars").items()}
    about = _object(test, "metadata")
    asserted = checks(test.get("assert"), variables, row, coverage)
    must_abstain = draft.yes_or_no(about.get("must_abstain", False), "must_abstain")
    if not asserted and not must_abstain:
        coverage.refuse(row, "the whole test", WITHOUT_CHECKS)
        coverage.assertions -= 1  # its assertions are counted, one by one, already
        return None
    return CaseDraft(
        key=draft.text(str(about.get("id", test.get("id", ""))), "id")
        or key_of([variables, test.get("assert")]),
        input=draft.text(_question(variables), "input", required=True),
        expected=draft.expected(_expected(asserted, test.get("threshold"))),
        scenario=draft.text(about.get("scenario"), "scenario"),
        must_abstain=must_abstain,
        provenance=draft.provenance(draft.text(about.get("provenance"), "provenance") or provenance),
        tags=draft.tags(about.get("tags")),
        unit_id=draft.text(about.get("unit_id"), "unit_id"),
        variables=draft.variables(
            {name: value for name, value in variables.items() if name != "input"} | _rest(about, test)
        ),
    )


def _rest(about: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, object]:
    rest = {str(name): _plain(value) for name, value in about.items() if name not in OWN}
    if test.get("description"):
        rest["description"] = str(test["description"])
    return {"metadata": rest} if rest else {}


def _expected(asserted: list[dict[str, Any]], threshold: object) -> dict[str, object] | None:
    if not asserted:
        return None
    return {"checks": asserted} if threshold is None else {"checks": asserted, "threshold": threshold}


def _variable(name: str, value: object) -> object:
    if isinstance(value, list):
        raise BadRow(f"the variable {name!r} is a list, which means one test for each. Write the tests out.")
    if isinstance(value, str) and value.startswith("file://"):
        raise BadRow(f"the variable {name!r} is in another file. Write its text here.")
    return _plain(value)


def _plain(value: object) -> object:
    """YAML knows dates; JSON does not."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _question(variables: Mapping[str, object]) -> str:
    """The variable `input`, or the only one, or all of them by name."""
    if "input" in variables:
        return str(variables["input"])
    if len(variables) == 1:
        return str(next(iter(variables.values())))
    return "\n".join(f"{name}: {value}" for name, value in variables.items())
