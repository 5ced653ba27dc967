"""The charter, in the order a person thinks in."""

from typing import Any

from pilots.models import Pilot

HEAD = (None, {"fields": (("name", "slug"),)})
TABS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "What hurts",
        {
            "fields": (
                "workflow",
                "friction_kind",
                "friction",
                ("volume_per_month", "minutes_per_item", "people_affected"),
                "objective",
            )
        },
    ),
    (
        "Questions",
        {
            "fields": ("real_problem", "extra_control", "silent_failure", "silent_failure_trigger"),
            "description": "Three questions open every pilot. The third is the one that costs most when nobody asked it.",
        },
    ),
    (
        "Scope",
        {
            "fields": (
                "scope_in",
                "scope_out",
                ("data_class", "sector"),
                ("autonomy", "context_budget_tokens"),
                ("spend_cap", "volume_cap"),
                ("hours_cap", "observability_hours"),
            ),
            "description": "Narrow wins. Caps become hard stop triggers of their own: what passes one stops the pilot "
            "at once. Scripts post against them under spend, items_handled and work_hours.",
        },
    ),
    (
        "Contract",
        {
            "fields": (
                "contract_inputs",
                "contract_output_schema",
                "contract_must_define",
                "contract_may_infer",
                "contract_errors",
                "contract_idempotent",
            ),
            "description": "What goes in, what must come out, what the model may deduce, and what happens when it cannot.",
        },
    ),
    (
        "People",
        {
            "fields": ("owner", "deputy", "decider", "readers", "team"),
            "description": "One person is accountable, another one decides. Nobody signs the pilot she runs.",
        },
    ),
    (
        "Window",
        {
            "fields": (
                "baseline_start",
                "window_start",
                "maintenance_start",
                "window_end",
                "maintenance_min_items",
            ),
            "description": "What is measured before is what the pilot is compared with. The novelty wears "
            "off in the first weeks. What stays is seen in the maintenance phase, "
            "and without it there is no go.",
        },
    ),
    (
        "Metrics",
        {
            "fields": ("kit",),
            "description": "What is measured, what must be proven, what must never be breached. Calls, tokens and opened "
            "screens are activity: they are shown, and they never decide.",
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
            "fields": (
                ("operator", "on_call"),
                ("monitoring_link", "support_contract"),
                "upgrade_path",
                ("fallback_plan", "fallback_cost_per_day"),
                ("removal_plan", "data_return"),
            ),
            "description": "Who runs it in six months, what people do when the model is gone, and how it is taken out.",
        },
    ),
)

FROZEN_TABS = ("window",)
FROZEN = (
    "Frozen when the pilot started: data was judged by these rules, and nobody bends them to fit the numbers. "
    "An amendment is a new, visible version of the plan with a reason."
)


def fieldsets(pilot: Pilot | None, *, editable: bool) -> tuple[Any, ...]:
    """The head, then a tab a section. A change of a started charter is a new version and needs a reason."""
    head: tuple[Any, dict[str, Any]] = HEAD
    if editable and pilot is not None and pilot.is_frozen:
        head = (None, {"fields": (("name", "slug"), "change_reason")})
    return (head, *((title, {**options, "classes": ("tab",)}) for title, options in TABS))
