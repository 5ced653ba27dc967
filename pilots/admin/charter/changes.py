"""What an edit changed, as the audit log keeps it: changed values only, before and after, readable without the rows."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.forms.models import BaseInlineFormSet, ModelForm

Values = dict[str, Any]


def of_edit(form: ModelForm, formsets: Iterable[BaseInlineFormSet]) -> tuple[Values, Values]:
    """(before, after) of an existing pilot. Call it when the formsets are saved."""
    before, after = _changed(form)
    for formset in formsets:
        for name, old, new in _rows(formset):
            before[name], after[name] = old, new
    return before, after


def of_addition(form: ModelForm, formsets: Iterable[BaseInlineFormSet]) -> Values:
    after = {name: _plain(value) for name, value in form.cleaned_data.items() if value not in (None, "")}
    for formset in formsets:
        after |= {name: new for name, _, new in _rows(formset)}
    return after


def _changed(form: ModelForm) -> tuple[Values, Values]:
    names = [name for name in form.changed_data if name in form.cleaned_data]
    return (
        {name: _before(form, name) for name in names},
        {name: _plain(form.cleaned_data[name]) for name in names},
    )


def _rows(formset: BaseInlineFormSet, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    gone = set(formset.deleted_forms) if formset.can_delete else set()
    for form in formset.forms:
        name = prefix + _name(formset, form)
        if form in gone:
            if form.instance.pk or form in formset.initial_forms:
                yield name, "there", "removed"
            continue
        if form.has_changed():
            before, after = _changed(form)
            yield name, before if form in formset.initial_forms else None, after
        for nested in getattr(form, "nested_formsets", ()):
            yield from _rows(nested.formset, prefix=f"{name}.")


def _name(formset: BaseInlineFormSet, form: ModelForm) -> str:
    """metrics.review_minutes, candidates.primary, metrics.review_minutes.goal."""
    part = formset.get_default_prefix()
    if formset.max_num == 1:
        return part
    row = form.instance
    return f"{part}.{getattr(row, 'key', '') or getattr(row, 'slug', '') or row}"


def _before(form: ModelForm, name: str) -> Any:
    value, field = form.initial.get(name), form.fields[name]
    if isinstance(field, ModelMultipleChoiceField):
        return _plain(value or [])
    if isinstance(field, ModelChoiceField) and value is not None:
        return str(field.queryset.filter(pk=value).first() if field.queryset is not None else value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """As JSON has it; several rows are their names, and all else that is no number, truth or nothing is text."""
    if isinstance(value, list | QuerySet):
        return ", ".join(str(each) for each in value)
    return value if value is None or isinstance(value, bool | int) else str(value)
