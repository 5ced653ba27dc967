"""Parts of a pilot's plan: read, added, edited. A plan in force is amended, and an amendment may have to wait."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.api import CursorPage
from config.api_etags import etag, refuse_outdated
from pilots.actions import plan_edits
from pilots.api.serializers.plan import AmendmentSerializer, PartSerializer
from pilots.api.views.base import View, tagged
from pilots.api.views.pilots import PilotPage
from pilots.models import Amendment, Pilot


class PartView(View):
    """Subclasses give `serializer_class`, `get_queryset` of the pilot in the address, and names of rows."""

    pagination_class: type[CursorPage] | None = PilotPage
    edit_serializer: ClassVar[type[PartSerializer]]
    name: ClassVar[str]
    """The field that names one row in its address."""
    parameter: ClassVar[str] = ""
    """The same in the address, where it is called otherwise."""

    def shown(self, row: Model) -> dict[str, Any]:
        found: dict[str, Any] = self.serializer_class(row, context=self.get_serializer_context()).data  # type: ignore[misc]
        return found

    def waiting(self, amendment: Amendment) -> Response:
        return Response(AmendmentSerializer(amendment, context={"request": self.request}).data, status=202)

    def edit(self, pilot: Pilot, sent: PartSerializer) -> Amendment | None:
        """None when it is in the plan now, else the amendment that waits."""
        amendment = plan_edits.edit(
            pilot=pilot,
            changes=sent.changes(),
            reason=sent.validated_data.get("reason", ""),
            now=timezone.now(),
            **self.actor(pilot)._asdict(),
        )
        return amendment if amendment is not None and amendment.needs_second else None


class PartList(PartView):
    parameters = {"GET": CursorPage.parameters}
    detail_name: ClassVar[str]

    def listed(self) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def added(self, request: Request) -> Response:
        pilot = self.pilot
        context = {**self.get_serializer_context(), "pilot": pilot}
        sent: Any = self.serializer_class(data=request.data, context=context)  # type: ignore[misc]
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            if amendment := self.edit(pilot, sent):
                return self.waiting(amendment)
            row = self.get_queryset().get(**self.key(sent.validated_data))
        url = reverse(self.detail_name, [pilot.slug, self.shown(row)[self.name]], request=request)
        return tagged(self.shown(row), status=201, Location=url)

    def key(self, sent: dict[str, Any]) -> dict[str, Any]:
        """How the row is found that was just added."""
        return {self.name: sent[self.name]}


class PartDetail(PartView):
    pagination_class = None
    http_method_names = ["get", "head", "patch"]

    def row(self) -> Any:
        found = self.get_queryset().filter(**{self.name: self.kwargs[self.parameter or self.name]}).first()
        if found is None:
            raise Http404
        return found

    def read(self) -> Response:
        return tagged(self.shown(self.row()))

    def edited(self, request: Request) -> Response:
        pilot = self.pilot
        with transaction.atomic():
            Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
            row = self.row()
            refuse_outdated(request, etag(self.shown(row)))
            context = {**self.get_serializer_context(), "pilot": pilot}
            sent = self.edit_serializer(row, data=request.data, partial=True, context=context)
            sent.is_valid(raise_exception=True)
            if amendment := self.edit(pilot, sent):
                return self.waiting(amendment)
        return tagged(self.shown(self.row()))
