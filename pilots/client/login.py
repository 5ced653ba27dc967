"""Where the instance is and what opens it: from the environment, else from the file that `pilotage login` wrote."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from .errors import ClientError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Login:
    """`pilot` is the slug that posts go to when none is named; empty when there is no such one."""

    url: str
    token: str
    pilot: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.username:
            raise ClientError(
                f"{self.url or 'Nothing'} is no address. Give it as https://pilotage.example.org"
            )
        object.__setattr__(self, "url", self.url.rstrip("/"))

    def __repr__(self) -> str:
        return f"Login(url={self.url!r}, token='…', pilot={self.pilot!r})"

    @property
    def in_the_clear(self) -> bool:
        """Whether the token would cross a network unencrypted."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and parts.hostname not in LOOPBACK


def find(environment: Mapping[str, str] = os.environ) -> Login:
    """Each part from the environment when it is there. Raises ClientError when an address or a token is missing."""
    kept = _read(path(environment))
    values = {
        name: environment.get(f"PILOTAGE_{name.upper()}") or kept.get(name, "")
        for name in ("url", "token", "pilot")
    }
    for name in ("url", "token"):
        if not values[name]:
            raise ClientError(f"PILOTAGE_{name.upper()} is not set. Set it, or run: pilotage login URL")
    return Login(**values)


def keep(login: Login, environment: Mapping[str, str] = os.environ) -> Path:
    """Readable by this user alone; whole, or as it was before."""
    target = path(environment)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=target.parent)  # 0600 from the start
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(login), file)
    os.replace(half, target)
    return target


def with_pilot(login: Login, pilot: str | None) -> Login:
    return replace(login, pilot=pilot) if pilot else login


def path(environment: Mapping[str, str] = os.environ) -> Path:
    base = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or Path.home()) / ".config"
    return Path(base) / "pilotage" / "login.json"


def _read(target: Path) -> dict[str, str]:
    try:
        kept = json.loads(target.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ClientError(f"{target} cannot be read ({error}). Run: pilotage login URL") from error
    return {str(name): str(value) for name, value in kept.items()} if isinstance(kept, dict) else {}
