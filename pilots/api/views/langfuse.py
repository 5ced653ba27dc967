"""Scores from Langfuse's SDKs. The secret key is a token of ours; the public key may name the pilot by its slug."""

import base64
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from config.api import Problem
from pilots.actions import reach, scores
from pilots.actions.scores import Score
from pilots.api import bodies, langfuse
from pilots.api.authentication import BasicToken, TokenAuthentication
from pilots.api.views.doors import Door
from pilots.models import Pilot


class LangfuseDoor(Door):
    authentication_classes = [BasicToken, TokenAuthentication]
    http_method_names = ["post"]

    def refusal(self, *, status: int, code: str, detail: str) -> HttpResponse:
        return _json({"message": detail, "error": code}, status)

    def body(self) -> bytes:
        raw: bytes = self.request._request.read(bodies.LARGEST_BODY + 1)
        if len(raw) > bodies.LARGEST_BODY:
            raise Problem(status=413, code="too_large", detail="Send at most 5 MB at a time.")
        return raw

    def record(self, given: list[Score]) -> list[str]:
        return scores.record(pilot=self.pilot(), scores=given, token=self.token, now=timezone.now())

    def pilot(self) -> Pilot:
        found = reach.named(self.token, _public_key(self.request))
        if found is None:
            raise Problem(
                status=403,
                code="which_pilot",
                detail="This token is for several pilots: give the slug of one as the public key.",
            )
        return found


class Scores(LangfuseDoor):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        try:
            given, as_list = langfuse.scores(self.body())
        except langfuse.Malformed as error:
            raise Problem(status=400, code="malformed", detail=str(error)) from None
        faults = self.record(given)
        refused = [fault for fault in faults if fault]
        if not as_list:
            if refused:
                raise Problem(status=400, code="rejected", detail=refused[0])
            return _json({"id": given[0].id})
        taken = len(given) - len(refused)
        if not refused:
            return _json({"message": "Accepted"}, 202)
        errors = [{"message": fault} for fault in refused]
        return _json({"accepted": taken, "rejected": len(refused), "errors": errors}, 207)


class Ingestion(LangfuseDoor):
    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        """Each event by itself: 207, with a status for each."""
        try:
            sent = langfuse.events(self.body())
        except langfuse.Malformed as error:
            raise Problem(status=400, code="malformed", detail=str(error)) from None
        given: list[tuple[str, Score]] = []
        errors: list[dict[str, Any]] = []
        for event in sent:
            try:
                given.append((event.id, langfuse.of_event(event)))
            except langfuse.Malformed as error:
                errors.append(_error(event.id, str(error)))
        faults = self.record([score for _, score in given])
        successes = []
        for (event_id, _), fault in zip(given, faults, strict=True):
            if fault:
                errors.append(_error(event_id, fault))
            else:
                successes.append({"id": event_id, "status": 201})
        return _json({"successes": successes, "errors": errors}, 207)


def _error(event_id: str, why: str) -> dict[str, Any]:
    return {"id": event_id, "status": 400, "message": why, "error": "rejected"}


def _public_key(request: Request) -> str:
    scheme, _, pair = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    return base64.b64decode(pair.strip()).decode().partition(":")[0]  # it opened the door: it can be read


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")
