"""An imported run by two counts: what the other tool reports, and what our rules make of the same samples."""

from evaluations.models import ImportedRun, Run
from evaluations.queries.quality import Share, quality

NAMES = {"inspect": "Inspect", "lm-eval": "lm-eval"}


def recount(run: Run) -> list[str]:
    """Sentences, ours last; none for a run that was made here."""
    imported = ImportedRun.objects.filter(run=run).first()
    if imported is None:
        return []
    tool = NAMES.get(imported.tool, imported.tool)
    said = [
        f"{tool} reports {figure['name']} {figure['value']:.3g}"
        + (f" of {figure['n']} samples." if figure["n"] else ".")
        for figure in imported.figures
        if "stderr" not in figure["name"]
    ]
    for found in quality(run).values():
        said.append(
            f"By our rules {_words(found.errors_as_wrong)} pass; {found.failed} samples that failed are counted as wrong. "
            f"With {found.missing} missing ones as wrong, too: {_words(found.worst_case)}."
        )
    return [*said, *imported.notes]


def _words(share: Share) -> str:
    if share.share is None:
        return "none of 0 cases"
    return f"{share.share:.1%} of {share.n} cases ({share.low:.1%} to {share.high:.1%})"
