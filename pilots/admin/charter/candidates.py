from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import StackedInline

from pilots.admin.charter import keys
from pilots.admin.charter.parts import PartFormSet, PartOfPilot
from pilots.models import Candidate, Pilot
from pilots.models.candidate import Role


class CandidateForm(ModelForm):
    class Meta:
        model = Candidate
        fields = ("name", "slug", "role", "deployment", "prompt")
        help_texts = {
            "slug": f"The name scripts use. {keys.MADE_FROM_THE_NAME}",
            "role": "The primary candidate is judged; the others are shown beside it.",
            "deployment": "A model on a host, from the catalogue. Leave empty for the role “Without AI”.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys.optional(self, "slug")

    def clean_slug(self) -> str:
        return keys.filled(self, "slug")


class CandidateFormSet(PartFormSet):
    def clean(self) -> None:
        """Two new rows are not in the database yet, so the constraint cannot speak for itself."""
        super().clean()
        kept = [form for form in self.forms if form.is_valid() and not self._should_delete_form(form)]
        primaries = [
            form for form in kept if form.cleaned_data.get("role") == Role.PRIMARY and form.has_changed()
        ]
        if len(primaries) > 1:
            raise ValidationError(
                "A pilot has one primary candidate. Make the others challenger or fallback."
            )


class CandidateInline(PartOfPilot, StackedInline):
    model = Candidate
    form = CandidateForm
    formset = CandidateFormSet
    autocomplete_fields = ("deployment", "prompt")
    fieldsets = ((None, {"fields": (("name", "slug", "role"), ("deployment", "prompt"))}),)

    def get_extra(self, request: HttpRequest, obj: Pilot | None = None, **kwargs: Any) -> int:
        return 0 if obj and obj.candidates.exists() else 1
