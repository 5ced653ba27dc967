from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from evaluations import permissions
from evaluations.actions import claims
from evaluations.actions.claims import ClaimRefused
from evaluations.models import AIModel, Claim, Correction
from evaluations.queries import catalogue
from evaluations.queries.claims import LABELS
from evaluations.queries.fine_tunes import regression
from evaluations.views.lifecycle_bar import bar


@permission_required("evaluations.view_aimodel", raise_exception=True)
def models(request: HttpRequest) -> HttpResponse:
    """All models with what decides whether they fit; filters live in the URL."""
    options = catalogue.options()
    filters = _filters(request.GET, options)
    today = timezone.now().date()
    rows = catalogue.load(filters, today=today)
    context = {"rows": rows, "filters": filters, "options": options, "total": AIModel.objects.count()}
    return render(request, "models/models.html", context)


@permission_required("evaluations.view_aimodel", raise_exception=True)
def model(request: HttpRequest, slug: str) -> HttpResponse:
    """One model: how open, what is said of it and by whom, where it is hosted and until when, who uses it."""
    return _page(request, slug)


@permission_required("evaluations.view_aimodel", raise_exception=True)
@require_POST
def choose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A curator says which claim counts."""
    claim = get_object_or_404(Claim, pk=pk, model__slug=slug)
    person, reason = cast(User, request.user), request.POST.get("reason", "")
    try:
        claims.choose(claim=claim, reason=reason, by=person, now=timezone.now())
    except ClaimRefused as refusal:
        return _page(request, slug, refusal=str(refusal))
    messages.success(request, "This value counts from now on. The others stay visible.")
    return redirect("models:model", slug=slug)


@permission_required("evaluations.view_aimodel", raise_exception=True)
@require_POST
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Anybody who reads the catalogue proposes a correction."""
    found = get_object_or_404(AIModel, slug=slug)
    typed = {name: request.POST.get(name, "") for name in ("field", "scope", "value", "where", "reason")}
    try:
        claims.propose(model=found, by=cast(User, request.user), now=timezone.now(), **typed)
    except ClaimRefused as refusal:
        return _page(request, slug, refusal=str(refusal), typed=typed)
    messages.success(request, "Proposed. It waits for a curator.")
    return redirect("models:model", slug=slug)


@permission_required("evaluations.view_aimodel", raise_exception=True)
@require_POST
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A curator accepts a correction or declines it."""
    correction = get_object_or_404(Correction, pk=pk, model__slug=slug)
    act = claims.accept if request.POST.get("answer") == "accept" else claims.decline
    person, reason = cast(User, request.user), request.POST.get("reason", "")
    try:
        act(correction=correction, reason=reason, by=person, now=timezone.now())
    except ClaimRefused as refusal:
        return _page(request, slug, refusal=str(refusal))
    messages.success(request, "Answered.")
    return redirect("models:model", slug=slug)


def _page(
    request: HttpRequest, slug: str, *, refusal: str = "", typed: Mapping[str, str] | None = None
) -> HttpResponse:
    found = get_object_or_404(AIModel.objects.select_related("vendor"), slug=slug)
    today = timezone.now().date()
    page = catalogue.page(found)
    context = {
        "model": found,
        "page": page,
        "hosted": [(each, bar(each.lifecycle, today=today)) for each in page.hosted],
        "scopes": [(scope, cycle, bar(cycle, today=today)) for scope, cycle in page.scopes.items()],
        "used_by": used_by(request, [each.deployment.pk for each in page.hosted]),
        "may_curate": permissions.may_curate(request.user),
        "labels": list(LABELS.items()),
        "regression": regression(found, until=timezone.now()),
        "refusal": refusal,
        "typed": typed or {},
        "today": today,
    }
    return render(request, "models/model.html", context, status=409 if refusal else 200)


def used_by(request: HttpRequest, deployments: list[int]) -> list[Any]:
    """What uses these deployments, as far as this person may see it. `config` says who knows."""
    known = import_string(settings.EVALUATIONS_USED_BY)
    return list(known(deployments=deployments, person=request.user))


def _filters(given: Mapping[str, str], options: Mapping[str, Any]) -> catalogue.Filters:
    """What the address does not name, or names wrongly, filters nothing."""
    named = {
        name: value
        for name, choices in options.items()
        if (value := given.get(name, "")) and value in dict(choices)
    }
    return catalogue.Filters(
        **{name: value for name, value in named.items() if name != "ends_within"},
        q=given.get("q", "").strip(),
        ends_within=int(named.get("ends_within", 0)),
    )
