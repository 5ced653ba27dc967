"""From a prompt and a case to what a model is sent. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluations.providers.protocol import Message, Request

PLACEHOLDER = re.compile(r"\{\{\s*input\s*\}\}")


def render(template: str, text: str) -> str:
    """The template with each `{{ input }}` replaced. What stands in `text` is never read as a template."""
    return PLACEHOLDER.sub(lambda _: text, template)


@dataclass(frozen=True, slots=True)
class Wording:
    """A prompt's content and the settings its questions are sent with."""

    system: str
    user: str
    examples: Sequence[Mapping[str, str]]
    output_schema: Mapping[str, object] | None
    max_tokens: int
    temperature: float | None
    seed: int | None
    timeout_s: float

    def request(self, text: str, *, repeat: int) -> Request:
        """A repeat has a seed of its own: with the same one a host would give the same answer again."""
        return Request(
            system=self.system,
            messages=(*self._shown(), Message("user", render(self.user, text))),
            json_schema=self.output_schema,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            seed=None if self.seed is None else self.seed + repeat,
            timeout_s=self.timeout_s,
        )

    def _shown(self) -> Iterator[Message]:
        for example in self.examples:
            yield Message("user", render(self.user, example["input"]))
            yield Message("assistant", example["answer"])
