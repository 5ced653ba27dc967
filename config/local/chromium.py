"""The browser of the journey tests: find it, and install it where that may be done without asking."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET = "sudo apt-get install chromium, or name one: PILOTAGE_CHROMIUM=/path/to/chromium"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("PILOTAGE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def install(log: Path) -> bool:
    """Try `apt-get install chromium`, as root or by sudo that asks nothing; True when a browser is there."""
    prefix = _privilege()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as output:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run([*prefix, "apt-get", *arguments], stdout=output, stderr=output, env=environment)
    return find() is not None


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None
