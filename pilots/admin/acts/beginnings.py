"""Pages on which a pilot begins: from a template, or as a copy of another one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action

from pilots import permissions
from pilots.actions import templates as beginnings
from pilots.actions.refusals import Refused
from pilots.admin.acts import confirming
from pilots.admin.acts.forms import CopyForm, TemplateForm
from pilots.models import Pilot
from pilots.queries.readiness import missing
from pilots.queries.templates import Template, templates

CHOOSE = "admin/pilots/pilot/templates.html"
FILL_IN = "admin/pilots/pilot/from_template.html"


@action(description="Start from a template", icon="stacks")
def from_template(self: Any, request: HttpRequest) -> HttpResponse:
    """The templates; with `?template=` what a team says itself, and then the draft."""
    if not permissions.may_create(request.user):
        raise PermissionDenied
    if "template" not in request.GET:
        return _page(self, request, CHOOSE, {"title": "Log a pilot", "templates": templates().values()})
    template = templates().get(request.GET["template"])
    if template is None:
        raise Http404
    return _fill_in(self, request, template)


@action(description="Copy", icon="content_copy")
def copy(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Anybody who may log pilots may start from what another one wrote."""
    pilot = confirming.found(self, request, object_id)
    if not permissions.may_create(request.user):
        raise PermissionDenied
    form = CopyForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        initial={
            "name": f"{pilot.name} (copy)",
            "decider": pilot.decider_id if pilot.decider_id != request.user.pk else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            by: Any = request.user
            new = beginnings.copy(pilot=pilot, by=by, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{new} is a draft of yours. None of the numbers came along.")
            return confirming.back(new)
    details = {
        "title": f"Copy {pilot}",
        "button": "Make the copy",
        "says": "You get a draft of your own with the same charter, candidates, metrics, rules and registers, and a window "
        "as long as this one. Measurements, verdicts, drills and tokens stay where they are.",
        "form": form,
    }
    return confirming.page(self, request, pilot, "admin/pilots/pilot/act.html", details)


def _fill_in(model_admin: Any, request: HttpRequest, template: Template) -> HttpResponse:
    form = TemplateForm(
        request.POST if request.method == "POST" else None, by=request.user, initial={"name": template.name}
    )
    if request.method == "POST" and form.is_valid():
        try:
            by: Any = request.user
            pilot = beginnings.start_from(
                template=template, basics=beginnings.Basics(**form.cleaned_data), by=by, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _onwards(request, pilot)
    return _page(model_admin, request, FILL_IN, {"title": template.name, "template": template, "form": form})


def _onwards(request: HttpRequest, pilot: Pilot) -> HttpResponse:
    """To what it still needs; or, where that is nothing, to its plan and the start."""
    if missing(pilot):
        messages.success(request, f"{pilot} is a draft of yours. What it still needs stands below.")
        return confirming.back(pilot)
    messages.success(request, f"{pilot} is a draft of yours, and nothing is missing. This is its plan.")
    return redirect("admin:pilots_pilot_start", pilot.pk)


def _page(model_admin: Any, request: HttpRequest, template: str, details: dict[str, Any]) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        **details,
    }
    return TemplateResponse(request, template, context)
