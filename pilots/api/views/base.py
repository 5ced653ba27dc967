from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from config.api import CursorPage, refuse_unknown_parameters
from pilots.api import callers
from pilots.api.permissions import ScopeOrRole
from pilots.api.renderers import JSON
from pilots.models import Pilot
from pilots.models.token import Scope


class View(GenericAPIView):
    """Reading needs the scope read or a role; query parameters that the method does not know are refused."""

    permission_classes = [ScopeOrRole]
    renderer_classes = [JSON]
    pagination_class: type[CursorPage] | None = CursorPage
    filter_backends = []
    http_method_names = ["get", "head", "post"]  # what else there is, the OpenAPI document says
    lookup_field = "slug"
    write_scope: ClassVar[Scope] = Scope.ADMIN
    parameters: ClassVar[Mapping[str, frozenset[str]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.parameters.get(request.method or "", frozenset()))

    @property
    def pilot(self) -> Pilot:
        """Raises Http404 for a pilot that is not the caller's business."""
        return callers.pilot(self.request, self.kwargs["slug"])


class ListView(View):
    """A page of `get_queryset`, newest first unless the view says otherwise."""

    parameters = {"GET": CursorPage.parameters}
