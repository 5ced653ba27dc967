from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from accounts.views import entering


class SignIn(LoginView):
    """By password, or onwards to the company's accounts."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        person = form.get_user()
        assert isinstance(person, User)
        return entering.proceed(
            self.request, person, onwards=entering.onwards_from(self.request), way="password"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = {
            "company": settings.OPENID_NAME if settings.OPENID_ISSUER else "",
            "passwords": settings.PASSWORD_SIGN_IN,
        }
        return {**super().get_context_data(**kwargs), **ways}


@login_not_required
def of_the_admin(request: HttpRequest, extra_context: object = None) -> HttpResponseRedirect:
    """The admin has no door of its own: one sign-in, with all that is asked there."""
    asked = request.GET.get("next", "")
    if asked or not request.user.is_staff:
        return redirect_to_login(asked or reverse("admin:index"))
    return redirect("admin:index")
