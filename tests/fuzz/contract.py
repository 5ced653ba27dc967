"""What the OpenAPI document promises, held against answers of the application itself."""

from contextlib import suppress
from typing import Any

import hypothesis
import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from pilots.models import Pilot
from tests.evaluations.builders import make_run
from tests.factories import make_ready_pilot, make_running_pilot, make_token

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ANY_STATE = {"If-Match": "*"}
"""So that an edit gets as far as its body."""
BEFORE_THE_VIEW = {405, 413}
"""Statuses that the server gives whatever the operation, so that no operation lists them."""


def fuzz(*, examples: int) -> tuple[list[str], int]:
    """The faults, one line each, and how many requests were sent."""
    named, secret = _rows()
    headers = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/schema/?format=json", get_wsgi_application(), headers=headers
    )
    faults: dict[str, str] = {}
    sent = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            found = _of(operation, mode, named, headers, examples)
            sent += len(found)
            if not found and mode is GenerationMode.POSITIVE:
                faults[operation.label] = f"{operation.label}: no request was sent that fits the document"
            for fault in filter(None, found):
                faults.setdefault(f"{operation.label}: {fault.splitlines()[0]}", fault)
    return [*faults.values()], sent


def _of(
    operation: Any,
    mode: GenerationMode,
    named: dict[str, dict[str, Any]],
    headers: dict[str, str],
    examples: int,
) -> list[str]:
    """One text a request; empty for an answer as promised."""
    prefix = operation.path.removeprefix("/api/v1/").split("/")[0]
    known = named.get(prefix, {})
    wanted = {parameter.name for parameter in operation.path_parameters}
    found: list[str] = []
    strategy = operation.as_strategy(
        generation_mode=mode,
        path_parameters={name: known[name] for name in wanted if name in known} or None,
    )

    @hypothesis.settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=strategy)
    def send(case: Any) -> None:
        found.append(_fault(case, headers))

    with suppress(
        hypothesis.errors.Unsatisfiable
    ):  # a GET without parameters has no request that does not fit
        send()
    return found


def _fault(case: Any, headers: dict[str, str]) -> str:
    try:
        response = case.call(headers=headers | ANY_STATE if case.method == "PATCH" else headers)
    except (ValueError, UnicodeError):
        return ""  # the request itself cannot be written
    if response.status_code in BEFORE_THE_VIEW:
        return ""
    try:
        case.validate_response(response, checks=CHECKS)
    except schemathesis.errors.SchemathesisError as error:
        return f"{case.operation.label}: {error}"
    except (Exception, BaseExceptionGroup) as error:
        return f"{case.operation.label} {response.status_code}: {error}\n  {case.as_curl_command()[:600]}"
    return ""


def _rows() -> tuple[dict[str, dict[str, Any]], str]:
    """Rows that the addresses name, so that requests get as far as the bodies."""
    pilot: Pilot = make_running_pilot()
    make_ready_pilot("draft")
    run = make_run(1)
    target = run.targets.get()
    metric = pilot.metrics.get()
    named = {
        "pilots": {"slug": pilot.slug, "key": metric.key, "id": metric.goal.pk, "candidate": "primary"},
        "models": {"slug": target.deployment.model.slug},
        "vendors": {"slug": target.deployment.host.slug},
        "deployments": {"slug": target.deployment.slug},
        "suites": {"slug": run.suite_version.suite.slug},
        "runs": {"id": run.pk},
    }
    return named, make_token(all_pilots=True, scopes=("read", "ingest", "evaluate", "admin"))[1]
