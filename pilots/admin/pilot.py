from typing import Any

from django.contrib import admin
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from config.admin.lists import SteadyList
from pilots import permissions
from pilots.actions import charters, span_mappings
from pilots.admin.acts import beginnings, confirming, pages, pilot_table
from pilots.admin.acts.baselines import baseline
from pilots.admin.acts.tokens import make_token
from pilots.admin.badges import badge
from pilots.admin.charter import changes, fieldsets, live, posted, tabs
from pilots.admin.charter.candidates import CandidateInline
from pilots.admin.charter.form import PilotForm
from pilots.admin.charter.metrics import MetricInline
from pilots.admin.charter.registers import REGISTERS
from pilots.admin.charter.schedules import ScheduleInline
from pilots.admin.charter.span_mappings import SpanMappingInline
from pilots.admin.filters import DueFilter, FlagFilter, PartFilter
from pilots.models import Pilot, Verdict
from pilots.models.kit import Kit
from pilots.models.verdict import MachineFlag
from pilots.queries import windows


@admin.register(Pilot)
class PilotAdmin(ModelAdmin):
    """Where an owner logs a pilot and keeps it true. Anybody with a role reads; who runs a pilot changes that one."""

    form = PilotForm
    inlines = (CandidateInline, MetricInline, *REGISTERS, SpanMappingInline, ScheduleInline)
    autocomplete_fields = ("owner", "deputy", "decider", "readers")
    conditional_fields = {"payback_months": "seeks_saving == true"}
    compressed_fields = False
    warn_unsaved_form = True
    view_on_site = False
    actions = None
    actions_list = ("from_template", "import_pilots", "export_pilots")
    actions_detail = (
        "open_page",
        "sources",
        "make_ready",
        "start",
        "take_back",
        "override",
        "pause",
        "resume",
        "baseline",
        "make_token",
        "note",
        "hand_over",
        "copy",
        "close",
    )

    class Media:
        js = ("pilots/checklist.js",)

    list_display = ("heading", "state_badge", "flag_badge", "owner_name", "window", "days")
    list_per_page = 25
    list_select_related = ("owner",)
    list_filter = (PartFilter, ("state", ChoicesDropdownFilter), FlagFilter, DueFilter)
    list_filter_submit = True
    search_fields = ("name", "slug", "workflow", "owner__username", "owner__last_name")
    search_help_text = "Name, workflow or owner"

    open_page = pages.open_page
    sources = pages.sources
    make_ready = pages.make_ready
    start = pages.start
    take_back = pages.take_back
    override = pages.override
    pause = pages.pause
    resume = pages.resume
    baseline = baseline
    make_token = make_token
    note = pages.note
    hand_over = pages.hand_over
    close = pages.close
    copy = beginnings.copy
    from_template = beginnings.from_template
    import_pilots = pilot_table.import_pilots
    export_pilots = pilot_table.export_pilots

    # --- who may -------------------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Pilot | None = None) -> bool:
        return permissions.may_view(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return permissions.may_create(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Pilot | None = None) -> bool:
        if obj is None or obj.pk is None:
            return permissions.may_create(request.user)
        return not obj.is_settled and permissions.may_run(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Pilot | None = None) -> bool:
        """Its log is kept, so a pilot is stopped and not deleted."""
        return False

    def get_actions_list(self, request: HttpRequest) -> Any:
        """Who logs pilots starts, imports and exports; who audits exports."""
        if permissions.may_create(request.user):
            return super().get_actions_list(request)
        may = ("export_pilots",) if pilot_table.may_export(request.user) else ()
        return [act for act in super().get_actions_list(request) if act.path in may]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        names = confirming.offered(self.get_object(request, object_id), request)
        return [act for act in super().get_actions_detail(request, object_id) if act.path in names]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Pilot | None:
        """Locked while an edit is saved, so that nobody starts the pilot in the middle of it."""
        pilot: Pilot | None = super().get_object(request, object_id, from_field)
        if pilot is not None and request.method == "POST" and connection.in_atomic_block:
            Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
            pilot.refresh_from_db()
        return pilot

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its log is a page of its own, with the values before and after."""
        return redirect("pilots:logbook", slug=confirming.found(self, request, object_id).slug)

    # --- the list ------------------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SteadyList]:
        return SteadyList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pilot]:
        newest = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number")
        pilots: QuerySet[Pilot] = super().get_queryset(request)
        visible = pilots.exclude(pk__in=Pilot.objects.all().hidden_from(request.user))
        return visible.annotate(
            newest_flag=Subquery(newest.values("flag")[:1]),
            newest_reason=Subquery(newest.values("reason")[:1]),
        )

    @display(description="Pilot", ordering="name", header=True)
    def heading(self, pilot: Pilot) -> tuple[str, str, None, None]:
        """No initials, no picture: said, since the template looks long for what is not there."""
        return f"{pilot.name} (demo)" if pilot.is_demo else pilot.name, pilot.workflow, None, None

    @display(description="State", ordering="state")
    def state_badge(self, pilot: Pilot) -> SafeString:
        return badge(pilot.state, pilot.get_state_display())

    @display(description="Flag", ordering="newest_flag", empty_value="–")
    def flag_badge(self, pilot: Pilot) -> SafeString | None:
        flag: str | None = pilot.newest_flag  # type: ignore[attr-defined]
        return badge(flag, MachineFlag(flag).label, title=pilot.newest_reason) if flag else None  # type: ignore[attr-defined]

    @display(description="Owner", ordering="owner__username")
    def owner_name(self, pilot: Pilot) -> str:
        return pilot.owner.get_full_name() or pilot.owner.get_username()

    @display(description="Window", ordering="window_start")
    def window(self, pilot: Pilot) -> str:
        return f"{pilot.window_start:%-d %b} to {pilot.window_end:%-d %b %Y}"

    @display(description="Decision due", ordering="window_end", empty_value="–")
    def days(self, pilot: Pilot) -> str | None:
        if not pilot.is_under_trial:
            return None
        left = pilot.days_left(timezone.localdate())
        return f"{-left} d overdue" if left < 0 else f"{left} d left"

    # --- the form ------------------------------------------------------------------------------------------------

    def _nested_inline_permissions(self, request: HttpRequest, inline: Any, *args: Any) -> dict[str, bool]:
        """A goal's and a stop trigger's one row is always there, so none is drawn for others to be copied from."""
        given: dict[str, bool] = super()._nested_inline_permissions(request, inline, *args)
        return given | {"has_add_permission": given["has_add_permission"] and inline.max_num != 1}

    def get_fieldsets(self, request: HttpRequest, obj: Pilot | None = None) -> Any:
        return fieldsets.fieldsets(obj, editable=self.has_change_permission(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Pilot | None = None) -> Any:
        return charters.frozen_fields(obj, by_administrator=request.user.is_superuser)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Pilot | None = None) -> Any:
        return {"slug": ("name",)} if obj is None else {}

    def get_inlines(self, request: HttpRequest, obj: Pilot | None) -> Any:
        """Schedules and numbers from traces name saved metrics, so they come with the second save."""
        return self.inlines if obj else (CandidateInline, MetricInline, *REGISTERS)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "owner": request.user.pk,
            **windows.default(today=timezone.localdate())._asdict(),
            "kit": Kit.values,
            **super().get_changeform_initial_data(request),
        }

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posted.share(request)
        answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        return answer

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        pilot: Pilot | None = context.get("original")
        page = tabs.of_page(context["adminform"], context["inline_admin_formsets"])
        if live.is_asked(request):
            return live.of_faulty(request, context["adminform"].form, page)
        draft = pilot if pilot is not None and not pilot.is_frozen else None
        context |= {
            "tabs": page,
            "first_tab": tabs.first(page),
            "has_wrong_tab": any(tab.errors for tab in page),
            **(live.checklist(draft) if draft else {}),
            "is_draft": draft is not None,
            "is_frozen": pilot is not None and pilot.is_frozen,
            "frozen_tabs": fieldsets.FROZEN_TABS,
            "frozen_sentence": fieldsets.FROZEN,
            "has_conditional_display": "seeks_saving" in context["adminform"].form.fields,
            "show_save_and_add_another": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Pilot, *args: Any, **kwargs: Any) -> HttpResponse:
        if live.is_asked(request):
            return live.of_saved(request, obj, is_new=True)
        answer: HttpResponse = super().response_add(request, obj, *args, **kwargs)
        return answer

    def response_change(self, request: HttpRequest, obj: Pilot) -> HttpResponse:
        if live.is_asked(request):
            return live.of_saved(request, obj, is_new=False)
        answer: HttpResponse = super().response_change(request, obj)
        return answer

    def response_post_save_add(self, request: HttpRequest, obj: Pilot) -> HttpResponse:
        """To the draft itself: what it needs before the start stands there."""
        return confirming.back(obj)

    def save_model(self, request: HttpRequest, obj: Pilot, form: Any, change: bool) -> None:
        charters.save(pilot=obj, by=request.user)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        span_mappings.fill(form.instance)
        before, after = (
            changes.of_edit(form, formsets) if change else ({}, changes.of_addition(form, formsets))
        )
        charters.record_change(
            pilot=form.instance,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            before=before,
            after=after,
            reason=form.cleaned_data.get("change_reason", ""),
        )
