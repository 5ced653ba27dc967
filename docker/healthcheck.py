"""Exit 0 while this container does its work: the web server answers, a worker or beat has shown itself within a minute."""

import os
import sys
import time
import urllib.request
from pathlib import Path

SHOWN_WITHIN = 60.0  # seconds


def main() -> None:
    role = Path("/tmp/role").read_text().strip()
    if role == "web":
        answers()
    else:
        showed_itself(Path(os.environ["PILOTAGE_ALIVE_FILE"]))


def answers() -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz",
        headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip("."), "X-Forwarded-Proto": "https"},
    )
    with urllib.request.urlopen(request, timeout=4) as answer:
        if answer.status != 200:
            sys.exit(f"/healthz answers {answer.status}")


def showed_itself(alive: Path) -> None:
    if not alive.exists():
        sys.exit("it has not begun yet")
    silent = time.time() - alive.stat().st_mtime
    if silent > SHOWN_WITHIN:
        sys.exit(f"silent for {silent:.0f} s")


if __name__ == "__main__":
    main()
