from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from evaluations.models import Deployment
from pilots import permissions
from pilots.models import Metric, Pilot
from pilots.models.journal import EntryKind
from pilots.models.token import Scope
from pilots.queries.readiness import checklist

FOREVER = "0"
FIRST = {"x-init": "$nextTick(() => $el.focus())"}
"""Has the focus when the page is there. The page is hidden until its scripts run, so `autofocus` comes to nothing."""
LARGEST_FILE = 1_000_000
SCOPES_OF_OWNERS = (Scope.INGEST, Scope.READ, Scope.EVALUATE)


class ActForm(forms.Form):
    """What a person adds to an act on one pilot."""

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot


class ReasonForm(ActForm):
    reason = forms.CharField(
        widget=UnfoldAdminTextareaWidget(FIRST | {"rows": 3}),
        help_text="A sentence. It is kept in the pilot's log.",
    )


class OverrideForm(ReasonForm):
    """One reason, for one point or for several that it holds for."""

    code = forms.MultipleChoiceField(label="Points", widget=UnfoldAdminCheckboxSelectMultipleWidget())
    field_order = ("code", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["code"]
        chosen.choices = [(point.code, point.reason) for point in checklist(self.pilot).overridable]


class JournalForm(ActForm):
    kind = forms.ChoiceField(
        choices=EntryKind.choices,
        widget=UnfoldAdminSelectWidget(),
        help_text="Whatever numbers may turn on is marked in the charts; a note is not.",
    )
    happened_on = forms.DateField(label="When", widget=UnfoldAdminSingleDateWidget())
    text = forms.CharField(label="What happened", widget=UnfoldAdminTextareaWidget(FIRST | {"rows": 3}))
    field_order = ("text", "kind", "happened_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = timezone.localdate()


class BaselineForm(ActForm):
    """Numbers from before: pasted, or a file."""

    metric = forms.ModelChoiceField(
        queryset=Metric.objects.none(), widget=UnfoldAdminSelectWidget(), empty_label=None
    )
    first = forms.DateField(label="From", widget=UnfoldAdminSingleDateWidget())
    last = forms.DateField(
        label="To",
        widget=UnfoldAdminSingleDateWidget(),
        help_text="Values that name no time are spread evenly over these days.",
    )
    text = forms.CharField(
        label="Values",
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 8}),
        help_text="One a line. Or CSV with a head: value, and if you like observed_at, unit_id, segment, outcome. "
        "Shares are 0 and 1, item by item.",
    )
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text="The same, up to 1 MB.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["metric"]
        chosen.queryset = self.pilot.metrics.all()
        yesterday = self.pilot.window_start - timedelta(days=1)
        self.fields["last"].initial = min(yesterday, timezone.localdate())
        self.fields["first"].initial = self.fields["last"].initial - timedelta(days=27)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        sent = data.pop("file", None)
        if sent is None:
            return data
        if sent.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 1 MB. Post it by a script instead.")
        try:
            data["text"] = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is not text in UTF-8. Export it as CSV (UTF-8).") from None
        return data


class HandOverForm(ReasonForm):
    to = forms.ModelChoiceField(
        label="New owner",
        queryset=User.objects.none(),
        widget=UnfoldAdminSelectWidget(),
        empty_label="Choose a person",
        help_text="People who may run pilots. The decider cannot own the pilot she signs.",
    )
    field_order = ("to", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = permissions.people_who("pilots.run_pilot").order_by("username")
        chosen: Any = self.fields["to"]
        chosen.queryset = owners.exclude(pk__in=[self.pilot.owner_id, self.pilot.decider_id])


class TokenForm(ActForm):
    name = forms.CharField(
        max_length=120,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Where it will be used, so that you know later which one to revoke.",
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope.value, scope.label) for scope in SCOPES_OF_OWNERS],
        initial=[Scope.INGEST, Scope.READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    days = forms.ChoiceField(
        label="It ends",
        choices=[
            ("30", "After 30 days"),
            ("90", "After 90 days"),
            ("365", "After a year"),
            (FOREVER, "When revoked"),
        ],
        initial="90",
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = f"Script of {self.pilot.slug}"

    def expires_at(self, *, now: datetime) -> datetime | None:
        days = self.cleaned_data["days"]
        return None if days == FOREVER else now + timedelta(days=int(days))


class RotateForm(forms.Form):
    hours = forms.ChoiceField(
        label="The old token works on for",
        choices=[("0", "Not at all"), ("1", "An hour"), ("24", "A day"), ("168", "A week")],
        initial="24",
        widget=UnfoldAdminSelectWidget(),
        help_text="Both work until then, so that scripts can change over one by one.",
    )

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["hours"]))


class BeginningForm(forms.Form):
    """A pilot needs a name and somebody else who decides."""

    name = forms.CharField(
        max_length=120,
        widget=UnfoldAdminTextInputWidget(FIRST),
        help_text="Short and plain, as people will say it.",
    )
    decider = forms.ModelChoiceField(
        queryset=User.objects.none(),
        widget=UnfoldAdminSelectWidget(),
        empty_label="Choose a person",
        help_text="The manager who signs the decision. Never the person who runs the pilot.",
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["decider"]
        deciders = permissions.people_who("pilots.sign_pilot", include_superusers=False)
        chosen.queryset = deciders.exclude(pk=by.pk).order_by("username")
        chosen.label_from_instance = lambda person: person.get_full_name() or person.get_username()


class CopyForm(BeginningForm):
    """The rest comes along."""


class TemplateForm(BeginningForm):
    volume_per_month = forms.IntegerField(
        label="Items a month",
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="How many there are today. The plan is made for this volume.",
    )
    minutes_per_item = forms.DecimalField(
        label="Minutes per item",
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="How much work one is today. Goals and expectations start from it.",
    )
    currency = forms.CharField(
        min_length=3,
        max_length=3,
        initial="EUR",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Such as EUR.",
    )

    migration_cost = forms.DecimalField(
        label="Cost of the move",
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="People's hours and one-off spend, as far as you know. It can wait until the start.",
    )
    deployment = forms.ModelChoiceField(
        label="Model under trial",
        queryset=Deployment.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        empty_label="Choose later",
        help_text="From the catalogue. It becomes the primary candidate.",
    )
    left_open = forms.CharField(
        label="What can wait is left open, because",
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Scores of control and ecosystem, and a model of the other kind to compare with. With a reason here "
        "the pilot starts without them, and whoever signs reads it. Left empty, the draft asks for them.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["deployment"]
        today = timezone.localdate()
        offered.queryset = Deployment.objects.exclude(retires_on__lt=today).select_related("model")
        offered.label_from_instance = lambda deployment: f"{deployment} ({deployment.model})"

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()
