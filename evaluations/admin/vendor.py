from typing import Any

from django.contrib import admin
from django.db.models import Count, Field, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from evaluations.models import Vendor


@admin.register(Vendor)
class VendorAdmin(ModelAdmin):
    """Who makes models, or hosts them."""

    actions = None
    compressed_fields = False
    list_display = ("name", "slug", "made", "hosts")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "website")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vendor]:
        counted: QuerySet[Vendor] = super().get_queryset(request)
        return counted.annotate(
            models_made=Count("models", distinct=True), deployments_hosted=Count("hosted", distinct=True)
        )

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name == "website":
            kwargs["assume_scheme"] = "https"
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field

    @display(description="Models made", ordering="models_made")
    def made(self, vendor: Any) -> Any:
        return vendor.models_made

    @display(description="Deployments hosted", ordering="deployments_hosted")
    def hosts(self, vendor: Any) -> Any:
        return vendor.deployments_hosted
