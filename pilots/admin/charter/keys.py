"""Short names that scripts use, made from the long ones where nobody typed them."""

from django.forms import ModelForm
from django.utils.text import slugify

MADE_FROM_THE_NAME = "Leave empty: it is made from the name."


def optional(form: ModelForm, field: str) -> None:
    """Lets the field be left empty; `filled` then makes its value."""
    if field in form.fields:
        form.fields[field].required = False


def filled(form: ModelForm, field: str, *, separator: str = "-") -> str:
    """What was typed, or the name as a key. Empty only when there is no name either, which is an error of its own."""
    typed: str = form.cleaned_data.get(field) or ""
    name = form.cleaned_data.get("name") or ""
    return typed or slugify(name).replace("-", separator)[: form.fields[field].max_length]  # type: ignore[attr-defined]
