"""promptfoo's tests become cases with checks; code is never run, and everything left out is named and counted."""

from __future__ import annotations

from io import BytesIO

import pytest

from evaluations.formats import cases
from evaluations.formats.draft import BadRow
from evaluations.formats.promptfoo_assertions import from_shorthand
from evaluations.scoring import scorer

CONFIG = """
description: geography
prompts: ['Answer: {{question}}']
providers: [openai:gpt-4o]
defaultTest:
  assert:
    - {type: llm-rubric, value: Is polite.}
  vars: {tone: dry}
tests:
  - description: The capital
    vars: {question: 'Capital of France?', year: 2025}
    assert:
      - {type: icontains, value: paris, weight: 2}
      - {type: not-contains, value: London}
      - {type: regex, value: '^.{1,40}$'}
      - {type: javascript, value: 'output.length < 10'}
      - {type: latency, threshold: 1000}
    threshold: 0.5
    metadata: {scenario: plain, tags: [geo]}
  - vars: {question: 'Add 2 and {{n}}', n: 3}
    assert:
      - {type: equals, value: '{{n}}'}
      - {type: is-json, value: {type: object}}
      - {type: similar, value: five}
  - vars: {question: Only code}
    assert: [{type: python, value: 'len(output) > 1'}]
"""


def reading(text: str, **options: str):
    made = cases.read(BytesIO(text.encode()), **options)
    return made, [row for _, row in made.rows]


def test_tests_become_cases_with_checks():
    _, (first, second, third) = reading(CONFIG, name="promptfooconfig.yaml")

    assert (first.input, first.scenario, first.tags) == (
        "tone: dry\nquestion: Capital of France?\nyear: 2025",
        "plain",
        ("geo",),
    )
    assert first.variables == {
        "question": "Capital of France?",
        "year": 2025,
        "tone": "dry",
        "metadata": {"description": "The capital"},
    }
    assert first.expected == {
        "checks": [
            {"scorer": "model_judge", "expected": "Is polite."},
            {"scorer": "contains", "expected": ["paris"], "options": {"ignore_case": True}, "weight": 2},
            {"scorer": "contains", "expected": ["London"], "negate": True},
            {"scorer": "regex", "expected": "^.{1,40}$"},
        ],
        "threshold": 0.5,
    }
    assert second.expected["checks"][1:] == [
        {"scorer": "exact", "expected": "3"},
        {"scorer": "json_schema", "options": {"schema": {"type": "object"}}},
    ]
    assert third.expected["checks"] == [{"scorer": "model_judge", "expected": "Is polite."}]


def test_what_is_left_out_is_named_and_counted():
    made, _ = reading(CONFIG, name="promptfooconfig.yaml")

    assert (made.coverage.taken, made.coverage.assertions) == (8, 12)
    assert made.coverage.words() == "8 of 12 assertions become checks (67%)."
    assert [(one.row, one.what, one.reason.partition(".")[0]) for one in made.coverage.refusals] == [
        (1, "javascript", "it runs code of the file, which is never done here"),
        (1, "latency", "it is measured of every call anyway"),
        (2, "similar", "it compares by embeddings"),
        (3, "python", "it runs code of the file, which is never done here"),
    ]


def test_a_test_without_any_check_left_is_no_case():
    made, rows = reading("- vars: {q: x}\n  assert: [{type: javascript, value: 'true'}]\n", name="t.yaml")

    assert rows == []
    assert [one.what for one in made.coverage.refusals] == ["javascript", "the whole test"]
    assert (made.coverage.taken, made.coverage.assertions) == (0, 1)


@pytest.mark.parametrize(
    ("assertion", "answer", "passed"),
    [
        ("{type: contains, value: Paris}", "It is Paris", True),
        ("{type: contains, value: Paris}", "It is paris", False),
        ("{type: contains-all, value: [a, b]}", "b", False),
        ("{type: icontains-any, value: [A, B]}", "b", True),
        ("{type: starts-with, value: It}", "It is", True),
        ("{type: equals, value: 4}", "4", True),
        ("{type: equals, value: {a: 1}}", '{"a": 1}', True),
        ("{type: not-equals, value: '4'}", "5", True),
        ("{type: levenshtein, value: kitten, threshold: 3}", "sitting", True),
        ("{type: levenshtein, value: kitten, threshold: 2}", "sitting", False),
        ("{type: is-json}", "[1]", True),
        ("{type: regex, value: 'a{2}'}", "baab", True),
    ],
)
def test_a_check_says_what_the_assertion_says(assertion, answer, passed):
    _, (case,) = reading(f"- vars: {{q: x}}\n  assert: [{assertion}]\n", name="t.yaml")

    assert scorer("checks")(case.expected, answer, {}).passed is passed


