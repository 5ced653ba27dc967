"""Secrets by name: a deployment stores `OPENAI_API_KEY`, never what it holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

REDACTED = "[secret]"
FRAGMENT = (
    6  # characters of a secret that may not appear in a row: hosts echo the head or tail of a wrong key
)


class MissingCredential(Exception):
    """The named secret cannot be had. The message names the variable and what to do, never a value."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Looks up environment variable `name`, else the file named by `name`_FILE, anew at each call.

    So a rotated secret takes effect at once, and no object of ours keeps one. An empty `name` means that
    the host asks for none (a local server).
    """

    name: str = ""

    def resolve(self, environ: Mapping[str, str] | None = None) -> str:
        """The secret without surrounding whitespace, "" if no name is set; raises MissingCredential."""
        if not self.name:
            return ""
        environ = os.environ if environ is None else environ
        secret = environ.get(self.name, "").strip() or self._from_file(environ.get(f"{self.name}_FILE", ""))
        if not secret:
            raise MissingCredential(
                f"No secret found: set {self.name}, or {self.name}_FILE to a file that holds it."
            )
        if not (secret.isascii() and secret.isprintable()):
            raise MissingCredential(
                f"{self.name} holds a line break or a character that no HTTP header can carry."
            )
        return secret

    def _from_file(self, path: str) -> str:
        if not path:
            return ""
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            # `from None`: a decoding error carries the bytes it failed on.
            raise MissingCredential(f"The file named by {self.name}_FILE cannot be read: {reason}.") from None


def redact(text: str, secret: str) -> str:
    """`text` without the secret and without any run of FRAGMENT or more characters out of it."""
    if not secret or not text:
        return text
    if len(secret) <= FRAGMENT:
        return text.replace(secret, REDACTED)
    fragments = {secret[i : i + FRAGMENT] for i in range(len(secret) - FRAGMENT + 1)}
    covered: set[int] = set()
    for start in range(len(text) - FRAGMENT + 1):
        if text[start : start + FRAGMENT] in fragments:
            covered.update(range(start, start + FRAGMENT))
    runs = groupby(range(len(text)), key=covered.__contains__)
    return "".join(REDACTED if hidden else "".join(text[i] for i in run) for hidden, run in runs)
