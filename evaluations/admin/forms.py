import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from evaluations.actions import prompts
from evaluations.actions.prompts import PromptRefused
from evaluations.admin.kept_files import Source
from evaluations.formats.cases import FORMATS
from evaluations.models import Prompt, Suite
from evaluations.models.suite import Provenance
from evaluations.scoring import names

SCORER_WORDS = {
    "checks": "Checks: each case brings its own, as promptfoo tests do",
    "contains": "Contains: a piece of text, character by character",
    "contract": "Contract: what must be defined, what may be inferred, known errors",
    "exact": "Exact: the same text",
    "f1": "F1: how many of the expected words, and how few others",
    "includes": "Includes: the expected words occur in the answer",
    "json_schema": "JSON schema: valid JSON of that shape, with the expected fields",
    "model_judge": "Model judge: a model says whether the answer meets a rubric; proves nothing alone",
    "label_in_set": "Label: one label of a closed set",
    "normalised": "Normalised: the same words, whatever case and punctuation",
    "numeric": "Numeric: one number, within a tolerance",
    "regex": "Pattern: a regular expression (RE2) is found",
    "similarity": "Similarity: nearly the same letters",
}


class SuiteForm(forms.ModelForm):
    scorer = forms.ChoiceField(
        choices=lambda: [(name, SCORER_WORDS.get(name, name)) for name in names()],
        widget=UnfoldAdminSelectWidget(),
        help_text="How an answer is held against the expected one.",
    )

    class Meta:
        model = Suite
        fields = ("name", "slug", "description", "adverse", "scorer", "scorer_options")
        labels = {"scorer_options": "Options of the scorer (JSON)"}
        help_texts = {
            "scorer_options": 'For a label: {"labels": ["billing", "login"]}. For JSON schema: {"schema": {…}}. '
            'For a number: {"absolute": 0.5} or {"relative": 0.01}. For a model judge: {"judge": "slug-of-a-deployment"}. '
            "Else {}."
        }


class OptionalJSON(forms.JSONField):
    """Nothing is an empty field, not the word null."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class PromptForm(forms.ModelForm):
    """Checked as the action will, so that every fault stands beside its field."""

    class Meta:
        model = Prompt
        fields = ("suite", "slug", "system", "user", "examples", "output_schema", "max_tokens")
        field_classes = {"output_schema": OptionalJSON}
        help_texts = {
            "user": "{{ input }} stands for the case's text, {{ name }} for one of its variables. if, for and filters of "
            "Jinja work; a prompt cannot call or compute.",
        }
        labels = {
            "system": "System text",
            "user": "Question",
            "examples": "Examples (JSON)",
            "output_schema": "Shape of the answer (JSON Schema)",
            "max_tokens": "Longest answer, in tokens",
        }
        widgets = {
            "user": UnfoldAdminTextareaWidget({"rows": 6}),
            "system": UnfoldAdminTextareaWidget({"rows": 4}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                prompts.check({name: cleaned[name] for name in prompts.CONTENT})
            except PromptRefused as refusal:
                self.add_error(refusal.field, str(refusal))
        return cleaned


class ImportForm(forms.Form):
    """A file, pasted text, or a file that was looked at a moment ago (`kept`)."""

    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text="UTF-8. JSON lines, CSV, OpenAI evals, Inspect datasets or promptfoo tests.",
    )
    text = forms.CharField(
        label="Or paste its text",
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget({"rows": 8, "spellcheck": "false"}),
    )
    format = forms.ChoiceField(
        required=False,
        choices=[("", "Recognise it"), *FORMATS.items()],
        widget=UnfoldAdminSelectWidget(),
    )
    provenance = forms.ChoiceField(
        label="Where the cases come from",
        choices=Provenance.choices,
        initial=Provenance.REAL,
        widget=UnfoldAdminSelectWidget(),
        help_text="For rows that do not say so themselves. Only real and replayed cases decide.",
    )
    partial = forms.BooleanField(
        label="Import without them",
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text="promptfoo alone: leave out assertions that cannot be taken over, and tests without any left.",
    )
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = bool(cleaned.get("file")) + bool(cleaned.get("text"))
        if not self.errors and (given > 1 or not (given or cleaned.get("kept"))):
            raise forms.ValidationError("Choose a file, or paste lines: one of the two.")
        return cleaned

    def source(self, kept: Callable[[uuid.UUID], Source | None]) -> Source:
        """What is to be imported, of a cleaned form; ValidationError when what was kept is gone."""
        if file := self.cleaned_data["file"]:
            return Source(file.name, file)
        if text := self.cleaned_data["text"]:
            return Source("", BytesIO(text.encode("utf-8", "surrogatepass")))
        if source := kept(self.cleaned_data["kept"]):
            return source
        raise forms.ValidationError(
            "The file that was checked is kept for half an hour only. Choose it again."
        )
