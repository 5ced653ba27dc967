from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import ValidationError

from config.api import CursorPage, Problem, documented_problems
from config.api_etags import etag, refuse_outdated, unchanged
from config.api_schema import ETAG, IF_MATCH, WRITE
from pilots.actions import charters, pilots, plan_edits
from pilots.actions.changes import Changes
from pilots.api import callers
from pilots.api.filters import PilotFilter, with_newest_verdict
from pilots.api.serializers.pilots import PilotSerializer, TransitionSerializer, plain
from pilots.api.serializers.plan import AmendmentSerializer
from pilots.api.views.base import Actor, View, tagged
from pilots.models import Pilot
from pilots.models.pilot import State

AMENDED = ("maintenance_start", "maintenance_min_items")
"""Fields of a charter that an amendment may change once the plan is frozen."""


class PilotPage(CursorPage):
    ordering = "id"


class PilotList(ListModelMixin, View):
    serializer_class = PilotSerializer
    pagination_class = PilotPage
    filter_backends = [DjangoFilterBackend]
    filterset_class = PilotFilter
    parameters = {"GET": CursorPage.parameters | PilotFilter.base_filters.keys()}

    def get_queryset(self) -> QuerySet[Pilot]:
        return with_newest_verdict(callers.visible_pilots(self.request))

    @extend_schema(
        operation_id="pilots",
        summary="The pilots you may see, each with its flag",
        description="Scope read.",
        responses={200: PilotSerializer(many=True), **documented_problems(400, 401, 403, 422)},
    )
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="pilots_create",
        summary="Log a pilot, as a draft",
        description="Scope admin, with a token for all pilots. It starts by a transition, once nothing is missing.",
        parameters=[ETAG],
        responses={201: PilotSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        reason, readers = values.pop("reason", ""), values.pop("readers", None)
        if "owner" not in values:
            values["owner"] = self._sender()
        pilot = Pilot(**values)
        actor = self.actor(pilot)
        with transaction.atomic():
            charters.save(pilot=pilot, by=actor.by, token=actor.token, readers=readers)
            charters.record_change(
                pilot=pilot,
                **actor._asdict(),
                now=timezone.now(),
                reason=reason,
                before={},
                after=plain(values | ({"readers": readers} if readers else {})),
            )
        shown = PilotSerializer(self.get_queryset().get(pk=pilot.pk)).data
        return tagged(shown, status=201, Location=reverse("api:pilot", [pilot.slug], request=request))

    def _sender(self) -> Any:
        person = callers.person(self.request)
        if person is None:
            raise ValidationError({"owner": "A token has no owner of its own: name the person accountable."})
        return person


class PilotDetail(View):
    serializer_class = PilotSerializer
    pagination_class = None

    @extend_schema(
        operation_id="pilot",
        summary="One pilot with its newest flag",
        description="Scope read. Send the ETag of an earlier answer as If-None-Match to learn cheaply that nothing changed.",
        parameters=[
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER, description="ETag of an earlier answer."
            ),
            OpenApiParameter(
                "ETag", str, OpenApiParameter.HEADER, response=[200, 304], description="Of this answer."
            ),
        ],
        responses={
            200: PilotSerializer,
            304: OpenApiResponse(description="Nothing changed since that ETag."),
            **documented_problems(400, 401, 403, 404),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        shown = self._shown(slug)
        if unchanged(request, etag(shown)):
            return Response(status=304, headers={"ETag": etag(shown)})
        return tagged(shown)

    @extend_schema(
        operation_id="pilot_change",
        summary="Edit the charter",
        description="Scope admin. Once the pilot runs, what its plan is made of is frozen: the maintenance phase is "
        "amended, with a reason, and 202 says that a second person must agree; the end is moved by a signed decision.",
        parameters=[IF_MATCH, ETAG],
        responses={200: PilotSerializer, 202: AmendmentSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str) -> Response:
        with transaction.atomic():
            pilot = self.pilot
            Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
            refuse_outdated(request, etag(self._shown(slug)))
            answer = self._changed(self.pilot, request, self.actor(pilot))
        return answer or tagged(self._shown(self.kwargs["slug"]))

    def _changed(self, pilot: Pilot, request: Request, actor: Actor) -> Response | None:
        sent = self.get_serializer(pilot, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values = {name: value for name, value in sent.validated_data.items() if name != "reason"}
        if "readers" in values:
            values["readers"] = sorted(set(values["readers"]), key=User.get_username)
        changed = {name: value for name, value in values.items() if _standing(pilot, name) != value}
        amended = {name: changed.pop(name) for name in AMENDED if pilot.is_frozen and name in changed}
        reason, now = sent.validated_data.get("reason", ""), timezone.now()
        before = plain({name: _standing(pilot, name) for name in changed})
        if changed:
            for name in changed.keys() - {"readers"}:
                setattr(pilot, name, changed[name])
            charters.save(pilot=pilot, by=actor.by, token=actor.token, readers=changed.get("readers"))
            charters.record_change(
                pilot=pilot, **actor._asdict(), now=now, reason=reason, before=before, after=plain(changed)
            )
        self.kwargs["slug"] = pilot.slug
        if not amended:
            return None
        amendment = plan_edits.edit(
            pilot=pilot, changes=Changes(**amended), reason=reason, now=now, **actor._asdict()
        )
        if amendment is None or not amendment.needs_second:
            return None
        return Response(AmendmentSerializer(amendment, context={"request": request}).data, status=202)

    def _shown(self, slug: str) -> dict[str, Any]:
        pilot = with_newest_verdict(callers.visible_pilots(self.request)).filter(slug=slug).first()
        if pilot is None:
            raise Http404
        shown: dict[str, Any] = PilotSerializer(pilot).data
        return shown


def _standing(pilot: Pilot, name: str) -> Any:
    return list(pilot.readers.order_by("username")) if name == "readers" else getattr(pilot, name)


class Transition(View):
    serializer_class = TransitionSerializer
    pagination_class = None
    http_method_names = ["post"]

    @extend_schema(
        operation_id="pilot_transition",
        summary="Make ready, start, pause, resume or close",
        description="Scope admin. 409 with the code not_ready lists what a draft still lacks. Only a signature decides.",
        request=TransitionSerializer,
        responses={200: PilotSerializer, **documented_problems(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        pilot = self.pilot
        sent = TransitionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if sent.validated_data["to"] == State.DECIDED:
            page = request.build_absolute_uri(pilot.get_absolute_url())
            raise Problem(
                status=403,
                code="decision_needs_person",
                detail=f"Only a signature decides a pilot. {pilot.decider} signs on {page}",
            )
        pilots.move(pilot=pilot, **sent.validated_data, **self.actor(pilot)._asdict(), now=timezone.now())
        return Response(PilotSerializer(with_newest_verdict(Pilot.objects.all()).get(pk=pilot.pk)).data)
