"""Error answers of the whole site: a problem document below /api/, a page elsewhere. Neither shows internals."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults

from config.api import problem


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/v1/"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem(
            request,
            status=400,
            code="bad_request",
            detail="The request could not be read. Check its address and headers.",
        )
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem(request, status=403, code="forbidden", detail="Ask an administrator for access.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem(
            request,
            status=404,
            code="not_found",
            detail="Nothing is at this address. See /api/v1/docs/ for what there is.",
        )
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        return problem(
            request,
            status=500,
            code="server_error",
            detail="Something broke on our side. Try again; if it stays, give the request_id to your administrator.",
        )
    return defaults.server_error(request)
