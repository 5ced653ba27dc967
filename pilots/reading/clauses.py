"""The judge's clauses as whole sentences."""

from collections.abc import Iterable

from pilots.judging.sentences import opening
from pilots.judging.verdict import Verdict


def why(judged: Verdict) -> dict[str, list[str]]:
    """What speaks for the flag and against it, what would change it, what is still needed and by whom."""
    return {
        "speaks_for": sentences(judged.reasons_for),
        "speaks_against": sentences(judged.reasons_against),
        "would_change": sentences(judged.would_change),
        "still_needed": sentences(judged.still_needed),
        "tasks": sentences(judged.tasks),
        "warnings": sentences(judged.warnings),
    }


def sentences(clauses: Iterable[str]) -> list[str]:
    """Each with a capital letter, and a full stop unless it ends as a question does."""
    return [
        opening(clause) if clause.endswith("?") else f"{opening(clause).rstrip('.')}." for clause in clauses
    ]
