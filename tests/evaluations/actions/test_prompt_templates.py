"""Templates are filled, and cannot reach, run away or swell."""

import time

import pytest

from evaluations.actions.prompt_templates import TemplateRefused, check, render
from evaluations.actions.questions import Task, Wording
from evaluations.providers.protocol import Message


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("Q: {{ input }}\n", {"input": "x"}, "Q: x\n"),
        (
            "{{ input }}/{{input}}",
            {"input": r"{{ input }} {% x %} \1"},
            r"{{ input }} {% x %} \1/{{ input }} {% x %} \1",
        ),
        ("{% if tone is defined %}{{ tone }}{% else %}plain{% endif %}", {}, "plain"),
        (
            "{% for c in choices %}{{ loop.index }} {{ c|upper }};{% endfor %}",
            {"choices": ["a", "b"]},
            "1 A;2 B;",
        ),
        ("{{ metadata.level }} {{ metadata['level'] }}", {"metadata": {"level": 2}}, "2 2"),
        ("{{ metadata.items }}", {"metadata": {"items": "own"}}, "own"),
        ("{{ choices|join(' or ') }}", {"choices": ["a", "b"]}, "a or b"),
        ("{{ tone|default('dry') }}", {}, "dry"),
        ("{{ data|tojson }}", {"data": {"é": "</x>"}}, '{"é": "</x>"}'),
        ('{"a": {"b": 1}}', {}, '{"a": {"b": 1}}'),
    ],
)
def test_a_template_is_filled(template, values, text):
    assert render(template, values) == text


def test_the_names_a_template_needs_are_known():
    assert check("{{ input }} {% for c in choices %}{{ c }}{% endfor %}{{ m.x }}") == {
        "input",
        "choices",
        "m",
    }


@pytest.mark.parametrize(
    "template",
    [
        "{{ input.__class__.__mro__ }}",
        "{{ input['__class__'] }}",
        "{{ input.upper() }}",
        "{{ ''.join(input) }}",
        "{{ range(10) }}",
        "{{ self }}",
        "{{ cycler }}",
        "{{ input|attr('__class__') }}",
        "{{ input|map(attribute='__class__')|list }}",
        "{{ input|format(1) }}",
        "{{ loop.__init__ }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ input ~ input }}",
        "{% set a = input %}{{ a }}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% for a in input recursive %}{{ a }}{% endfor %}",
        "{% for a in input %}{{ loop.cycle('x') }}{% endfor %}",
        "{{ _steps }}",
        "{{ " + "(" * 500 + "input" + ")" * 500 + " }}",
        "{% if input %}" * 200 + "{% endif %}" * 200,
        "{{ input",
        "x" * 100_001,
    ],
)
def test_what_could_reach_out_or_run_away_is_refused(template):
    with pytest.raises(TemplateRefused):
        render(template, {"input": "abc"})


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in input %}{% for b in input %}{% for c in input %}{% endfor %}{% endfor %}{% endfor %}",
        "{{ input }}" * 3000,
        "{{ input|replace('a', input) }}",
        "{{ input|join(input) }}",
        "{% for a in input %}{{ input }}{% endfor %}",
    ],
)
def test_a_rendering_that_swells_is_stopped_soon(template):
    began = time.process_time()

    with pytest.raises(TemplateRefused, match=r"steps|characters"):
        render(template, {"input": "a" * 20_000})

    assert time.process_time() - began < 5


def test_a_missing_variable_says_what_to_do():
    with pytest.raises(
        TemplateRefused, match=r"'tone' is undefined\. Give each case this variable, or test for it"
    ):
        render("{{ tone }}", {"input": "x"})


def test_a_conversation_is_sent_turn_by_turn_and_the_question_by_the_template():
    wording = Wording(
        system="Be {{ tone }}.",
        user="Q: {{ input }}",
        examples=[{"input": "one", "answer": "1", "variables": {"tone": "any"}}],
        output_schema=None,
        max_tokens=8,
        temperature=None,
        seed=7,
        timeout_s=5,
    )
    talk = [
        {"role": "system", "content": "You are Ann."},
        {"role": "user", "content": "Hi {{ x }}"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "two"},
    ]

    request = wording.request(Task("two", talk, {"tone": "kind"}), repeat=1)

    assert request.system == "Be kind.\n\nYou are Ann."
    assert request.messages == (
        Message("user", "Q: one"),
        Message("assistant", "1"),
        Message("user", "Hi {{ x }}"),
        Message("assistant", "Hello"),
        Message("user", "Q: two"),
    )
    assert request.seed == 8
