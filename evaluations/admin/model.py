from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from evaluations import permissions
from evaluations.actions.claims import COLUMNS
from evaluations.models import AIModel, Deployment, FineTune
from evaluations.queries import openness


class DeploymentsInline(TabularInline):
    """Where this model can be asked; edited on the deployment's own page."""

    model = Deployment
    fields = ("slug", "host", "served_model", "retires_on")
    readonly_fields = fields
    show_change_link = True
    extra = 0
    max_num = 0
    can_delete = False


class FineTuneInline(StackedInline):
    """Fill this in when the model was made out of another: it is then held against its base."""

    model = FineTune
    fk_name = "model"
    extra = 0
    max_num = 1
    autocomplete_fields = ("base",)
    verbose_name = "fine-tune"
    fields = (("base", "trained_on"), ("data_set", "label_source", "examples"), ("cost", "currency"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("evaluations.view_aimodel"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_curate(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_curate(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_curate(request.user)


@admin.register(AIModel)
class AIModelAdmin(ModelAdmin):
    """Models as their makers publish them: weights, licence and data are three separate facts."""

    actions = None
    compressed_fields = False
    inlines = (DeploymentsInline, FineTuneInline)
    list_display = ("name", "vendor", "how_open", "commercial_use", "claims_made")
    list_select_related = ("vendor",)
    list_filter = (
        ("weights", ChoicesDropdownFilter),
        ("commercial_use", ChoicesDropdownFilter),
        ("vendor", RelatedDropdownFilter),
    )
    list_filter_submit = True
    search_fields = ("name", "slug", "vendor__name", "licence")
    search_help_text = "Name, vendor or licence"
    autocomplete_fields = ("vendor",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "vendor", ("kind", "modality"))}),
        (
            "How open it is",
            {
                "fields": ("weights", ("licence", "commercial_use"), "training_data"),
                "description": "Open weights do not mean a free licence, nor known data. State each on its own. Where "
                "sources make claims, choose among them on the model's page: who chose and why is kept there.",
            },
        ),
        ("To check", {"fields": ("to_check",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AIModel]:
        counted: QuerySet[AIModel] = super().get_queryset(request)
        return counted.annotate(claim_count=Count("claims"))

    def get_readonly_fields(self, request: HttpRequest, obj: AIModel | None = None) -> tuple[str, ...]:
        """What sources make claims of is chosen among them, so that the reason is kept."""
        said = set(obj.claims.values_list("field", flat=True)) if obj else set()
        names = (name for field, columns in COLUMNS.items() if field in said for name in columns)
        return tuple(dict.fromkeys(names))

    @display(description="How open", ordering="weights")
    def how_open(self, model: AIModel) -> str:
        return openness.line(model)

    @display(description="Claims", ordering="claim_count")
    def claims_made(self, model: Any) -> Any:
        return model.claim_count
