from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from evaluations.admin.badges import weights_badge
from evaluations.models import AIModel, Deployment


class DeploymentsInline(TabularInline):
    """Where this model can be asked; edited on the deployment's own page."""

    model = Deployment
    fields = ("slug", "host", "served_model", "retires_on")
    readonly_fields = fields
    show_change_link = True
    extra = 0
    max_num = 0
    can_delete = False


@admin.register(AIModel)
class AIModelAdmin(ModelAdmin):
    """Models as their makers publish them: weights, licence and data are three separate facts."""

    actions = None
    compressed_fields = False
    inlines = (DeploymentsInline,)
    list_display = ("name", "vendor", "weights_shown", "licence")
    list_select_related = ("vendor",)
    list_filter = (("weights", ChoicesDropdownFilter), ("vendor", RelatedDropdownFilter))
    list_filter_submit = True
    search_fields = ("name", "slug", "vendor__name", "licence")
    search_help_text = "Name, vendor or licence"
    autocomplete_fields = ("vendor",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "vendor")}),
        (
            "How open it is",
            {
                "fields": ("weights", "licence", "training_data"),
                "description": "Open weights do not mean a free licence, nor known data. State each on its own.",
            },
        ),
    )

    @display(description="Weights", ordering="weights")
    def weights_shown(self, model: AIModel) -> SafeString:
        return weights_badge(model.weights)
