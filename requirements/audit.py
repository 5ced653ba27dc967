"""Are there published faults in what production installs? Part of `make check`.

A package that was not audited while others were is a failure, unless it stands below with its reason. Where the source of
advisories cannot be reached at all, that is said, and is no failure: it tells nothing of our packages.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parent / "base.txt"
NOT_AUDITED: dict[str, str] = {}
ACCEPTED: dict[str, str] = {}
"""By id of the advisory: why it does not concern us."""
PATIENCE = 60  # seconds


def main() -> None:
    command = [Path(sys.executable).parent / "pip-audit", "--disable-pip", "--require-hashes", "-r", LOCK]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        print(f"audit: NOT DONE, the source of advisories did not answer ({type(error).__name__})")
        return
    unaudited = [each["name"] for each in packages if "skip_reason" in each]
    if len(unaudited) == len(packages):
        print(
            f"audit: NOT DONE, the source of advisories knows none of {len(packages)} packages: is it out of reach?"
        )
        return
    faults = [f"{each['name']} was not audited: {each['skip_reason']}" for each in packages
              if "skip_reason" in each and each["name"] not in NOT_AUDITED]  # fmt: skip
    faults += [
        f"{each['name']} {each['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no version'}"
        for each in packages
        for found in each.get("vulns", [])
        if found["id"] not in ACCEPTED
    ]
    print(*faults, f"audit: {len(packages) - len(unaudited)} packages, {len(faults)} faults", sep="\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
