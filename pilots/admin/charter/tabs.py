"""One row of tabs over the charter's fieldsets and the rows that belong to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.admin.helpers import AdminForm, Fieldset, InlineAdminFormSet
from django.utils.text import slugify

HOME = {
    "friction": "what-hurts",
    "workflow": "what-hurts",
    "volume_per_month": "what-hurts",
    "minutes_per_item": "what-hurts",
    "real_problem": "questions",
    "extra_control": "questions",
    "silent_failure": "questions",
    "silent_failure_trigger": "questions",
    "scope_out": "scope",
    "decider": "people",
    "owner": "people",
    "baseline_start": "window",
    "window_end": "window",
    "maintenance_start": "window",
    "fallback_plan": "afterwards",
    "plan_steps": "afterwards",
    "integrations": "rules",
    "candidates": "candidates",
    "goals": "metrics",
    "triggers": "metrics",
    "metrics": "metrics",
    "migration_cost": "money",
    "control_scores": "control",
    "ecosystem_findings": "control",
}
"""In which tab a point of `queries.readiness` is put right."""

ORDER = (
    "what-hurts",
    "questions",
    "scope",
    "people",
    "candidates",
    "metrics",
    "window",
    "money",
    "contract",
    "afterwards",
    "rules",
    "risks",
    "control",
)
"""What a start needs first comes first; what follows later is behind it."""

TOGETHER = {
    "plan_steps": ("afterwards", "Afterwards"),
    "drills": ("afterwards", "Afterwards"),
    "operating_rules": ("rules", "Rules"),
    "integrations": ("rules", "Rules"),
    "risks": ("risks", "Risks"),
    "trade_offs": ("risks", "Risks"),
    "move_costs": ("money", "Money"),
    "control_scores": ("control", "Control"),
    "ecosystem_findings": ("control", "Control"),
}
"""Rows that share a tab, by their formset's prefix: its slug and title."""


@dataclass(frozen=True)
class Tab:
    """A fieldset, rows, or both. `errors` counts what is wrong inside, `rows` what is saved."""

    slug: str
    title: str
    errors: int
    fieldset: Fieldset | None = None
    formsets: tuple[InlineAdminFormSet, ...] = ()
    rows: int = 0


def of_page(adminform: AdminForm, formsets: Iterable[InlineAdminFormSet]) -> list[Tab]:
    found: dict[str, Tab] = {tab.slug: tab for tab in _of_fieldsets(adminform)}
    for formset in formsets:
        tab = _of_formset(formset)
        known = found.get(tab.slug)
        found[tab.slug] = tab if known is None else _joined(known, tab)
    return sorted(found.values(), key=lambda tab: ORDER.index(tab.slug) if tab.slug in ORDER else len(ORDER))


def first(tabs: list[Tab]) -> str:
    """The first tab with something to put right, else the first."""
    return next((tab.slug for tab in tabs if tab.errors), tabs[0].slug)


def _joined(known: Tab, more: Tab) -> Tab:
    return replace(
        known,
        errors=known.errors + more.errors,
        formsets=(*known.formsets, *more.formsets),
        rows=known.rows + more.rows,
    )


def _of_fieldsets(adminform: AdminForm) -> Iterator[Tab]:
    fieldsets: Iterable[Any] = adminform
    for fieldset in fieldsets:
        if fieldset.name:
            names = {name for line in fieldset for name in line.fields}
            wrong = sum(name in adminform.form.errors for name in names)
            yield Tab(slugify(fieldset.name), fieldset.name, wrong, fieldset=fieldset)


def _of_formset(formset: InlineAdminFormSet) -> Tab:
    word = str(formset.opts.verbose_name_plural).split()[-1]
    slug, title = TOGETHER.get(formset.formset.prefix, (slugify(word), word.capitalize()))
    return Tab(
        slug=slug,
        title=title,
        errors=_wrong(formset.formset),
        formsets=(formset,),
        rows=formset.formset.initial_form_count(),
    )


def _wrong(formset: Any) -> int:
    if not formset.is_bound:
        return 0
    nested = (inner.formset for form in formset.forms for inner in getattr(form, "nested_formsets", ()))
    own = sum(bool(errors) for errors in formset.errors) + len(formset.non_form_errors())
    return own + sum(_wrong(inner) for inner in nested)
