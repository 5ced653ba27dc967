"""Keeping a list of the admin under a name, and forgetting it. Who may not see a list keeps none of it."""

from typing import cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pilots.actions import saved_lists
from pilots.actions.refusals import Refused


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    of, query = request.POST.get("of", ""), request.POST.get("query", "")
    address = _address(request, of)
    try:
        saved = saved_lists.save(
            by=cast(User, request.user), of=of, name=request.POST.get("name", ""), query=query
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{address}?{saved_lists.kept_of(query)}")
    messages.success(request, f"Kept as “{saved.name}”.")
    return HttpResponseRedirect(f"{address}?{saved.query}")


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    gone = saved_lists.delete(by=cast(User, request.user), number=pk)
    if gone is None:
        raise Http404
    messages.success(request, f"“{gone.name}” is forgotten; what it listed is as it was.")
    return redirect(_address(request, gone.of))


def _address(request: HttpRequest, of: str) -> str:
    """Of the list. Raises Http404 for one that is not there, PermissionDenied for one that she may not see."""
    try:
        model = apps.get_model(of)
    except (LookupError, ValueError):
        raise Http404 from None
    if not admin.site.is_registered(model):
        raise Http404
    if not request.user.is_staff or not admin.site.get_model_admin(model).has_view_permission(request):
        raise PermissionDenied
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
