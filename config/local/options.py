"""What the person who typed `make run` asked for, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from config.local.problem import Problem


@dataclass(frozen=True)
class Options:
    """A given `database_url` or `redis_url` replaces the embedded engine."""

    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    demo: bool = True
    local_model: bool = True
    database_url: str = ""
    redis_url: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "Options":
        """Raises Problem for a port that is none."""
        port = environ.get("PORT") or "8000"
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise Problem(f"PORT={port} is not a port: give a number from 1 to 65535")
        return cls(
            port=int(port),
            base_url=environ.get("PILOTAGE_BASE_URL") or f"http://127.0.0.1:{port}",
            demo=environ.get("DEMO", "1") not in {"0", "no", "off"},
            local_model=environ.get("PILOTAGE_LOCAL_MODEL", "on") not in {"0", "no", "off"},
            database_url=environ.get("DATABASE_URL", ""),
            redis_url=environ.get("REDIS_URL", ""),
        )
