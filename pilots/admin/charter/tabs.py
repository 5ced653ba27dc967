"""One row of tabs over the charter's fieldsets and the rows that belong to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import AdminForm, Fieldset, InlineAdminFormSet
from django.utils.text import slugify

HOME = {
    "friction": "what-hurts",
    "volume_per_month": "what-hurts",
    "minutes_per_item": "what-hurts",
    "scope_out": "scope",
    "decider": "people",
    "owner": "people",
    "candidates": "candidates",
    "goals": "metrics",
    "triggers": "metrics",
    "metrics": "metrics",
}
"""In which tab a point of `queries.readiness` is put right."""


@dataclass(frozen=True)
class Tab:
    """Exactly one of `fieldset` and `formset`. `errors` counts what is wrong inside."""

    slug: str
    title: str
    errors: int
    fieldset: Fieldset | None = None
    formset: InlineAdminFormSet | None = None
    rows: int | None = None


def of_page(adminform: AdminForm, formsets: Iterable[InlineAdminFormSet]) -> list[Tab]:
    return [*_of_fieldsets(adminform), *(_of_formset(formset) for formset in formsets)]


def first(tabs: list[Tab]) -> str:
    """The first tab with something to put right, else the first."""
    return next((tab.slug for tab in tabs if tab.errors), tabs[0].slug)


def _of_fieldsets(adminform: AdminForm) -> Iterator[Tab]:
    fieldsets: Iterable[Any] = adminform
    for fieldset in fieldsets:
        if fieldset.name:
            names = {name for line in fieldset for name in line.fields}
            wrong = sum(name in adminform.form.errors for name in names)
            yield Tab(slugify(fieldset.name), fieldset.name, wrong, fieldset=fieldset)


def _of_formset(formset: InlineAdminFormSet) -> Tab:
    title = str(formset.opts.verbose_name_plural)
    return Tab(
        slug=slugify(title.split()[-1]),
        title=title.split()[-1].capitalize(),
        errors=_wrong(formset.formset),
        formset=formset,
        rows=formset.formset.initial_form_count(),
    )


def _wrong(formset: Any) -> int:
    if not formset.is_bound:
        return 0
    nested = (inner.formset for form in formset.forms for inner in getattr(form, "nested_formsets", ()))
    own = sum(bool(errors) for errors in formset.errors) + len(formset.non_form_errors())
    return own + sum(_wrong(inner) for inner in nested)
