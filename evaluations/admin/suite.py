from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from evaluations import permissions
from evaluations.actions.imported_runs import ImportRefused
from evaluations.admin import importing, links, qualities
from evaluations.admin.forms import ImportForm, SuiteForm
from evaluations.admin.import_results import ImportResultsForm
from evaluations.admin.visible_rows import VisibleRows
from evaluations.models import Prompt, Suite, SuiteVersion


class VersionsInline(TabularInline):
    """What was imported when. A version is never edited."""

    model = SuiteVersion
    verbose_name = "version"
    verbose_name_plural = "versions of its cases"
    fields = ("number", "case_count", "cases", "content", "created_at", "created_by")
    readonly_fields = fields
    hide_title = True
    extra = 0
    max_num = 0
    can_delete = False

    @display(description="Cases")
    def cases(self, version: SuiteVersion) -> SafeString:
        return links.to_cases(version)

    @display(description="Content hash")
    def content(self, version: SuiteVersion) -> str:
        return version.content_hash[:12]


class PromptsInline(TabularInline):
    """How its cases are put to models. A change is a new version."""

    model = Prompt
    verbose_name_plural = "prompts"
    fields = ("slug", "version", "text", "max_tokens", "created_at")
    readonly_fields = fields
    hide_title = True
    extra = 0
    max_num = 0
    can_delete = False

    @display(description="Text")
    def text(self, prompt: Prompt) -> SafeString:
        return links.to_prompt(prompt)


@admin.register(Suite)
class SuiteAdmin(VisibleRows, ModelAdmin):
    """The team's own tasks, with what is right and how an answer is held against it."""

    form = SuiteForm
    actions = None
    change_form_template = "admin/evaluations/suite/change_form.html"
    actions_detail = ("import_cases", "import_results")
    compressed_fields = False
    inlines = (VersionsInline, PromptsInline)
    list_display = ("name", "slug", "scorer", "adverse", "newest")
    search_fields = ("name", "slug", "description")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "description", "adverse")}),
        (
            "How an answer is judged",
            {
                "fields": ("scorer", "scorer_options"),
                "description": "Another scorer, or other options, count as another set-up: later results are told "
                "apart from earlier ones.",
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Suite | None = None) -> bool:
        """Results of old runs point to its cases."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("versions")

    @display(description="Newest version")
    def newest(self, suite: Suite) -> str:
        version = max(suite.versions.all(), key=lambda one: one.number, default=None)
        return f"v{version.number}, {version.case_count} cases" if version else "no cases yet"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        suite = self.get_object(request, object_id)
        shown = {"coverage": qualities.suite_coverage(suite)} if suite is not None else {}
        page: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **shown}
        )
        return page

    @action(description="Import results", icon="input", permissions=["change"])
    def import_results(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows the form; POST makes a run of another tool's results, or says why not."""
        suite = self.get_object(request, object_id)
        if suite is None:
            raise Http404
        if not (self.has_change_permission(request, suite) and permissions.may_start(request.user)):
            raise PermissionDenied
        form = ImportResultsForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                run = form.imported(suite, by=request.user, now=timezone.now())
            except ImportRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"Run {run.pk} holds these results, counted by our rules.")
                return redirect("admin:evaluations_run_change", run.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": suite,
            "title": f"Import results into {suite}",
            "form": form,
            "back": reverse("admin:evaluations_suite_change", args=[suite.pk]),
        }
        return TemplateResponse(request, "admin/evaluations/suite/import_results.html", context)

    @action(
        description="Import cases", icon="upload_file", variant=ActionVariant.PRIMARY, permissions=["change"]
    )
    def import_cases(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows the form; POST checks the file, or imports all rows as a new version, or says row by row why not."""
        suite = self.get_object(request, object_id)
        if suite is None:
            raise Http404
        if not self.has_change_permission(request, suite):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            check = "check" in request.POST
            imported = importing.attempt(request, suite, form, dry_run=check)
            if imported and not check:
                importing.say(request, imported)
                return redirect("admin:evaluations_suite_change", suite.pk)
            if imported:
                context = importing.preview(request, suite, form, imported)
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": suite,
            "title": f"Import cases into {suite}",
            "form": form,
            "back": reverse("admin:evaluations_suite_change", args=[suite.pk]),
        }
        return TemplateResponse(request, "admin/evaluations/suite/import_cases.html", context)
