from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from pilots.actions import erasures
from pilots.actions.refusals import Refused


class ErasingForm(forms.Form):
    username = forms.CharField(
        label="User name of the person",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Type it, so that it is not somebody else. There is no way back.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Kept in the log. Do not name the person in it.",
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"]
        if typed != self.person.get_username():
            raise forms.ValidationError("That is not the user name of this person.")
        return typed


class Erasing(ModelAdmin):
    """The button that erases a person, and the page that asks before."""

    @action(description="Erase this person", icon="person_off", variant=ActionVariant.DANGER)
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET says what will happen, POST does it or says why not."""
        if not request.user.is_superuser:
            raise PermissionDenied
        person = self.get_object(request, object_id)
        if person is None:
            raise Http404
        form = ErasingForm(request.POST or None, person=person)
        if request.method == "POST" and form.is_valid():
            try:
                found = erasures.erase(
                    person=person,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Erased: {found.pseudonym} stands where the name stood.")
                return redirect("admin:auth_user_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": person,
            "title": f"Erase {person.get_full_name() or person.get_username()}",
            "form": form,
            "found": erasures.look(person),
            "back": reverse("admin:auth_user_change", args=[person.pk]),
        }
        return TemplateResponse(request, "admin/auth/user/erase.html", context)
