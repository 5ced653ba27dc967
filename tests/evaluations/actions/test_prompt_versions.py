"""A prompt is never edited: other content is another version."""

import pytest

from evaluations.actions.prompts import PromptRefused
from evaluations.models import Prompt
from tests.evaluations.builders import make_prompt, make_suite

pytestmark = pytest.mark.django_db


def test_saving_the_same_content_again_keeps_the_version():
    suite = make_suite()
    first = make_prompt(suite)

    again = make_prompt(suite)

    assert again == first
    assert Prompt.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"system": "Be brief."},
        {"user": "Ticket: {{ input }}"},
        {"examples": [{"input": "Refund", "answer": "billing"}]},
        {"output_schema": {"type": "object"}},
        {"max_tokens": 17},
    ],
)
def test_a_change_is_a_new_version_with_another_hash(change):
    suite = make_suite()
    first = make_prompt(suite)

    second = make_prompt(suite, **change)

    assert (first.version, second.version) == (1, 2)
    assert first.content_hash != second.content_hash


def test_going_back_to_older_content_is_a_new_version_with_the_old_hash():
    suite = make_suite()
    first = make_prompt(suite)
    make_prompt(suite, system="Be brief.")

    third = make_prompt(suite)

    assert (third.version, third.content_hash) == (3, first.content_hash)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"user": "Which label?"}, "user", "Write {{ input }} where the case's text belongs"),
        ({"user": "{{ input.__class__ }}"}, "user", "Line 1: “__class__” cannot be used"),
        ({"system": "{% for %}"}, "system", "Line 1: "),
        (
            {"user": "{{ input }} {{ tone }}", "examples": [{"input": "x", "answer": "y"}]},
            "examples",
            "'tone' is undefined. Give each case this variable",
        ),
        ({"examples": [{"input": "Refund"}]}, "examples", "Write a list of"),
        ({"examples": [{"input": "Refund", "answer": 7}]}, "examples", "Write a list of"),
        ({"output_schema": {"type": "thing"}}, "output_schema", "This is no valid JSON Schema"),
        ({"max_tokens": 0}, "max_tokens", "Give a number from 1 to 200000."),
    ],
)
def test_a_prompt_that_cannot_work_is_refused_by_field(change, field, words):
    suite = make_suite()

    with pytest.raises(PromptRefused) as caught:
        make_prompt(suite, **change)

    assert caught.value.field == field
    assert str(caught.value).startswith(words)
    assert Prompt.objects.count() == 0
