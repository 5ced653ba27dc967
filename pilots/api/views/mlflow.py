"""The part of MLflow's REST API that a script needs to log: an experiment is a pilot, a metric is one of its metrics."""

from collections.abc import Callable
from math import isfinite
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from config.api import Problem
from pilots.actions import reach, tracked_runs
from pilots.actions.refusals import Refused
from pilots.actions.tracked_runs import Point
from pilots.api import bodies, mlflow
from pilots.api.mlflow import Body
from pilots.api.views.doors import Door
from pilots.models import Pilot, TrackedRun

WORDS = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    405: "ENDPOINT_NOT_FOUND",
    413: "INVALID_PARAMETER_VALUE",
    429: "REQUEST_LIMIT_EXCEEDED",
    503: "TEMPORARILY_UNAVAILABLE",
}
Act = Callable[["MLflow", Request], dict[str, Any]]


class MLflow(Door):
    """One of the addresses below; `acts` says what it does by method."""

    acts: dict[str, Act] = {}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return self._answer(request)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        return self._answer(request)

    def refusal(self, *, status: int, code: str, detail: str) -> HttpResponse:
        return _json({"error_code": WORDS.get(status, "INVALID_PARAMETER_VALUE"), "message": detail}, status)

    def _answer(self, request: Request) -> HttpResponse:
        act = self.acts.get(request.method or "")
        if act is None:
            raise Problem(
                status=405, code="method_not_allowed", detail="This address does not take that method."
            )
        try:
            return _json(act(self, request))
        except mlflow.Malformed as error:
            raise Problem(status=400, code="malformed", detail=str(error)) from None
        except Refused as refused:
            raise Problem(status=400, code=refused.code, detail=str(refused)) from None

    def body(self, kind: type[Body]) -> Body:
        request = self.request._request
        raw = request.read(bodies.LARGEST_BODY + 1)
        if len(raw) > bodies.LARGEST_BODY:
            raise Problem(
                status=413, code="too_large", detail="Send at most 5 MB at a time; split the batch."
            )
        return mlflow.read(raw, kind)

    def pilot(self, name: str) -> Pilot:
        found = reach.named(self.token, name)
        if found is None:
            raise Problem(
                status=404,
                code="not_found",
                detail="An experiment is a pilot: give its slug, and use a token that is for it. "
                "A new pilot is logged in the admin.",
            )
        return found

    def pilot_of_id(self, given: str) -> Pilot:
        """By the id that an answer of ours gave; 0, MLflow's default experiment, is the token's only pilot."""
        if given.isascii() and given.isdigit() and int(given[:18]) > 0:
            found = reach.pilots(self.token).filter(pk=int(given[:18])).first()
            if found is not None:
                return found
        elif given == "0" and (only := reach.only_pilot(self.token)):
            return only
        raise Problem(
            status=404,
            code="not_found",
            detail="There is no such experiment for this token. Set it by name: the slug of a pilot.",
        )

    def run(self, run_id: str) -> TrackedRun:
        known = TrackedRun.objects.filter(pilot__in=reach.pilots(self.token)).select_related("pilot")
        found = known.filter(run_id=run_id).first() if run_id.isalnum() else None
        if found is None:
            raise Problem(status=404, code="not_found", detail="This token knows no such run.")
        return found


def get_experiment(door: MLflow, request: Request) -> dict[str, Any]:
    return _experiment(door.pilot_of_id(request.query_params.get("experiment_id", "")))


def get_experiment_by_name(door: MLflow, request: Request) -> dict[str, Any]:
    return _experiment(door.pilot(request.query_params.get("experiment_name", "")))


def create_experiment(door: MLflow, request: Request) -> dict[str, Any]:
    """None is made: it is the pilot of that name."""
    return {"experiment_id": str(door.pilot(door.body(mlflow.CreateExperiment).name).pk)}


def create_run(door: MLflow, request: Request) -> dict[str, Any]:
    sent = door.body(mlflow.CreateRun)
    tags = {tag.key: tag.value for tag in sent.tags or ()}
    run = tracked_runs.start(
        pilot=door.pilot_of_id(str(sent.experiment_id)),
        token=door.token,
        name=_plain(sent.run_name or tags.get("mlflow.runName", "")),
        started_by=_plain(sent.user_id or ""),
        tags=_plain_pairs(tags),
        at_ms=mlflow.whole(sent.start_time, "start_time"),
        now=timezone.now(),
    )
    return {"run": _run(run)}


