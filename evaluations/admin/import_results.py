from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from evaluations.actions import imported_runs
from evaluations.actions.imported_runs import TOOLS
from evaluations.models import Deployment, Run, Suite
from evaluations.models.suite import Provenance


class ImportResultsForm(forms.Form):
    """Another tool's results, with what the catalogue knows of what was asked."""

    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget(),
        help_text="An Inspect log (.eval or .json), or lm-eval samples (.jsonl, or a zip with results.json).",
    )
    deployment = forms.ModelChoiceField(
        queryset=Deployment.objects.order_by("slug"),
        label="What was asked",
        widget=UnfoldAdminSelectWidget(),
    )
    tool = forms.ChoiceField(
        required=False, choices=[("", "Recognise it"), *TOOLS.items()], widget=UnfoldAdminSelectWidget()
    )
    scorer = forms.CharField(
        required=False,
        label="Scorer or metric that counts",
        widget=UnfoldAdminTextInputWidget(),
        help_text="The file’s first one by default.",
    )
    task = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Only where an archive of lm-eval holds several.",
    )
    provenance = forms.ChoiceField(
        label="Where the cases come from",
        choices=Provenance.choices,
        initial=Provenance.REAL,
        widget=UnfoldAdminSelectWidget(),
    )

    def imported(self, suite: Suite, *, by: Any, now: datetime) -> Run:
        """Of a cleaned form. Raises ImportRefused."""
        file, given = self.cleaned_data["file"], self.cleaned_data
        return imported_runs.import_run(
            suite=suite,
            deployment=given["deployment"],
            stream=file,
            name=file.name,
            by=by,
            now=now,
            tool=given["tool"],
            scorer=given["scorer"],
            task=given["task"],
            provenance=given["provenance"],
        )
