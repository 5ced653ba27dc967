"""Values of the environment, and of the files that `NAME_FILE` names."""

import os

import environ
from environ.fileaware_mapping import FileAwareMapping


class _Files(FileAwareMapping):  # type: ignore[misc]
    """A secret's file often ends with the line break of whoever wrote it; that is no part of the secret."""

    def __getitem__(self, key: str) -> str:
        value = str(super().__getitem__(key))
        return value.strip() if os.environ.get(f"{key}_FILE") else value


class Environment(environ.FileAwareEnv):  # type: ignore[misc]
    ENVIRON = _Files()
