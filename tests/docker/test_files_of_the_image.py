"""What a container engine would be handed, held to its own schema and to what we promise of it."""

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
OURS = {"web", "worker", "worker-notices", "worker-evaluations", "beat"}


class Loader(yaml.SafeLoader):
    """With Compose's own tags, which say how two files are put together."""


def _plain(loader: yaml.SafeLoader, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True)


for tag in ("!override", "!reset"):
    Loader.add_constructor(tag, _plain)


def read(name: str) -> dict[str, Any]:
    return yaml.load((DOCKER / name).read_text(), Loader)


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_a_compose_file_follows_the_compose_specification(name: str) -> None:
    schema = json.loads(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )

    jsonschema.validate(read(name), schema)


def test_the_dockerfile_has_no_fault_a_linter_knows() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "")


def test_every_part_of_ours_is_confined() -> None:
    services = read("compose.yaml")["services"]

    assert {
        name: (
            each["read_only"],
            each["cap_drop"],
            each["security_opt"],
            bool(each["deploy"]["resources"]["limits"]),
        )
        for name, each in services.items()
        if name in OURS
    } == dict.fromkeys(OURS, (True, ["ALL"], ["no-new-privileges:true"], True))


def test_the_engines_are_reached_by_nobody_outside() -> None:
    compose = read("compose.yaml")
    engines = {name: each for name, each in compose["services"].items() if name not in OURS}

    assert {name: (each["networks"], each.get("ports", [])) for name, each in engines.items()} == {
        "postgres": (["inside"], []),
        "redis": (["inside"], []),
    }
    assert compose["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_no_secret_stands_in_a_compose_file(name: str) -> None:
    compose = read(name)
    environments = [each.get("environment", {}) for each in compose["services"].values()]
    named = {key for each in environments for key in each if re.search("PASSWORD|SECRET|TOKEN|_URL", key)}

    assert {key for key in named if not key.endswith("_FILE")} <= {"PILOTAGE_BASE_URL"}
    made = (DOCKER / "secrets.sh").read_text()
    assert {key for key in compose["secrets"] if f"keep {key} " not in made} == set()


def test_every_part_that_compose_starts_is_one_the_entrypoint_knows() -> None:
    script = (DOCKER / "entrypoint.sh").read_text()
    commands = {each["command"][0] for name, each in read("compose.yaml")["services"].items() if name in OURS}

    assert {each for each in commands if not re.search(rf"^  {each}\)", script, re.MULTILINE)} == set()


def test_every_queue_is_worked_on_by_a_part() -> None:
    from django.conf import settings

    script = (DOCKER / "entrypoint.sh").read_text()
    worked_on = set(re.findall(r"\) worker ([\w,-]+) ", script))
    used = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {"celery"}

    assert used <= worked_on
