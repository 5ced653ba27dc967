from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from evaluations.models import Price, PriceComponent


class ComponentsFormSet(BaseInlineFormSet):
    """A price without a part would make every call free."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if not any(self.errors) and all(form.cleaned_data.get("DELETE") for form in kept):
            raise ValidationError("Give at least one part. What costs nothing has a request at 0.")


class ComponentsInline(TabularInline):
    model = PriceComponent
    formset = ComponentsFormSet
    fields = ("unit", "amount", "shared_by")
    extra = 2
    verbose_name_plural = "Parts: a call costs the sum of them"


@admin.register(Price)
class PriceAdmin(ModelAdmin):
    """What deployments cost, and from which day on. Calls are priced by the price of their day."""

    actions = None
    compressed_fields = False
    warn_unsaved_form = True
    inlines = (ComponentsInline,)
    list_display = ("deployment", "valid_from", "parts", "source")
    list_select_related = ("deployment",)
    list_filter = (("deployment", RelatedDropdownFilter),)
    list_filter_submit = True
    search_fields = ("deployment__slug", "source")
    search_help_text = "Deployment or source"
    autocomplete_fields = ("deployment",)
    fieldsets = (
        (
            None,
            {
                "fields": ("deployment", ("valid_from", "currency"), "source"),
                "description": "Holds from its first day until the next price of this deployment begins, and goes before "
                "any published price. Results that are there keep the price they were priced by.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        found: QuerySet[Price] = super().get_queryset(request)
        return found.prefetch_related("components")

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    @display(description="A call costs")
    def parts(self, price: Price) -> str:
        return " + ".join(each.words for each in price.components.all())
