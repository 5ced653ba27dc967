from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from evaluations.actions import prompts
from evaluations.actions.prompts import PromptRefused
from evaluations.models import Prompt, Suite
from evaluations.models.suite import Provenance
from evaluations.scoring import SCORERS

SCORER_WORDS = {
    "exact": "Exact: the same text",
    "includes": "Includes: the expected words occur in the answer",
    "json_schema": "JSON schema: valid JSON of that shape, with the expected fields",
    "label_in_set": "Label: one label of a closed set",
    "normalised": "Normalised: the same words, whatever case and punctuation",
    "numeric": "Numeric: one number, within a tolerance",
}


class SuiteForm(forms.ModelForm):
    scorer = forms.ChoiceField(
        choices=[(name, SCORER_WORDS.get(name, name)) for name in SCORERS],
        widget=UnfoldAdminSelectWidget(),
        help_text="How an answer is held against the expected one.",
    )

    class Meta:
        model = Suite
        fields = ("name", "slug", "description", "scorer", "scorer_options")
        labels = {"scorer_options": "Options of the scorer (JSON)"}
        help_texts = {
            "scorer_options": 'For a label: {"labels": ["billing", "login"]}. For JSON schema: {"schema": {…}}. '
            'For a number: {"absolute": 0.5} or {"relative": 0.01}. Else {}.'
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
    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(),
        help_text="JSON lines, UTF-8: one case a line.",
    )
    text = forms.CharField(
        label="Or paste the lines",
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget({"rows": 8, "spellcheck": "false"}),
    )
    provenance = forms.ChoiceField(
        label="Where the cases come from",
        choices=Provenance.choices,
        initial=Provenance.REAL,
        widget=UnfoldAdminSelectWidget(),
        help_text="For rows that do not say so themselves. Only real and replayed cases decide.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("file")) == bool(cleaned.get("text")):
            raise forms.ValidationError("Choose a file, or paste lines: one of the two.")
        return cleaned

    def data_to_import(self) -> bytes:
        """The bytes as they came; of a cleaned form."""
        file = self.cleaned_data["file"]
        data: bytes = file.read() if file else self.cleaned_data["text"].encode("utf-8", "surrogatepass")
        return data
