"""What every REST answer shares: problem documents (RFC 9457), cursor paging."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import set_rollback


class FieldError(TypedDict):
    """One fault: a JSON pointer to it, a word for programs, a sentence for people."""

    pointer: str
    code: str
    message: str


class Problem(exceptions.APIException):
    """Raise in any view to answer with a problem document; `detail` says what to do next."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        detail: str,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail=detail, code=code)
        self.status_code = status
        self.code = code
        self.errors = list(errors)
        self.headers = dict(headers or {})


def document(
    request: HttpRequest, *, status: int, code: str, detail: str, errors: Iterable[FieldError] = ()
) -> dict[str, Any]:
    return {
        "type": f"urn:pilotage:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "errors": list(errors),
        "request_id": getattr(request, "request_id", ""),
    }


def problem(
    request: HttpRequest, *, status: int, code: str, detail: str, errors: Iterable[FieldError] = ()
) -> JsonResponse:
    """A problem document outside DRF's views."""
    return JsonResponse(
        document(request, status=status, code=code, detail=detail, errors=errors),
        status=status,
        content_type="application/problem+json",
    )


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every known exception becomes a problem document; others stay 500s of the site."""
    known = _known(exc)
    if known is None:
        return None
    set_rollback()
    request = context["request"]
    response = Response(
        document(
            request, status=known.status_code, code=known.code, detail=str(known.detail), errors=known.errors
        ),
        status=known.status_code,
        headers=known.headers,
    )
    response.content_type = "application/problem+json"
    return response


def _known(exc: Exception) -> Problem | None:
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, Http404):
        return Problem(
            status=404,
            code="not_found",
            detail="Nothing here, or nothing this token may see. Check the slug.",
        )
    if isinstance(exc, PermissionDenied):
        return Problem(status=403, code="forbidden", detail="This account or token may not do that.")
    if isinstance(exc, exceptions.ValidationError):
        return Problem(
            status=422,
            code="invalid",
            detail="Correct the fields below and send again.",
            errors=list(_faults(exc.detail)),
        )
    if isinstance(exc, exceptions.APIException):
        return _of_drf(exc)
    return None


def _of_drf(exc: exceptions.APIException) -> Problem:
    headers = {}
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    code = exc.get_codes()
    return Problem(
        status=exc.status_code,
        code=code if isinstance(code, str) else "invalid",
        detail=str(exc.detail),
        headers=headers,
    )


def _faults(detail: Any, pointer: str = "") -> Iterable[FieldError]:
    """DRF's nested error lists, flattened to pointers."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _faults(inner, f"{pointer}/{name}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _faults(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", "invalid"), "message": str(detail)}


class CursorPage(CursorPagination):
    """`?cursor=…&page_size=…`; `next` is null on the last page."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"
    ordering = "-id"
