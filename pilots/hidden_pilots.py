"""Pages of a pilot that is hidden from who asks do not exist for her: those there are, and those that will be added."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from pilots.models import Pilot


class HiddenPilots:
    """Middleware: looks at every address of the app that names a pilot, before its view does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        match, person = request.resolver_match, request.user
        if match is None or match.app_name != "pilots" or "slug" not in kwargs or not person.is_authenticated:
            return
        if Pilot.objects.all().hidden_from(person).filter(slug=kwargs["slug"]).exists():
            raise Http404
