"""What MLflow's client sends and reads, as far as logging needs it (REST API 2.0). No Django here.

https://mlflow.org/docs/latest/api_reference/rest-api.html
"""

from typing import Any, TypeVar

import msgspec


class Malformed(Exception):
    """The body is not what this address reads; the message says where."""


class Pair(msgspec.Struct):
    key: str
    value: str = ""


class LoggedMetric(msgspec.Struct):
    key: str
    value: float | str = ""
    timestamp: int | str = 0
    step: int | str = 0


class CreateExperiment(msgspec.Struct):
    name: str = ""


class CreateRun(msgspec.Struct):
    experiment_id: str | int = "0"
    run_name: str | None = None
    user_id: str | None = None
    start_time: int | str = 0
    tags: list[Pair] | None = None


class OfRun(msgspec.Struct):
    run_id: str = ""
    run_uuid: str = ""


class LogMetric(OfRun):
    key: str = ""
    value: float | str = ""
    timestamp: int | str = 0
    step: int | str = 0


class LogBatch(OfRun):
    metrics: list[LoggedMetric] | None = None
    params: list[Pair] | None = None
    tags: list[Pair] | None = None


class LogPair(OfRun):
    key: str = ""
    value: str = ""


class UpdateRun(OfRun):
    status: str | None = None
    end_time: int | str | None = None
    run_name: str | None = None


Body = TypeVar("Body", bound=msgspec.Struct)


def read(raw: bytes, kind: type[Body]) -> Body:
    """Raises Malformed. An empty body is an empty object, as the client sends it."""
    try:
        found = msgspec.json.decode(raw or b"{}", type=kind)
    except RecursionError:
        raise Malformed("The JSON is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise Malformed(f"Byte {error.start} is not UTF-8.") from None
    except msgspec.DecodeError as error:
        raise Malformed(f"{error}.") from None
    return found


def whole(given: int | str | None, field: str) -> int:
    """64-bit numbers come as numbers or as text. Raises Malformed."""
    if isinstance(given, str):
        if not given.removeprefix("-").isascii() or not given.removeprefix("-").isdigit() or len(given) > 19:
            raise Malformed(f"Send {field} as a whole number.")
        given = int(given)
    if given is not None and not -(2**63) <= given < 2**63:
        raise Malformed(f"Send {field} as a whole number of 64 bits.")
    return given or 0


def experiment(*, pk: int, name: str) -> dict[str, Any]:
    return {
        "experiment_id": str(pk),
        "name": name,
        "artifact_location": "",
        "lifecycle_stage": "active",
        "tags": [],
    }


def pairs(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(given.items())]
