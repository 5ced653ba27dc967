from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

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
