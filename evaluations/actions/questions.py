"""From a prompt and a case to what a model is sent. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evaluations.actions.prompt_templates import render
from evaluations.providers.protocol import Message, Request

if TYPE_CHECKING:
    from evaluations.models import Case, Prompt


@dataclass(frozen=True, slots=True)
class Task:
    """What a case asks. `messages`, where there are any, are the conversation that ends with `text`."""

    text: str
    messages: Sequence[Mapping[str, str]] = ()
    variables: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, case: "Case") -> "Task":
        return cls(case.input, case.messages, case.variables)

    @property
    def values(self) -> Mapping[str, object]:
        """What a template may use."""
        return {**self.variables, "input": self.text}


@dataclass(frozen=True, slots=True)
class Wording:
    """A prompt's content and the settings its questions are sent with."""

    system: str
    user: str
    examples: Sequence[Mapping[str, object]]
    output_schema: Mapping[str, object] | None
    max_tokens: int
    temperature: float | None
    seed: int | None
    timeout_s: float

    @classmethod
    def of(
        cls,
        prompt: "Prompt",
        *,
        temperature: float | None = None,
        seed: int | None = None,
        timeout_s: float = 60.0,
    ) -> "Wording":
        return cls(
            system=prompt.system,
            user=prompt.user,
            examples=prompt.examples,
            output_schema=prompt.output_schema,
            max_tokens=prompt.max_tokens,
            temperature=temperature,
            seed=seed,
            timeout_s=timeout_s,
        )

    def request(self, task: str | Task, *, repeat: int) -> Request:
        """A repeat has a seed of its own: with the same one a host would give the same answer again.

        Raises TemplateRefused for a case that lacks what the prompt needs.
        """
        asked = Task(task) if isinstance(task, str) else task
        return Request(
            system=self._system(asked),
            messages=(*self._shown(), *_before(asked), Message("user", render(self.user, asked.values))),
            json_schema=self.output_schema,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            seed=None if self.seed is None else self.seed + repeat,
            timeout_s=self.timeout_s,
        )

    def _system(self, task: Task) -> str:
        """Ours first, then what the conversation itself begins with."""
        own = render(self.system, task.values) if self.system else ""
        said = [message["content"] for message in task.messages if message["role"] == "system"]
        return "\n\n".join(filter(None, [own, *said]))

    def _shown(self) -> Iterator[Message]:
        for example in self.examples:
            variables = example.get("variables")
            values = {**(variables if isinstance(variables, dict) else {}), "input": example["input"]}
            yield Message("user", render(self.user, values))
            yield Message("assistant", str(example["answer"]))


def _before(task: Task) -> Iterator[Message]:
    """The turns before the question."""
    for message in task.messages[:-1]:
        if message["role"] == "user":
            yield Message("user", message["content"])
        elif message["role"] == "assistant":
            yield Message("assistant", message["content"])
