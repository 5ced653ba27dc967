from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from django.contrib.auth.models import User
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import CursorPage, refuse_unknown_parameters
from config.api_etags import etag
from pilots import permissions
from pilots.actions.refusals import Refused
from pilots.api import callers
from pilots.api.permissions import ScopeOrRole
from pilots.api.refusals import problem_of
from pilots.api.renderers import JSON
from pilots.models import Pilot, Token
from pilots.models.token import Scope

ANYTHING = "*/*"


class Actor(NamedTuple):
    """Who acts: a person, or a token and the person who answers for it."""

    by: User
    token: Token | None


class View(GenericAPIView):
    """Reading needs the scope read or a role; query parameters that the method does not know are refused.

    What an action refuses is answered with its own sentence.
    """

    permission_classes = [ScopeOrRole]
    renderer_classes = [JSON]
    pagination_class: type[CursorPage] | None = CursorPage
    filter_backends = []
    http_method_names = ["get", "head", "post", "patch"]  # what else there is, the OpenAPI document says
    lookup_field = "slug"
    write_scope: ClassVar[Scope] = Scope.ADMIN
    parameters: ClassVar[Mapping[str, frozenset[str]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.parameters.get(request.method or "", frozenset()))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Who takes anything gets the first there is; DRF weighs media types for a tenth of the time of a small post."""
        if (
            request.META.get("HTTP_ACCEPT", ANYTHING) == ANYTHING
            and "format" not in request.META["QUERY_STRING"]
        ):
            renderer = self.get_renderers()[0]
            return renderer, str(renderer.media_type)
        return super().perform_content_negotiation(request, force)

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(problem_of(exc) if isinstance(exc, Refused) else exc)

    @property
    def pilot(self) -> Pilot:
        """Raises Http404 for a pilot that is not the caller's business."""
        return callers.pilot(self.request, self.kwargs["slug"])

    def actor(self, pilot: Pilot) -> Actor:
        token = callers.token(self.request)
        if token is not None:
            return Actor(permissions.answers_for(token, pilot), token)
        assert isinstance(self.request.user, User)  # nobody else passes the permission
        return Actor(self.request.user, None)


class ListView(View):
    """A page of `get_queryset`, newest first unless the view says otherwise."""

    parameters = {"GET": CursorPage.parameters}


def tagged(shown: Mapping[str, Any], *, status: int = 200, **headers: str) -> Response:
    """An answer that names its own state, so that an edit can start from it."""
    return Response(shown, status=status, headers={"ETag": etag(shown), **headers})