def get_run(door: MLflow, request: Request) -> dict[str, Any]:
    given = request.query_params
    return {"run": _run(door.run(given.get("run_id") or given.get("run_uuid", "")))}


def update_run(door: MLflow, request: Request) -> dict[str, Any]:
    sent = door.body(mlflow.UpdateRun)
    run = tracked_runs.update(
        run=door.run(sent.run_id or sent.run_uuid),
        status=sent.status or "",
        name=_plain(sent.run_name or ""),
        at_ms=mlflow.whole(sent.end_time, "end_time"),
    )
    return {"run_info": _run(run)["info"]}


def log_metric(door: MLflow, request: Request) -> dict[str, Any]:
    sent = door.body(mlflow.LogMetric)
    point = mlflow.LoggedMetric(sent.key, sent.value, sent.timestamp, sent.step)
    _log(door, sent, [point])
    return {}


def log_batch(door: MLflow, request: Request) -> dict[str, Any]:
    """Metrics first: when one is refused, nothing of the batch is kept."""
    sent = door.body(mlflow.LogBatch)
    run = _log(door, sent, sent.metrics or [])
    tags = {tag.key: tag.value for tag in sent.tags or ()}
    params = {param.key: param.value for param in sent.params or ()}
    if tags or params:
        tracked_runs.note(run=run, tags=_plain_pairs(tags), params=_plain_pairs(params))
    return {}


def log_parameter(door: MLflow, request: Request) -> dict[str, Any]:
    sent = door.body(mlflow.LogPair)
    run = door.run(sent.run_id or sent.run_uuid)
    tracked_runs.note(run=run, params=_plain_pairs({sent.key: sent.value}))
    return {}


def set_tag(door: MLflow, request: Request) -> dict[str, Any]:
    sent = door.body(mlflow.LogPair)
    run = door.run(sent.run_id or sent.run_uuid)
    tracked_runs.note(run=run, tags=_plain_pairs({sent.key: sent.value}))
    return {}


def _log(door: MLflow, sent: mlflow.OfRun, metrics: list[mlflow.LoggedMetric]) -> TrackedRun:
    run = door.run(sent.run_id or sent.run_uuid)
    if len(metrics) > bodies.MOST_ROWS:
        raise Problem(
            status=413, code="too_large", detail=f"Log at most {bodies.MOST_ROWS:,} metrics at a time."
        )
    points = [
        Point(
            _plain(each.key),
            each.value if isinstance(each.value, float) and isfinite(each.value) else _plain(str(each.value)),
            mlflow.whole(each.timestamp, "timestamp"),
            mlflow.whole(each.step, "step"),
        )
        for each in metrics
    ]
    if points:
        tracked_runs.log(run=run, points=points, token=door.token, now=timezone.now())
    return run


def _plain(text: str) -> str:
    """Raises Malformed for what the database does not keep."""
    if "\x00" in text:
        raise mlflow.Malformed("A text holds a zero byte, which no field can keep. Remove it.")
    return text


def _plain_pairs(given: dict[str, str]) -> dict[str, str]:
    return {_plain(key): _plain(value) for key, value in given.items()}


def _experiment(pilot: Pilot) -> dict[str, Any]:
    return {"experiment": mlflow.experiment(pk=pilot.pk, name=pilot.slug)}


def _run(run: TrackedRun) -> dict[str, Any]:
    info: dict[str, Any] = {
        "run_id": run.run_id,
        "run_uuid": run.run_id,
        "run_name": run.name,
        "experiment_id": str(run.pilot_id),
        "user_id": run.started_by,
        "status": run.status,
        "start_time": int(run.started_at.timestamp() * 1000),
        "lifecycle_stage": "active",
        "artifact_uri": "",
    }
    if run.ended_at:
        info["end_time"] = int(run.ended_at.timestamp() * 1000)
    metrics = [{"key": key, **newest} for key, newest in run.newest.items()]
    return {
        "info": info,
        "data": {"metrics": metrics, "params": mlflow.pairs(run.params), "tags": mlflow.pairs(run.tags)},
    }


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")
