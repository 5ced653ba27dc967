"""Saving the board or a list of the admin under a name, and deleting it. Who may not see a list saves no view of it."""

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

from pilots import permissions
from pilots.actions import saved_views
from pilots.actions.refusals import Refused
from pilots.models.saved_view import BOARD


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    place, query = request.POST.get("place", ""), request.POST.get("query", "")
    address, person = _address(request, place), cast(User, request.user)
    try:
        saved = saved_views.save(by=person, place=place, name=request.POST.get("name", ""), query=query)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{address}?{saved_views.kept_of(query)}")
    messages.success(request, f"Saved as “{saved.name}”.")
    return HttpResponseRedirect(f"{address}?{saved.query}")


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    gone = saved_views.delete(by=cast(User, request.user), number=pk)
    if gone is None:
        raise Http404
    messages.success(request, f"The view “{gone.name}” is deleted; what it listed is as it was.")
    return redirect(_address(request, gone.place))


def _address(request: HttpRequest, place: str) -> str:
    """Of the board or the list. Raises Http404 for one that is not there, PermissionDenied for one she may not see."""
    if place == BOARD:
        if not permissions.may_view(request.user):
            raise PermissionDenied
        return reverse("pilots:board")
    try:
        model = apps.get_model(place)
    except (LookupError, ValueError):
        raise Http404 from None
    if not admin.site.is_registered(model):
        raise Http404
    if not request.user.is_staff or not admin.site.get_model_admin(model).has_view_permission(request):
        raise PermissionDenied
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
