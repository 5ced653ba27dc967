from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.actions import second_factors
from config.admin.administrators_only import AdministratorsOnly
from config.admin.erasing import Erasing
from pilots import permissions

NEEDS = {"owner": "pilots.run_pilot", "deputy": "pilots.run_pilot", "decider": "pilots.sign_pilot"}
"""The permission without which a person is of no use in a role of a pilot."""

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(Erasing, DjangoUserAdmin, AdministratorsOnly):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    compressed_fields = False
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    list_filter = ("groups", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": (("first_name", "last_name"), "email")}),
        (
            "What this person may do",
            {
                "fields": ("groups", "is_active", "is_staff", "is_superuser"),
                "description": "Groups say it: Owners run pilots, Managers sign. Owners and Auditors are staff, too, "
                "so that they can enter the admin.",
            },
        ),
        ("Dates", {"fields": (("last_login", "date_joined"),)}),
    )
    readonly_fields = ("last_login", "date_joined")
    actions_detail = ("reset_second_factor", "erase")

    @action(description="Reset second factor", icon="phonelink_erase", variant=ActionVariant.DANGER)
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person: Any = self.get_object(request, object_id)
        if person is None:
            raise Http404
        by: Any = request.user
        if not by.is_superuser:
            raise PermissionDenied
        refusal = "" if second_factors.has_one(person) else second_factors.NOTHING
        if request.method == "POST" and not refusal:
            reason = request.POST.get("reason", "").strip()
            second_factors.reset(person=person, by=by, reason=reason, now=timezone.now())
            messages.success(request, f"The second factor of {person} is reset.")
            return redirect("admin:auth_user_change", person.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": person,
            "title": "Reset second factor",
            "refusal": refusal,
            "back": reverse("admin:auth_user_change", args=[person.pk]),
        }
        return TemplateResponse(request, "admin/reset_second_factor.html", context)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who logs pilots looks people up by name to give them a role; nothing else of them is shown."""
        looked_up = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        return request.user.is_superuser or (looked_up and permissions.may_create(request.user))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """A role of a pilot is offered to active people who can fill it."""
        needed = (
            NEEDS.get(request.GET.get("field_name", "")) if request.GET.get("model_name") == "pilot" else None
        )
        if needed:
            queryset = queryset.filter(pk__in=permissions.people_who(needed).values("pk"))
        elif not request.user.is_superuser:
            queryset = queryset.none()
        return super().get_search_results(request, queryset, search_term)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, AdministratorsOnly):
    compressed_fields = False
