"""The charter, in the order a person thinks in."""

from typing import Any

HEAD = (None, {"fields": (("name", "slug"),)})
TABS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "What hurts",
        {"fields": ("workflow", "friction_kind", "friction", ("volume_per_month", "minutes_per_item"))},
    ),
    ("Scope", {"fields": ("scope_in", "scope_out")}),
    (
        "People",
        {
            "fields": ("owner", "deputy", "decider"),
            "description": "One person is accountable, another one decides. Nobody signs the pilot she runs.",
        },
    ),
    (
        "Window",
        {
            "fields": ("window_start", "maintenance_start", "window_end", "maintenance_min_items"),
            "description": "The novelty wears off in the first weeks. What stays is seen in the maintenance phase, "
            "and without it there is no go.",
        },
    ),
    (
        "Money",
        {
            "fields": (
                "seeks_saving",
                ("migration_cost", "currency"),
                "wage_per_hour",
                "payback_months",
            ),
            "description": "Go needs a saving that pays back the move, counted by its cautious end.",
        },
    ),
    (
        "Afterwards",
        {
            "fields": ("operator", "fallback_plan", "removal_plan"),
            "description": "Who runs it in six months, what people do when the model is gone, and how it is taken out.",
        },
    ),
)

FROZEN_TABS = ("window",)
FROZEN = (
    "Frozen when the pilot started: data was judged by these rules, and nobody bends them to fit the numbers. "
    "An amendment is a new, visible version of the plan with a reason."
)


def fieldsets() -> tuple[Any, ...]:
    return (HEAD, *((title, {**options, "classes": ("tab",)}) for title, options in TABS))
