"""The plan of a pilot: what is in force, what was changed by whom, what is proposed."""

from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import amendments
from pilots.actions.changes import Act, Changes, Kind, RuleChange
from pilots.actions.refusals import NotAllowed, Refused
from pilots.judging.plan import Goal, StopTrigger
from pilots.judging.sentences import inside
from pilots.models import Amendment, Pilot
from pilots.queries import amendments as history
from pilots.queries.amendments import PlanHistory, Rule
from pilots.queries.board import UNDER_TRIAL
from pilots.views.rule_fields import FigureField, text_of

PLAN = "pilots:plan"


class ProposalForm(forms.Form):
    """One change to one goal or stop trigger. The action says whether it fits."""

    rule = forms.ChoiceField(label="Goal or stop trigger")
    margin = FigureField(
        label="Margin",
        help_text="A goal: better by at least this. A stop trigger: worse by more than this. Shares from 0 to 1.",
    )
    relative = forms.BooleanField(
        label="The margin is a share of the level before: 0.1 for 10 %", required=False
    )
    level = FigureField(
        label="Or a level", help_text="A goal: to be reached. A stop trigger: not to be passed."
    )
    remove = forms.BooleanField(label="Remove this rule instead", required=False)
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is shown beside the new version for good.",
    )

    def __init__(self, *args: Any, plan: PlanHistory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {_name(rule.kind, rule.item.metric): rule for rule in plan.rules}
        field = cast(forms.ChoiceField, self.fields["rule"])
        field.choices = [("", "Choose one"), ("In force", _in_force(plan.rules)), ("New", _new(plan))]

    def changes(self) -> Changes:
        """Of a valid form."""
        data = self.cleaned_data
        kind, _, metric = data["rule"].partition(":")
        known = self.known.get(data["rule"])
        act = Act.REMOVE if data["remove"] else Act.CHANGE if known else Act.ADD
        hard = known is not None and isinstance(known.item, StopTrigger) and known.item.hard
        change = RuleChange(
            kind=Kind(kind),
            act=act,
            metric=metric,
            margin=data["margin"],
            level=data["level"],
            relative=data["relative"],
            hard=hard and data["level"] is not None,
        )
        return Changes(rules=(change,))


@permission_required("pilots.view_pilot", raise_exception=True)
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version with who, why and how many looks came before. Who runs the pilot proposes the next one here."""
    pilot = _pilot(slug)
    if request.method != "POST":
        return _page(request, pilot, prefilled=request.GET)
    person = cast(User, request.user)
    form = ProposalForm(request.POST, plan=history.load(pilot))
    if permissions.may_run(person, pilot) and pilot.state in UNDER_TRIAL and not form.is_valid():
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        changes = form.changes() if form.is_valid() else Changes()
        made = amendments.propose(
            pilot=pilot,
            changes=changes,
            reason=form.cleaned_data.get("reason", ""),
            by=person,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, pilot, refusal, form=form)
    said = "Proposed. It waits for a second person." if made.needs_second else "The plan has a new version."
    messages.success(request, said)
    return redirect(PLAN, slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def second(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The second person agrees, and the plan gets its next version."""
    amendment = _amendment(slug, number)
    try:
        version = amendments.second(amendment=amendment, by=cast(User, request.user), now=timezone.now())
    except Refused as refusal:
        return _refused(request, amendment.pilot, refusal)
    messages.success(request, f"You agreed. Version {version.number} of the plan is in force.")
    return redirect(PLAN, slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def decline(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The plan stays as it is; who proposed the change withdraws it in the same way."""
    amendment = _amendment(slug, number)
    reason = request.POST.get("reason", "")
    try:
        answer = amendments.decline(
            amendment=amendment, reason=reason, by=cast(User, request.user), now=timezone.now()
        )
    except Refused as refusal:
        return _refused(request, amendment.pilot, refusal)
    messages.success(request, f"{answer.get_kind_display()}. The plan stays as it is.")
    return redirect(PLAN, slug=slug)


def _pilot(slug: str) -> Pilot:
    return get_object_or_404(Pilot.objects.select_related("owner", "deputy", "decider"), slug=slug)


def _amendment(slug: str, number: int) -> Amendment:
    amendments_ = Amendment.objects.select_related("pilot", "proposed_by")
    return get_object_or_404(amendments_, pilot__slug=slug, number=number)


def _refused(
    request: HttpRequest, pilot: Pilot, refusal: Refused, *, form: ProposalForm | None = None
) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return _page(request, _pilot(pilot.slug), form=form, refusal=str(refusal), status=status)


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: ProposalForm | None = None,
    prefilled: QueryDict | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person = cast(User, request.user)
    found = history.load(pilot)
    under_trial = pilot.state in UNDER_TRIAL
    may_propose = under_trial and permissions.may_run(person, pilot)
    if not may_propose:
        form = None
    elif form is None:
        form = _empty_form(found, prefilled or QueryDict())
    context = {
        "pilot": pilot,
        "plan": found,
        "proposals": [
            (
                proposal,
                under_trial and permissions.may_second(person, pilot, proposal.amendment.proposed_by),
                person.pk == proposal.amendment.proposed_by_id,
            )
            for proposal in found.open
        ],
        "form": form,
        "may_propose": may_propose,
        "under_trial": under_trial,
        "refusal": refusal,
    }
    return render(request, "pilots/amendments.html", context, status=status)


def _empty_form(found: PlanHistory, given: QueryDict) -> ProposalForm:
    """With what the address names, such as a trigger that was just rehearsed; else with the rule as it stands."""
    form = ProposalForm(plan=found)
    rule = form.known.get(given.get("rule", ""))
    initial: dict[str, Any] = {"rule": given.get("rule", "")}
    if "margin" in given or "level" in given:
        initial |= {name: given.get(name, "") for name in ("margin", "level")}
        initial["relative"] = given.get("relative") == "on"
    elif rule:
        initial |= {
            "margin": text_of(rule.item.margin),
            "level": text_of(_level(rule.item)),
            "relative": rule.item.relative,
        }
    form.initial = initial
    return form


def _level(item: Goal | StopTrigger) -> Decimal | None:
    return item.target if isinstance(item, Goal) else item.limit


def _name(kind: str, metric: str) -> str:
    return f"{kind}:{metric}"


def _in_force(rules: Sequence[Rule]) -> list[tuple[str, str]]:
    return [(_name(rule.kind, rule.item.metric), f"{rule.title}: {rule.words}") for rule in rules]


def _new(plan: PlanHistory) -> list[tuple[str, str]]:
    """What could be added: a running sum has no goal, activity neither."""
    if plan.current is None:
        return []
    taken = {_name(rule.kind, rule.item.metric) for rule in plan.rules}
    metrics = [metric for metric in plan.current.plan.metrics if not metric.activity]
    offered = [
        (_name(kind, metric.key), f"{words} on {inside(metric.label)}")
        for kind, words in (("goal", "Goal"), ("stop_trigger", "Stop trigger"))
        for metric in metrics
        if kind == "stop_trigger" or metric.estimand != "total"
    ]
    return [offer for offer in offered if offer[0] not in taken]
