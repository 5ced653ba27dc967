"""What a person is told of, and where a pilot's messages go."""

from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions.notifications import routes, webhooks
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Delivery, MailChoice, Notice, Pilot, Route
from pilots.models.notification import Channel, DeliveryState
from pilots.notices.icalendar import feed
from pilots.notices.quiet import Quiet
from pilots.queries import digests

SHOWN = 50
CALENDAR = "pilots.calendar"
"""The salt of a calendar's address."""
HOURS = [("", "–"), *((hour, f"{hour:02}:00") for hour in range(24))]
KINDS = [(kind.value, kind.label) for kind in routes.OFFERED]


class ChoiceForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        label="Send me a mail when", choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    quiet_from = forms.TypedChoiceField(
        label="No mail from", choices=HOURS, required=False, coerce=int, empty_value=None
    )
    quiet_until = forms.TypedChoiceField(
        label="Until", choices=HOURS, required=False, coerce=int, empty_value=None,
    )  # fmt: skip
    zone = forms.CharField(
        label="By the clock of",
        required=False,
        max_length=60,
        help_text="A time zone, such as Europe/Vienna. What happens meanwhile is sent when these hours are over.",
    )

    def clean(self) -> dict[str, Any]:
        """Adds `quiet`: both hours and a known time zone, or None."""
        given = super().clean() or {}
        hours = given.get("quiet_from"), given.get("quiet_until")
        given["quiet"] = None
        if None in hours:
            if hours != (None, None):
                self.add_error("quiet_until", "Choose both hours, or neither.")
            return given
        if given.get("zone") not in available_timezones():
            self.add_error("zone", "This time zone is not known. Write it as Europe/Vienna or UTC.")
            return given
        given["quiet"] = Quiet(given["quiet_from"], given["quiet_until"], ZoneInfo(given["zone"]))
        return given


class RouteForm(forms.Form):
    """Nothing is preselected."""

    channel = forms.ChoiceField(label="What", choices=Channel.choices, widget=forms.RadioSelect)
    address = forms.CharField(
        label="Address", help_text="A mail address, or an address that begins with https://."
    )
    kinds = forms.MultipleChoiceField(
        label="Told of",
        choices=KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of it.",
    )


@permission_required("pilots.view_pilot", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """What she was told lately, what she gets by mail, and the address of her calendar."""
    person = cast(User, request.user)
    choice = MailChoice.objects.filter(person=person).first() or MailChoice(person=person)
    form = ChoiceForm(request.POST or None, initial=_chosen(choice))
    if request.method == "POST" and form.is_valid() and _choose(person, form):
        messages.success(request, "Kept.")
        return redirect("pilots:notifications")
    mine = Q(pilot__owner=person) | Q(pilot__deputy=person) | Q(pilot__decider=person)
    token = signing.Signer(salt=CALENDAR).sign(str(person.pk))
    context = {
        "form": form,
        "notices": Notice.objects.filter(mine | Q(deliveries__person=person))
        .order_by("-made_at", "-id")
        .distinct()[:SHOWN],
        "calendar": f"{settings.BASE_URL}{reverse('pilots:calendar', args=[token])}",
        "has_address": bool(person.email),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "pilots/notices/notifications.html", context, status=status)


def _chosen(choice: MailChoice) -> dict[str, Any]:
    return {
        "wanted": [kind for kind, _ in KINDS if kind not in choice.muted],
        "quiet_from": choice.quiet_from,
        "quiet_until": choice.quiet_until,
        "zone": choice.zone,
    }


def _choose(person: User, form: ChoiceForm) -> bool:
    given = form.cleaned_data
    try:
        routes.choose(person=person, wanted=given["wanted"], quiet=given["quiet"])
    except Refused as refusal:
        form.add_error("quiet_until", str(refusal))
        return False
    return True


@login_not_required
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The feed of one person, for a calendar that cannot sign in: whoever has the address reads titles and days."""
    try:
        number = signing.Signer(salt=CALENDAR).unsign(token)
    except signing.BadSignature:
        raise PermissionDenied(
            "This calendar address does not hold. Copy it anew from Notifications."
        ) from None
    person = User.objects.filter(pk=number, is_active=True).first()
    if person is None or not permissions.may_view(person):
        raise PermissionDenied("This calendar address does not hold any more.")
    now = timezone.now()
    entries = [
        (uid, day, title, f"{settings.BASE_URL}{address}")
        for uid, day, title, address in digests.calendar(person, today=now.date())
    ]
    host = request.get_host().partition(":")[0]
    return HttpResponse(feed(entries, host=host, made_at=now), content_type="text/calendar; charset=utf-8")


@permission_required("pilots.view_pilot", raise_exception=True)
def pilot_routes(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the messages of a pilot go, and what became of them."""
    pilot = get_object_or_404(Pilot, slug=slug)
    if request.method != "POST":
        return _page(request, pilot)
    form = RouteForm(request.POST)
    person = cast(User, request.user)
    if not form.is_valid() and permissions.may_run(person, pilot):
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    try:
        routes.add(
            pilot=pilot,
            channel=given.get("channel", ""),
            address=given.get("address", ""),
            kinds=given.get("kinds", []),
            by=person,
            now=timezone.now(),
        )
    except NotAllowed as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        form.add_error("address", str(refusal))
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, "Added. Send a test to see that messages arrive.")
    return redirect("pilots:routes", slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def send_test(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    route = get_object_or_404(Route.objects.select_related("pilot"), pilot__slug=slug, pk=pk)
    try:
        delivery = routes.send_test(route=route, by=cast(User, request.user), now=timezone.now())
    except NotAllowed as refusal:
        return _page(request, route.pilot, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    say = messages.success if delivery.state == DeliveryState.SENT else messages.error
    say(request, f"{delivery.get_state_display()}: {delivery.answer}")
    return redirect("pilots:routes", slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def remove_route(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    route = get_object_or_404(Route.objects.select_related("pilot"), pilot__slug=slug, pk=pk)
    try:
        routes.remove(route=route, by=cast(User, request.user), now=timezone.now())
    except NotAllowed as refusal:
        return _page(request, route.pilot, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    messages.success(request, "Removed. What was sent stays in the log.")
    return redirect("pilots:routes", slug=slug)


def _page(
    request: HttpRequest,
    pilot: Pilot | None,
    *,
    form: RouteForm | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Addresses of webhooks are secrets of their own: only who runs the pilot sees them whole."""
    person = cast(User, request.user)
    assert pilot is not None
    may_run = permissions.may_run(person, pilot)
    deliveries = Delivery.objects.filter(notice__pilot=pilot).select_related("notice", "person")
    context = {
        "pilot": pilot,
        "may_run": may_run,
        "form": (form or RouteForm()) if may_run else None,
        "routes": [
            (route, webhooks.secret_of(route) if may_run and route.channel == Channel.WEBHOOK else "")
            for route in Route.objects.filter(pilot=pilot)
        ],
        "deliveries": deliveries[:SHOWN],
        "refusal": refusal,
    }
    return render(request, "pilots/notices/routes.html", context, status=status)
