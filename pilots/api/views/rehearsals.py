from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Problem, documented_problems
from pilots.api.serializers.rehearsals import DraftTriggerSerializer, RehearsalSerializer, shown
from pilots.api.views.base import View
from pilots.models import StopTrigger
from pilots.models.token import Scope
from pilots.queries import rehearsals
from pilots.queries.rehearsals import Draft, NotJudgeable


class Rehearse(View):
    """A question, though it is posted: nothing is written, so the scope read is enough, and so is any role."""

    serializer_class = DraftTriggerSerializer
    pagination_class = None
    http_method_names = ["post"]
    write_scope = Scope.READ

    @extend_schema(
        operation_id="rehearse",
        summary="When would this stop trigger have fired?",
        description=(
            "Scope read. Judges the trigger over past data at the end of each day, with another margin or limit if the body "
            "gives one. Nothing is written. A margin chosen by its rehearsal is chosen by the result: it proves nothing."
        ),
        request=DraftTriggerSerializer,
        responses={200: RehearsalSerializer, **documented_problems(400, 401, 403, 404, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        pilot = self.pilot
        row = StopTrigger.objects.filter(metric__pilot=pilot, pk=pk).select_related("metric").first()
        if row is None:
            raise Http404
        posted = DraftTriggerSerializer(data=request.data)
        posted.is_valid(raise_exception=True)
        try:
            found = rehearsals.run(pilot=pilot, draft=_draft(row, posted.validated_data), now=timezone.now())
        except NotJudgeable as refusal:
            raise Problem(status=422, code="rule_not_judgeable", detail=str(refusal)) from None
        return Response(RehearsalSerializer(shown(found)).data)


def _draft(row: StopTrigger, given: dict[str, object]) -> Draft:
    """The row, with what was given put over it."""
    written: dict[str, object] = {"margin": row.margin, "limit": row.limit, "relative": row.relative}
    if "margin" in given:
        written |= {"limit": None}
    if "limit" in given:
        written |= {"margin": None, "relative": False}
    return Draft(metric=row.metric.key, **{**written, **given})  # type: ignore[arg-type]
