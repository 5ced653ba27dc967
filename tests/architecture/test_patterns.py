"""No pattern of the server's own takes time that grows faster than the text (ReDoS). Patterns that people give are RE2's."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "config", "evaluations", "pilots")
ASKS = {"compile", "match", "search", "fullmatch", "sub", "subn", "findall", "finditer", "split"}
NAMED = {"RegexValidator", "RegexField"}
LETTERS = [chr(number) for number in range(32, 127)] + ["\n", "\t", "é", "€"]
MADE_AT_RUN_TIME = {
    "config/logs.py": "secrets, each escaped",
    "pilots/judging/kit.py": "looks through patterns of this file, which are held to the rule below",
    "pilots/judging/persons.py": "names, each escaped",
    "evaluations/redaction.py": "looks through the patterns of this file",
}
"""What is put together, or taken from a table, while the server runs: why it is harmless."""
TABLES = {"pilots.judging.kit": "ORDER", "evaluations.redaction": "_PATTERNS"}
EVERYWHERE = ("search", "sub", "subn", "findall", "finditer", "split")
REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT}


def patterns() -> Iterator[tuple[str, str, bool]]:
    """Where each is, what it says, and whether it is looked for from every place of a text."""
    for name, table in TABLES.items():
        for each in texts(vars(importlib.import_module(name))[table]):
            yield f"{name}.{table}: {each}", each, name != "pilots.judging.kit"
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        text = path.read_text()
        if "import re\n" not in text and not any(name in text for name in NAMED):
            continue
        tree = ast.parse(text)
        names = {id(node.value): node.targets[0].id for node in ast.walk(tree)
                 if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and asks(node.func):
                everywhere = looked_for_everywhere(node.func, names.get(id(node), ""), text)
                yield f"{path.relative_to(ROOT)}:{node.lineno}", said(node.args[0], path), everywhere


def looked_for_everywhere(called: ast.expr, name: str, text: str) -> bool:
    how = called.attr if isinstance(called, ast.Attribute) else ""
    if how == "compile":
        return re.search(rf"\b{name}\.(?:{'|'.join(EVERYWHERE)})\(", text) is not None if name else True
    return how in EVERYWHERE


def texts(table: Any) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    else:
        for each in table.values() if isinstance(table, dict) else table:
            yield from texts(each)


def asks(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return (called.value.id == "re" and called.attr in ASKS) or called.attr in NAMED
    return isinstance(called, ast.Name) and called.id in NAMED


def said(pattern: ast.expr, path: Path) -> str:
    if isinstance(pattern, ast.Constant):
        return str(pattern.value)
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    try:
        value = eval(compile(ast.Expression(pattern), str(path), "eval"), vars(module))
    except NameError:
        return (
            ""
            if str(path.relative_to(ROOT)) in MADE_AT_RUN_TIME
            else "put together while the server runs: (a+)+"
        )
    return value.pattern if isinstance(value, re.Pattern) else str(value)


def runs_away(pattern: str, *, everywhere: bool = False) -> str:
    """Why it might; "" when a text is gone through a bounded number of times."""
    tree = parser.parse(pattern)
    if everywhere and _begins_endlessly(tree):
        return "it begins with a repetition and asks for more: from each place of a text it goes to the end in vain"
    return _fault(tree)


def _begins_endlessly(tree: Any) -> bool:
    items = list(tree)
    if not items:
        return False
    (op, what), more = items[0], items[1:]
    if op in REPEATS and what[1] is codes.MAXREPEAT:
        return any(not _may_be_empty(*each) or each[0] is codes.AT for each in more)
    if op is codes.BRANCH:
        return any(_begins_endlessly([*each, *more]) for each in what[1])
    return op is codes.SUBPATTERN and _begins_endlessly([*what[3], *more])


def _fault(tree: Any) -> str:
    open_before: set[str] = set()
    for op, what in tree:
        inner = _inside(op, what)
        if op in REPEATS and what[1] is codes.MAXREPEAT:
            if any(_endless(each) for each in inner):
                return "a repetition within a repetition"
            letters = _letters(what[2])
            if open_before & letters:
                return "two repetitions that take the same letters, side by side"
            open_before |= letters
        elif not _may_be_empty(op, what):
            open_before = set()
        if fault := next((found for each in inner if (found := _fault(each))), ""):
            return fault
    return ""


def _inside(op: Any, what: Any) -> list[Any]:
    if op in REPEATS or op is codes.POSSESSIVE_REPEAT:
        return [what[2]]
    if op is codes.SUBPATTERN:
        return [what[3]]
    if op is codes.BRANCH:
        return list(what[1])
    return [what[1]] if op in (codes.ASSERT, codes.ASSERT_NOT) else []


def _endless(tree: Any) -> bool:
    return any(
        (op in REPEATS and what[1] is codes.MAXREPEAT) or any(_endless(each) for each in _inside(op, what))
        for op, what in tree
    )


def _may_be_empty(op: Any, what: Any) -> bool:
    if op in REPEATS:
        return bool(what[0] == 0)
    return op in (codes.AT, codes.ASSERT, codes.ASSERT_NOT)


def _letters(tree: Any) -> set[str]:
    """With which a repetition may go on: of the whole of what is repeated, to be on the safe side."""
    return {letter for letter in LETTERS for op, what in tree if _takes(op, what, letter)}


def _takes(op: Any, what: Any, letter: str) -> bool:
    if op is codes.LITERAL:
        return chr(what) == letter
    if op is codes.NOT_LITERAL:
        return chr(what) != letter
    if op is codes.IN:
        negated = what[0][0] is codes.NEGATE
        return any(_takes(*each, letter) for each in what[negated:]) != negated
    if op is codes.RANGE:
        return bool(what[0] <= ord(letter) <= what[1])
    if op is codes.CATEGORY:
        name = str(what).removeprefix("CATEGORY_")
        positive = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.removeprefix("NOT_")]
        return (re.match(positive, letter) is not None) != name.startswith("NOT_")
    return any(_takes(*each, letter) for inner in _inside(op, what) for each in inner) or op is codes.ANY


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(\w+\s?)*:", r"\d+\w+x", r"x\s*\n?\s*$", r"(?:a|b+)*c"])
def test_patterns_known_to_run_away_are_seen(pattern: str) -> None:
    assert runs_away(pattern)


@pytest.mark.parametrize("pattern", [r"[\w.]+@\w", r"\s+$", r"(?:x+|a)b"])
def test_so_are_those_that_run_away_from_each_place_of_a_text(pattern: str) -> None:
    assert runs_away(pattern, everywhere=True)
    assert runs_away(pattern) == ""


@pytest.mark.parametrize("pattern", [r"[a-z]+-\d+", r"^\s*\S", r"(?:ab|cd)+x", r"a{1,5}(b{2})*"])
def test_harmless_ones_are_left_alone(pattern: str) -> None:
    assert runs_away(pattern) == ""


def test_no_pattern_of_ours_runs_away() -> None:
    found = {where: (pattern, everywhere) for where, pattern, everywhere in patterns()}

    assert len(found) > 40
    faults = {
        where: runs_away(pattern, everywhere=everywhere) for where, (pattern, everywhere) in found.items()
    }
    assert {where: fault for where, fault in faults.items() if fault} == {}
