"""What every REST answer shares: problem documents (RFC 9457), cursor paging, strict query parameters."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, JsonResponse, QueryDict
from drf_spectacular.utils import OpenApiResponse
from rest_framework import exceptions, serializers
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

PROBLEM = "application/problem+json"


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
        content_type=PROBLEM,
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
    response.content_type = PROBLEM
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


# What DRF's own refusals leave out: what to do next.
NEXT = {
    "not_authenticated": "Send a token (Authorization: Bearer plt_…), or log in. "
    "A pilot's owner makes tokens; so does manage.py create_token.",
    "permission_denied": "This account or token may not do that. Ask the pilot's owner.",
    "method_not_allowed": "This address does not take that method. /api/v1/docs/ lists what it takes.",
    "unsupported_media_type": "The body's Content-Type is not one this address reads. /api/v1/docs/ lists them.",
    "not_acceptable": "Answers are application/json. Leave Accept out, or ask for that.",
    "throttled": "Too many requests. Wait for as many seconds as Retry-After says, then send it again.",
    "not_found": "Nothing here, or nothing this token may see. Check the slug.",
}


def _of_drf(exc: exceptions.APIException) -> Problem:
    headers = {}
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    detail = str(exc.detail) if _is_own_sentence(exc) else NEXT.get(code, str(exc.detail))
    return Problem(status=exc.status_code, code=code, detail=detail, headers=headers)


def _is_own_sentence(exc: exceptions.APIException) -> bool:
    """A refused CSRF token says which part of it was wrong; that is worth more than the general sentence."""
    return isinstance(exc, exceptions.PermissionDenied) and str(exc.detail) != str(exc.default_detail)


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


def refuse_unknown_parameters(request: Request, known: Collection[str]) -> None:
    """A misspelt `?atomic` must not be taken for none. Raises Problem 400 with the nearest name."""
    query = request.META.get("QUERY_STRING", "")
    names = _names(query) if query.isascii() else tuple(request.query_params)
    errors = [_unknown_parameter(name, known) for name in names if name not in known]
    if errors:
        raise Problem(
            status=400,
            code="unknown_parameter",
            detail=" ".join(error["message"] for error in errors),
            errors=errors,
        )


@lru_cache(maxsize=1000)
def _names(query: str) -> tuple[str, ...]:
    """Scripts ask with the same parameters again and again; to read them takes a tenth of a small post."""
    return tuple(QueryDict(query))


def _unknown_parameter(name: str, known: Collection[str]) -> FieldError:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    choice = f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(sorted(known)) or 'none'}."
    return {
        "pointer": f"?{name[:100]}",
        "code": "unknown_parameter",
        "message": f"There is no parameter {name[:100]}. {choice}",
    }


class CursorPage(CursorPagination):
    """`?cursor=…&page_size=…`; `next` is null on the last page."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"
    ordering = "-id"
    parameters = frozenset({"cursor", "page_size"})

    def get_page_size(self, request: Request) -> int | None:
        given = request.query_params.get("page_size")
        if given is None:
            return self.page_size
        if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= self.max_page_size:
            raise Problem(
                status=400,
                code="bad_parameter",
                detail=f"Give page_size as a whole number from 1 to {self.max_page_size}.",
            )
        return int(given)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """A position that fits no column is refused like any other cursor that was made up."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError, OverflowError, DataError):
            raise _bad_cursor() from None

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            return super().decode_cursor(request)
        except (exceptions.NotFound, ValueError):
            raise _bad_cursor() from None


def _bad_cursor() -> Problem:
    return Problem(
        status=400,
        code="bad_cursor",
        detail="Take the cursor from next of the page before, unchanged; or leave it out for the first page.",
    )


class FieldErrorSerializer(serializers.Serializer):
    pointer = serializers.CharField(help_text="JSON pointer into what was sent; ?name for a query parameter.")
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What to do next.")
    instance = serializers.CharField()
    code = serializers.CharField(help_text="For programs; stays the same.")
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField(help_text="Also in the header X-Request-ID and in the server's log.")


def documented_problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """For `extend_schema(responses=…)`: these statuses answer with a problem document."""
    return {
        (status, PROBLEM): OpenApiResponse(ProblemSerializer, description=HTTPStatus(status).phrase)
        for status in statuses
    }
