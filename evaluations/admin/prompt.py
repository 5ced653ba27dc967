from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display

from evaluations.actions import prompts
from evaluations.admin.forms import PromptForm
from evaluations.admin.visible_rows import VisibleRows
from evaluations.models import Prompt, RunTarget
from evaluations.queries import previews


@admin.register(Prompt)
class PromptAdmin(VisibleRows, ModelAdmin):
    """How cases are put to models. Saving never edits: other content becomes the next version."""

    form = PromptForm
    actions = None
    actions_detail = ("preview",)
    compressed_fields = False
    warn_unsaved_form = True
    list_display = ("slug", "suite", "version", "uses", "created_at")
    list_select_related = ("suite",)
    list_filter = (("suite", RelatedDropdownFilter),)
    list_filter_submit = True
    search_fields = ("slug", "suite__name", "user")
    autocomplete_fields = ("suite",)
    fieldsets = (
        (None, {"fields": (("suite", "slug"),)}),
        (
            "What the model reads",
            {
                "fields": ("system", "user", "examples"),
                "description": "Saving other content makes the next version. Runs keep the version they were "
                "planned with.",
            },
        ),
        ("What it may answer", {"fields": ("output_schema", "max_tokens")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prompt]:
        found: QuerySet[Prompt] = super().get_queryset(request)
        newer = Prompt.objects.filter(
            suite=OuterRef("suite"), slug=OuterRef("slug"), version__gt=OuterRef("version")
        )
        return found.annotate(
            used=RunTarget.objects.filter(prompt=OuterRef("pk"))
            .order_by()
            .values("prompt")
            .annotate(number=Count("pk"))
            .values("number"),
            outdated=Exists(newer),
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The newest version of a prompt is the one to start from."""
        return super().has_change_permission(request, obj) and not getattr(obj, "outdated", False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Results of old runs point to it."""
        return False

    @action(description="Preview on a case", icon="visibility", permissions=["view"])
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a model would read of one case; `?case=` names it."""
        prompt = self.get_object(request, object_id)
        if prompt is None:
            raise Http404
        if not self.has_view_permission(request, prompt):
            raise PermissionDenied
        wanted = request.GET.get("case", "").strip()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": prompt,
            "title": f"Preview of {prompt}",
            "preview": previews.preview(prompt, wanted),
            "offered": previews.offered(prompt),
            "wanted": wanted,
            "back": reverse("admin:evaluations_prompt_change", args=[prompt.pk]),
        }
        return TemplateResponse(request, "admin/evaluations/prompt/preview.html", context)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("suite", "slug") if obj else ()

    def save_model(self, request: HttpRequest, obj: Prompt, form: ModelForm, change: bool) -> None:
        before = obj.pk
        saved = prompts.save_prompt(
            suite=obj.suite, slug=obj.slug, **{name: getattr(obj, name) for name in prompts.CONTENT}
        )
        obj.pk, obj.version = saved.pk, saved.version
        if change and saved.pk == before:
            messages.info(request, "Nothing in it differs, so no version was added.")
        else:
            messages.info(request, f"This is version {saved.version} of {saved.slug}.")

    @display(description="Used by runs", empty_value="not yet")
    def uses(self, prompt: Any) -> Any:
        return prompt.used
