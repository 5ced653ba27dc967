"""Prompt templates: Jinja2 in its immutable sandbox, cut down to what a prompt needs, so that none can run away. Pure.

Values, `if`, `for` over values, and a few filters. No calls, no arithmetic, no assignment, no inclusion: what is left
cannot reach an attribute of Python, and its work is bounded by the steps of its loops and the size of its output.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from jinja2 import (
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    nodes,
    pass_context,
)
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_TEMPLATE = 100_000  # characters
LONGEST_TEXT = 2_000_000  # characters of output, or of one value on the way
MOST_STEPS = 100_000  # of all loops together
DEEPEST = 20  # blocks in blocks
STEPS = "_steps"

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter,
    nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test,
    nodes.List, nodes.Tuple,
)  # fmt: skip
INSTEAD: dict[type[nodes.Node], str] = {
    nodes.Call: "Functions cannot be called. Use a value, an if or a filter.",
    nodes.Concat: "Write the pieces one after another instead of joining them.",
    nodes.BinExpr: "A prompt does not compute. Put the value into the case's variables.",
    nodes.Assign: "Nothing can be set. Write the value where it is used.",
    nodes.Include: "Nothing can be included. Write the text itself.",
    nodes.Import: "Nothing can be imported. Write the text itself.",
}
OF_A_LOOP = ("index", "index0", "first", "last")
NOT_OURS = ("self", "super", "caller", "varargs", "kwargs")
TESTS = ("defined", "undefined", "none", "string", "number", "mapping", "sequence", "equalto", "in")


class TemplateRefused(ValueError):
    """A template that cannot be used, or a case that it cannot be filled with. The message says what to do."""


def check(template: str) -> frozenset[str]:
    """The names a template needs; raises TemplateRefused for one that cannot be used."""
    _compiled(template)
    return frozenset(find_undeclared_variables(_parsed(template)))


def render(template: str, values: Mapping[str, object]) -> str:
    """The text; what stands in the values is never read as a template. Raises TemplateRefused."""
    pieces, size = [], 0
    try:
        for piece in _compiled(template).generate({**values, STEPS: [MOST_STEPS]}):
            size += len(piece)
            if size > LONGEST_TEXT:
                raise TemplateRefused(f"The text grows beyond {LONGEST_TEXT:,} characters. Shorten it.")
            pieces.append(piece)
    except TemplateRefused:
        raise
    except TemplateError as error:
        raise TemplateRefused(
            f"{error.message}. Give each case this variable, or test for it with “is defined”."
        ) from error
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise TemplateRefused(f"The template cannot be filled: {error}") from error
    return "".join(pieces)


class _Sandbox(ImmutableSandboxedEnvironment):
    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Fields of the case's own values alone: no method of a text or list is one."""
        return False

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, LoopContext) and attribute in OF_A_LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        try:
            return obj[argument]  # type: ignore[index]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=str(argument))


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise TemplateRefused(f"A text grows beyond {LONGEST_TEXT:,} characters. Shorten it.")
    return text


def _join(values: Iterable[object], separator: str = ", ") -> str:
    pieces = [str(value) for value in values]
    if len(pieces) > MOST_STEPS or sum(map(len, pieces)) + len(pieces) * len(separator) > LONGEST_TEXT:
        raise TemplateRefused(f"A list joins to more than {LONGEST_TEXT:,} characters. Shorten it.")
    return str(separator).join(pieces)


def _replace(text: object, old: str, new: str) -> str:
    said = str(text)
    if len(said) + said.count(old) * len(new) > LONGEST_TEXT:
        raise TemplateRefused(f"A text grows beyond {LONGEST_TEXT:,} characters. Shorten it.")
    return said.replace(old, new)


def _truncate(text: object, length: int = 255) -> str:
    said = str(text)
    return said if len(said) <= length else said[: max(length - 1, 0)] + "…"


def _default(value: object, instead: object = "") -> object:
    return instead if isinstance(value, StrictUndefined) else value


def _length(value: object) -> int:
    return len(value)  # type: ignore[arg-type]


def _tojson(value: object) -> str:
    return _bounded(json.dumps(value, ensure_ascii=False, sort_keys=True))


@pass_context
def _counted(context: Context, values: Iterable[object]) -> Iterator[object]:
    """The values of a loop, each of which takes one of the steps that a rendering has."""
    left: list[int] = context[STEPS]
    for value in values:
        left[0] -= 1
        if left[0] < 0:
            raise TemplateRefused(f"The loops take more than {MOST_STEPS:,} steps. Ask for less.")
        yield value


FILTERS: dict[str, Callable[..., object]] = {
    "default": _default,
    "first": lambda values: next(iter(values), ""),
    "join": _join,
    "length": _length,
    "lower": lambda text: str(text).lower(),
    "replace": _replace,
    "tojson": _tojson,
    "trim": lambda text: str(text).strip(),
    "truncate": _truncate,
    "upper": lambda text: _bounded(str(text).upper()),
}


def _environment() -> Environment:
    made = _Sandbox(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    made.filters = {**FILTERS, "_counted": _counted}
    made.globals = {}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


ENVIRONMENT = _environment()


def _parsed(template: str) -> nodes.Template:
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateRefused(f"A prompt has at most {LONGEST_TEMPLATE:,} characters. Shorten it.")
    try:
        tree = ENVIRONMENT.parse(template)
    except TemplateSyntaxError as error:
        raise TemplateRefused(f"Line {error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise TemplateRefused("The template is nested too deeply. Make it plainer.") from error
    _refuse(tree, 0)
    return tree


@lru_cache(maxsize=256)
def _compiled(template: str) -> Template:
    tree = _parsed(template)
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
    try:
        code = ENVIRONMENT.compile(tree)
    except TemplateError as error:
        raise TemplateRefused(f"The template cannot be used: {error.message}") from error
    return ENVIRONMENT.template_class.from_code(ENVIRONMENT, code, ENVIRONMENT.make_globals(None))


def _refuse(node: nodes.Node, depth: int) -> None:
    where = f"Line {node.lineno}: "
    if depth > DEEPEST * 4:
        raise TemplateRefused(f"{where}The template is nested too deeply. Make it plainer.")
    if not isinstance(node, ALLOWED):
        instead = next((words for kind, words in INSTEAD.items() if isinstance(node, kind)), "")
        name = type(node).__name__.lower()
        raise TemplateRefused(
            where + (instead or f"A prompt cannot use “{name}”. Use values, if, for and filters.")
        )
    if isinstance(node, nodes.Name | nodes.Getattr) and (
        _name(node).startswith("_") or _name(node) in NOT_OURS
    ):
        raise TemplateRefused(f"{where}“{_name(node)}” cannot be used. Use input and the case's variables.")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise TemplateRefused(f"{where}There is no filter “{node.name}”. Filters: {', '.join(FILTERS)}.")
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        raise TemplateRefused(f"{where}There is no test “{node.name}”. Tests: {', '.join(TESTS)}.")
    if isinstance(node, nodes.For) and node.recursive:
        raise TemplateRefused(f"{where}A loop cannot be recursive. Write the levels out.")
    for child in node.iter_child_nodes():
        _refuse(child, depth + 1)


def _name(node: nodes.Name | nodes.Getattr) -> str:
    return node.name if isinstance(node, nodes.Name) else node.attr
