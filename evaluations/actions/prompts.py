"""Prompts are never edited: a change is a new version."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from django.db import transaction

from evaluations.actions import prompt_templates
from evaluations.actions.canonical import sha256_of
from evaluations.actions.prompt_templates import TemplateRefused
from evaluations.formats.text import storable_json
from evaluations.models import Prompt, Suite

CONTENT = ("system", "user", "examples", "output_schema", "max_tokens")
LONGEST_ANSWER = 200_000  # tokens; more than any model gives, less than a slip of the keyboard


class Example(TypedDict):
    """A question with its answer, shown to the model before the case."""

    input: str
    answer: str
    variables: NotRequired[Mapping[str, object]]


class PromptRefused(Exception):
    """Nothing was stored. `field` names what to correct, the message says how."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def save_prompt(
    *,
    suite: Suite,
    slug: str,
    system: str,
    user: str,
    examples: Sequence[Example],
    output_schema: dict[str, object] | None,
    max_tokens: int,
) -> Prompt:
    """The newest version of this prompt if it has the same content already, else a new version.

    Raises PromptRefused when the question would not reach the model, or examples or schema cannot be used.
    """
    content: dict[str, object] = {
        "system": system,
        "user": user,
        "examples": list(examples),
        "output_schema": output_schema,
        "max_tokens": max_tokens,
    }
    check(content)
    content_hash = sha256_of(content)
    with transaction.atomic():
        Suite.objects.select_for_update().get(pk=suite.pk)
        newest = Prompt.objects.filter(suite=suite, slug=slug).order_by("-version").first()
        if newest and newest.content_hash == content_hash:
            return newest
        version = newest.version + 1 if newest else 1
        return Prompt.objects.create(
            suite=suite, slug=slug, version=version, content_hash=content_hash, **content
        )


def check(content: Mapping[str, object]) -> None:
    """Raises PromptRefused for the first field of a prompt's content that cannot be used."""
    for name, value in content.items():
        if not storable_json(value):
            raise PromptRefused(
                name, "This holds NaN or a character that is no text (NUL, half a pair). Remove it."
            )
    _check_template("system", str(content["system"]))
    if not _check_template("user", str(content["user"])):
        raise PromptRefused("user", "Write {{ input }} where the case's text belongs; else no case is asked.")
    if not isinstance(limit := content["max_tokens"], int) or not 1 <= limit <= LONGEST_ANSWER:
        raise PromptRefused("max_tokens", f"Give a number from 1 to {LONGEST_ANSWER}.")
    _check_examples(content["examples"], str(content["user"]))
    if content["output_schema"] is not None:
        _check_schema(content["output_schema"])


def _check_template(field: str, template: str) -> frozenset[str]:
    try:
        return prompt_templates.check(template)
    except TemplateRefused as refusal:
        raise PromptRefused(field, str(refusal)) from refusal


def _check_examples(examples: object, user: str) -> None:
    if not isinstance(examples, list) or not all(_is_example(example) for example in examples):
        raise PromptRefused("examples", 'Write a list of {"input": "…", "answer": "…"}, both texts.')
    for example in examples:
        try:
            prompt_templates.render(user, {**example.get("variables", {}), "input": example["input"]})
        except TemplateRefused as refusal:
            raise PromptRefused(
                "examples",
                f'{refusal} An example may carry its own: {{"input": "…", "answer": "…", "variables": {{…}}}}.',
            ) from refusal


def _is_example(example: object) -> bool:
    return (
        isinstance(example, dict)
        and {"input", "answer"} <= set(example) <= {"input", "answer", "variables"}
        and isinstance(example["input"], str)
        and isinstance(example["answer"], str)
        and isinstance(example.get("variables", {}), dict)
    )


def _check_schema(schema: object) -> None:
    if not isinstance(schema, dict):
        raise PromptRefused("output_schema", 'Give a JSON Schema object, such as {"type": "object", …}.')
    # Imported here: its library's 3 MiB are for whoever writes a prompt with a schema.
    from evaluations.scoring.schemas import fault  # noqa: PLC0415

    if reason := fault(schema):
        raise PromptRefused("output_schema", f"This is no valid JSON Schema: {reason}")
