"""What the doors for senders of other makes share: a token that may post, and refusals in the words of their protocol."""

from collections.abc import Sequence

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.views import APIView

from config.api import Problem, problem_response
from pilots.api.authentication import BasicToken, TokenAuthentication
from pilots.api.permissions import TokenWithScope
from pilots.models import Token
from pilots.models.token import Scope

AWAY = "The database does not answer. Nothing was stored: send it again."


class Door(APIView):
    """Subclasses say how a refusal is put in their protocol."""

    authentication_classes: Sequence[type[BaseAuthentication]] = [TokenAuthentication, BasicToken]
    permission_classes = [TokenWithScope]
    write_scope = Scope.INGEST
    http_method_names = ["get", "post"]

    @property
    def token(self) -> Token:
        assert isinstance(self.request.auth, Token)
        return self.request.auth

    def refusal(self, *, status: int, code: str, detail: str) -> HttpResponse:
        raise NotImplementedError

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """A database that is away is worth another try; what is not foreseen stays an error of the site."""
        if isinstance(exc, OperationalError | InterfaceError):
            exc = Problem(status=503, code="unavailable", detail=AWAY, headers={"Retry-After": "5"})
        if isinstance(exc, NotAuthenticated | AuthenticationFailed):
            exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[union-attr]
        known = problem_response(exc, self.get_exception_handler_context())
        if known is None:
            raise exc
        answer = self.refusal(status=known.status_code, code=known.data["code"], detail=known.data["detail"])
        for name in ("Retry-After", "WWW-Authenticate"):
            if name in known:
                answer[name] = known[name]
        return answer

    def finalize_response(self, request, response, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Django's own answers, since there is nothing to negotiate."""
        self.headers = getattr(self, "headers", self.default_response_headers)
        return super().finalize_response(request, response, *args, **kwargs)
