"""Pictures of failures: added in the gallery, and handed out so that a browser does nothing but draw them."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots.actions import pictures
from pilots.actions.refusals import Refused
from pilots.models import Failure, FailurePicture
from pilots.reading.pictures import MOST_BYTES


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    failure = get_object_or_404(Failure.objects.select_related("pilot"), pk=pk, pilot__slug=slug)
    sent = request.FILES.get("picture")
    data = sent.read(MOST_BYTES + 1) if sent else b""
    try:
        pictures.add(
            failure=failure,
            data=data,
            alt=request.POST.get("alt", ""),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The picture is beside the failure.")
    return redirect("pilots:failures", slug)


@permission_required("pilots.view_pilot", raise_exception=True)
def show(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """As it was sent. The type is the one its bytes have; the policy lets it load and run nothing, should it be opened by
    itself."""
    found = get_object_or_404(FailurePicture, pk=number, failure=pk, pilot__slug=slug)
    return HttpResponse(
        bytes(found.data),
        content_type=found.content_type,
        headers={
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=3600",
        },
    )
