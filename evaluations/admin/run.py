from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from config.admin.read_only import ReadOnlyAdmin
from evaluations import permissions
from evaluations.actions import runs
from evaluations.actions.runs import RunRefused
from evaluations.admin import qualities
from evaluations.admin.badges import state_badge
from evaluations.admin.comparison import judging_cost, measured, table
from evaluations.admin.visible_rows import VisibleRows
from evaluations.models import Result, Run
from evaluations.models.run import RunState
from evaluations.queries.batches import work_of
from evaluations.queries.costs import judging_cost_of
from evaluations.queries.recounts import recount
from evaluations.queries.runs import comparison, progress
from evaluations.views.result_files import as_file

UNFINISHED = {RunState.QUEUED, RunState.RUNNING}


@admin.register(Run)
class RunAdmin(VisibleRows, ReadOnlyAdmin):
    """Passes of a suite against models: how far they are, and what came of them."""

    change_form_template = "admin/evaluations/run/change_form.html"
    actions_detail = ("results", "as_csv", "as_jsonl", "cancel")
    list_display = ("number", "suite_version", "state_shown", "done_of_planned", "created_at", "finished_at")
    list_select_related = ("suite_version__suite",)
    list_filter = (("state", ChoicesDropdownFilter), ("suite_version__suite", RelatedDropdownFilter))
    list_filter_submit = True
    search_fields = ("suite_version__suite__name", "suite_version__suite__slug")
    fieldsets = (
        (None, {"fields": (("suite_version", "repeats"), ("created_at", "created_by"), "fingerprint")}),
        (
            "Work",
            {"fields": (("started_at", "finished_at"), ("spend_limit", "spend_currency", "time_limit_s"))},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        stored = Result.objects.filter(target__run=OuterRef("pk")).order_by().values("target__run")
        found: QuerySet[Run] = super().get_queryset(request)
        return found.annotate(stored=stored.annotate(number=Count("pk")).values("number"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        run = self.get_object(request, object_id)
        stoppable = run is not None and run.state in UNFINISHED and permissions.may_cancel(request.user)
        offered = super().get_actions_detail(request, object_id)
        return [one for one in offered if one.path != "cancel" or stoppable]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if run is not None and self.has_view_permission(request, run):
            shown = {
                "progress": progress(run),
                "percent": int(progress(run).share * 100),
                "badge": self.state_shown(run),
                "table": table(summaries := comparison(run)),
                "measured": measured(summaries),
                "quality": qualities.table(run),
                "scenarios": qualities.scenarios(run),
                "judge": qualities.judge_sentence(run),
                "judging": judging_cost(judging_cost_of(run)),
                "recount": recount(run),
                "unfinished": run.state in UNFINISHED,
                "work": work_of(run),
            }
        page: HttpResponse = super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **shown}
        )
        return page

    @display(description="Run", ordering="id")
    def number(self, run: Run) -> str:
        return f"Run {run.pk}"

    @display(description="State", ordering="state")
    def state_shown(self, run: Run) -> SafeString:
        return state_badge(run.state, run.get_state_display())

    @display(description="Results")
    def done_of_planned(self, run: Any) -> str:
        return f"{run.stored or 0} of {run.planned_results}"

    @action(description="Results", icon="fact_check")
    def results(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(
            f"{reverse('admin:evaluations_result_changelist')}?target__run__id__exact={object_id}"
        )

    @action(description="CSV", icon="download", permissions=["view"])
    def as_csv(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._file(request, object_id, "csv")

    @action(description="JSON lines", icon="download", permissions=["view"])
    def as_jsonl(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        return self._file(request, object_id, "jsonl")

    def _file(self, request: HttpRequest, object_id: str, extension: str) -> HttpResponseBase:
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return as_file(run, extension)

    @action(description="Cancel", icon="cancel", variant=ActionVariant.DANGER)
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET asks; POST cancels and returns to the run."""
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not permissions.may_cancel(request.user):
            raise PermissionDenied
        back = reverse("admin:evaluations_run_change", args=[run.pk])
        if request.method == "POST":
            try:
                runs.cancel(run=run, by=request.user, now=timezone.now())  # type: ignore[arg-type]
                messages.success(request, f"Run {run.pk} is cancelled. Its results so far are kept.")
            except RunRefused as refusal:
                messages.warning(request, str(refusal))
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": run,
            "title": f"Cancel run {run.pk}",
            "progress": progress(run),
            "back": back,
        }
        return TemplateResponse(request, "admin/evaluations/run/cancel.html", context)