@pytest.mark.parametrize(
    ("assertion", "reason"),
    [
        ("{type: regex, value: '(?=x)'}", "looking ahead or behind"),
        ("{type: contains, value: 'file://x.js'}", "it runs code of the file"),
        ("{type: contains, value: 'file://x.txt'}", "its value is in another file"),
        ("{type: contains, value: '{{ q | upper }}'}", "its value is a template that computes"),
        ("{type: contains, value: '{{ other }}'}", "its value names 'other'"),
        ("{type: contains, value: x, transform: output.trim()}", "its 'transform' changes what is checked"),
        ("{type: bleu, value: x}", "there is no such scorer here"),
        ("{type: 'trajectory:tool-used', value: x}", "it looks at tool calls"),
        ("{type: contians, value: x}", "no such assertion is known here"),
        ("{$ref: '#/assertionTemplates/a'}", "no such assertion is known here"),
        ("{type: assert-set, threshold: 0.5, assert: []}", "a set with a threshold"),
    ],
)
def test_an_assertion_that_cannot_be_taken_over_says_why(assertion, reason):
    made, _ = reading(f"- vars: {{q: x}}\n  assert: [{assertion}]\n", name="t.yaml")

    assert reason in made.coverage.refusals[0].reason


@pytest.mark.parametrize(
    ("test", "fault"),
    [
        ("{vars: {q: [a, b]}}", "the variable 'q' is a list, which means one test for each."),
        ("{vars: {q: 'file://x'}}", "the variable 'q' is in another file."),
        ("{vars: {q: x}, options: {transform: 'x'}}", "option 'transform' cannot be carried over"),
        ("{vars: {q: x}, asert: []}", "unknown field 'asert'. Did you mean 'assert'?"),
        ("{vars: {q: x}, provider: y}", "'provider' cannot be carried over"),
        ("file://other.yaml", "this is a path. Import that file itself"),
        (
            "{vars: {'a b': x, c: y}, assert: [{type: contains, value: x}]}",
            "A variable cannot be called 'a b'.",
        ),
    ],
)
def test_a_test_that_cannot_be_read_says_why(test, fault):
    _, (row,) = reading(f"- {test}\n", name="t.yaml")

    assert isinstance(row, BadRow)
    assert str(row).startswith(fault)


def test_csv_with_expected_columns_is_read():
    made, (row,) = reading(
        "question,__expected1,__expected2,__description,__threshold,__metadata:scenario,__metadata:tags[],__metric\n"
        '2+2?,"contains-any: 4, four",not-contains:5,sum,0.5,plain,"a,b",x\n'
    )

    assert made.format == "promptfoo-csv"
    assert (row.input, row.scenario, row.tags) == ("2+2?", "plain", ("a", "b"))
    assert row.expected == {
        "checks": [
            {"scorer": "contains", "expected": ["4", "four"]},
            {"scorer": "contains", "expected": ["5"], "negate": True},
        ],
        "threshold": 0.5,
    }


@pytest.mark.parametrize(
    ("cell", "assertion"),
    [
        ("Paris", {"type": "equals", "value": "Paris"}),
        ("Note: all fine", {"type": "equals", "value": "Note: all fine"}),
        ("similar(0.8):Hello", {"type": "similar", "value": "Hello", "threshold": 0.8}),
        ("levenshtein(5): x", {"type": "levenshtein", "value": "x", "threshold": 5.0}),
        ("grade: is kind", {"type": "llm-rubric", "value": "is kind"}),
        ("fn:output.includes('x')", {"type": "javascript", "value": "output.includes('x')"}),
        ("is-json", {"type": "is-json", "value": None}),
        ("file://x.js", {"type": "javascript", "value": "file://x.js"}),
    ],
)
def test_a_cells_shorthand_is_understood(cell, assertion):
    assert from_shorthand(cell) == assertion


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, levels)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (bomb(9), "With its aliases unfolded"),
        ("tests: " + "[" * 200 + "]" * 200, "nested more than 50 deep"),
        ("tests: !!python/object/apply:os.system [echo]", "could not determine a constructor"),
        ("tests: &a [*a]", "stands inside itself"),
        ("tests: [", "in line"),
        ("tests: file://tests.csv", "There are no tests in this file"),
        ("scenarios: [{}]", "'scenarios' combine tests"),
    ],
)
def test_yaml_that_is_a_trap_or_no_test_is_refused(text, words):
    with pytest.raises(BadRow, match=words):
        reading(text, name="t.yaml")


def test_aliases_that_stay_small_are_fine():
    _, (first, second) = reading(
        "shared: &a [{type: contains, value: x}]\ntests:\n  - {vars: {q: a}, assert: *a}\n  - {vars: {q: b}, assert: *a}\n",
        name="t.yaml",
    )

    assert first.expected == second.expected
