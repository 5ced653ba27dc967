from typing import Any

from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from evaluations.actions.endpoints import why_not_allowed
from evaluations.models import Deployment


@admin.register(Deployment)
class DeploymentAdmin(ModelAdmin):
    """Models on hosts: where they are asked and how."""

    actions = None
    compressed_fields = False
    warn_unsaved_form = True
    list_display = ("slug", "model", "host", "where", "served_model", "retires_on")
    list_select_related = ("model", "host")
    list_filter = (("protocol", ChoicesDropdownFilter), ("host", RelatedDropdownFilter))
    list_filter_submit = True
    search_fields = ("slug", "model__name", "host__name", "served_model")
    search_help_text = "Slug, model, host or model id"
    autocomplete_fields = ("model", "host")
    readonly_fields = ("may_be_asked",)
    fieldsets = (
        (None, {"fields": ("slug", ("model", "host"))}),
        (
            "Where it is asked",
            {
                "fields": (
                    "protocol",
                    "base_url",
                    "may_be_asked",
                    "served_model",
                    "api_version",
                    "credential",
                ),
                "description": "The key itself is never entered here. Put it into the environment of the workers and "
                "give the variable's name.",
            },
        ),
        (
            "How it is asked",
            {
                "fields": (
                    ("temperature", "seed"),
                    ("timeout_s", "limit_field"),
                    ("concurrency", "requests_per_minute"),
                    "streams",
                ),
                "description": "A change here, or above, counts as another set-up: later results are told apart from "
                "earlier ones.",
            },
        ),
        ("Lifecycle", {"fields": ("retires_on",)}),
    )

    @display(description="Where", ordering="base_url")
    def where(self, deployment: Deployment) -> str:
        if deployment.protocol == "null":
            return "nowhere: answers at once"
        return deployment.base_url or "local model of this instance"

    @display(description="May be asked from here")
    def may_be_asked(self, deployment: Any) -> str:
        if deployment is None or deployment.pk is None:
            return "Known once it is saved."
        reason = why_not_allowed(deployment.protocol, deployment.base_url)
        return f"No. {reason}" if reason else "Yes, an administrator allowed this host."
