"""The situations a workflow meets beside the plain one, and how people spell them."""

from __future__ import annotations

import re
from collections.abc import Mapping

SCENARIOS: Mapping[str, str] = {
    "plain": "Plain",
    "partial-data": "Partial data",
    "slow-tools": "Slow tools",
    "outdated-documents": "Outdated documents",
    "ambiguous-user": "Ambiguous user",
    "changing-objectives": "Changing objectives",
}
OTHER_WORDS = {
    "happy-path": "plain",
    "normal": "plain",
    "slow-tool": "slow-tools",
    "outdated-document": "outdated-documents",
    "ambiguous-users": "ambiguous-user",
    "ambiguous": "ambiguous-user",
    "changing-objective": "changing-objectives",
}


def plain_name(name: str) -> str:
    """One spelling: "Partial data" and "partial_data" are "partial-data". A name of the team's own stays, so spelled."""
    spelled = re.sub(r"[\s_-]+", "-", name.strip().lower())
    return OTHER_WORDS.get(spelled, spelled)
