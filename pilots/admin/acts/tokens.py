from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from pilots.actions import tokens
from pilots.actions.refusals import Refused
from pilots.admin.acts import confirming
from pilots.admin.acts.forms import TokenForm
from pilots.models import Pilot

SHOWN = "admin/pilots/pilot/token.html"


@action(description="Make token", icon="key")
def make_token(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The secret is on the page that answers the form, once, and in no redirect, session or cache."""
    pilot = confirming.to_run(self, request, object_id)
    form = TokenForm(request.POST if request.method == "POST" else None, pilot=pilot)
    if request.method == "POST" and form.is_valid():
        try:
            return _made(self, request, pilot, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    details = {
        "title": "Make a token",
        "button": "Make token",
        "says": "A script signs in with it. It is good for this pilot alone, and it never signs a decision.",
        "form": form,
    }
    return confirming.page(self, request, pilot, "admin/pilots/pilot/act.html", details)


def _made(model_admin: Any, request: HttpRequest, pilot: Pilot, form: TokenForm) -> HttpResponse:
    now = timezone.now()
    token, secret = tokens.create(
        name=form.cleaned_data["name"],
        scopes=form.cleaned_data["scopes"],
        pilots=[pilot],
        all_pilots=False,
        expires_at=form.expires_at(now=now),
        by=request.user,  # type: ignore[arg-type]
        now=now,
    )
    metric = pilot.metrics.first()
    address = f"{settings.BASE_URL}/api/v1/pilots/{pilot.slug}/measurements/"
    key = metric.key if metric else "review_minutes"
    details = {
        "title": "Your token",
        "token": token,
        "secret": secret,
        "curl": f'curl -fsS {address} -H "Authorization: Bearer {secret}" -d metric={key} -d value=3.2',
    }
    return confirming.page(model_admin, request, pilot, SHOWN, details)
