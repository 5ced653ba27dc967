from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes
from accounts.actions import second_factors
from accounts.models import SecondFactor
from accounts.views import entering
from pilots.actions.refusals import Refused

TITLE = "Pilotage"
AS_NUMBERS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
    "spellcheck": "false",
}


class CodeForm(forms.Form):
    code = forms.CharField(max_length=20, widget=forms.TextInput(AS_NUMBERS))


class AnyCodeForm(CodeForm):
    """Recovery codes have letters."""

    code = forms.CharField(
        max_length=20,
        help_text="Six digits from your authenticator, or one of your recovery codes.",
        widget=forms.TextInput(AS_NUMBERS | {"inputmode": "text", "autocapitalize": "none"}),
    )


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asked of somebody whose password was right."""
    now = timezone.now()
    who = entering.waiting(request, now=now)
    if who is None or not second_factors.has_one(who.person):
        return redirect_to_login("/")
    form = AnyCodeForm(request.POST or None)
    if form.is_valid():
        try:
            second_factors.prove(person=who.person, code=form.cleaned_data["code"], now=now)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            return entering.enter(request, who)
    status = HTTPStatus.FORBIDDEN if form.errors else HTTPStatus.OK
    return render(request, "accounts/code.html", {"form": form}, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A person's own: set up, renew its recovery codes, remove. Who must have one sets it up here before she is in."""
    now = timezone.now()
    who = entering.waiting(request, now=now)
    person = who.person if who else request.user
    if not isinstance(person, User):
        return redirect_to_login(request.path)
    if not second_factors.has_one(person):
        return _set_up(request, person, who)
    if who is not None:  # she has one: it is asked for, not shown
        return redirect("second-factor-code")
    return _kept(request, person)


def _set_up(request: HttpRequest, person: User, who: entering.Waiting | None) -> HttpResponse:
    now, form = timezone.now(), CodeForm(request.POST or None)
    if form.is_valid():
        try:
            fresh = second_factors.confirm(person=person, code=form.cleaned_data["code"], now=now)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            onwards = entering.enter(request, who).url if who else ""
            return _shown_once(request, fresh, onwards)
    secret = second_factors.begin(person=person, now=now)
    address = codes.address(secret, name=person.get_username(), issuer=TITLE)
    context = {
        "form": form,
        "drawing": _drawn(address),
        "address": address,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "needed": second_factors.is_needed_by(person),
    }
    return render(request, "accounts/set_up.html", context, status=_status(form))


def _kept(request: HttpRequest, person: User) -> HttpResponse:
    form = AnyCodeForm(request.POST or None)
    form.fields["code"].widget.attrs.pop("autofocus", None)
    given = form.cleaned_data["code"] if form.is_valid() else ""
    try:
        if given and request.POST.get("act") == "renew":
            return _shown_once(
                request, second_factors.renew_codes(person=person, code=given, now=timezone.now()), ""
            )
        if given and request.POST.get("act") == "remove":
            second_factors.remove(person=person, code=given, now=timezone.now())
            messages.success(request, "Your second factor is removed. Your password alone signs you in.")
            return redirect("second-factor")
    except Refused as refusal:
        form.add_error("code", str(refusal))
    factor = SecondFactor.objects.get(user=person)
    context = {
        "form": form,
        "factor": factor,
        "left": factor.recovery_codes.filter(used_at__isnull=True).count(),
        "needed": second_factors.is_needed_by(person),
    }
    return render(request, "accounts/second_factor.html", context, status=_status(form))


def _shown_once(request: HttpRequest, fresh: list[str], onwards: str) -> HttpResponse:
    """On the page that answers the form, and in no redirect, session or cache."""
    return render(request, "accounts/recovery_codes.html", {"codes": fresh, "onwards": onwards})


def _drawn(address: str) -> SafeString:
    """Black on white in every theme: a camera must read it."""
    import segno  # noqa: PLC0415  for this page alone

    drawing = segno.make(address, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=True
    )
    return mark_safe(drawing)  # noqa: S308 - drawn by segno from an address of ours, which it does not write out


def _status(form: forms.Form) -> HTTPStatus:
    return HTTPStatus.FORBIDDEN if form.errors else HTTPStatus.OK
