from __future__ import annotations

import urllib.request

import pytest

from evaluations.scoring import ScorerMisused, json_schema

SCHEMA = {
    "schema": {
        "type": "object",
        "properties": {"label": {"enum": ["billing", "bug"]}, "score": {"type": "number", "maximum": 1}},
        "required": ["label"],
        "additionalProperties": False,
    }
}


def test_an_answer_the_schema_accepts_passes():
    assert json_schema.score(None, '{"label": "bug", "score": 0.5}', SCHEMA).passed


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("", "The answer is not JSON."),
        ('{"label": "bug"', "The answer is not JSON."),
        ('Sure: {"label": "bug"}', "The answer is not JSON."),
        ('{"label": "bug", "score": NaN}', "The answer is not JSON."),
        ("[" * 100_000, "The answer is not JSON."),
        ("{}", "answer: 'label' is a required property"),
        ('{"label": "shipping"}', "label: 'shipping' is not one of ['billing', 'bug']"),
        ('{"label": "bug", "score": 2}', "score: 2 is greater than the maximum of 1"),
    ],
)
def test_a_violation_is_wrong_and_says_where(answer, detail):
    score = json_schema.score(None, answer, SCHEMA)

    assert (score.passed, score.value, score.detail) == (False, 0.0, detail)


def test_expected_fields_must_be_equal_too():
    assert json_schema.score({"label": "bug"}, '{"label": "bug", "score": 1}', SCHEMA).passed
    assert json_schema.score({"label": "bug", "score": 1}, '{"label": "billing"}', SCHEMA).detail == (
        "Fields that differ: label, score."
    )


def test_expected_fields_of_an_answer_that_is_no_object_differ():
    assert json_schema.score({"label": "bug"}, "[1]", {"schema": True}).detail == "Fields that differ: label."


@pytest.mark.parametrize("schema", [None, [], "object", {"type": "objekt"}, {"$ref": "#/$defs/none"}])
def test_a_schema_that_cannot_work_is_misused(schema):
    with pytest.raises(ScorerMisused, match="Option 'schema'"):
        json_schema.score(None, "{}", {"schema": schema})


def test_a_remote_reference_is_never_fetched(monkeypatch):
    fetched: list[object] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *args, **kwargs: fetched.append(args))

    with pytest.raises(ScorerMisused, match="refers to"):
        json_schema.score(None, "{}", {"schema": {"$ref": "http://127.0.0.1/schema.json"}})

    assert fetched == []


def test_an_expected_value_that_is_no_object_is_misused():
    with pytest.raises(ScorerMisused, match="must be an object"):
        json_schema.score("bug", '{"label": "bug"}', SCHEMA)
