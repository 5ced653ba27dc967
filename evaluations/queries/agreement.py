"""How far a model judge agrees with people who looked at the same answers."""

from collections import Counter

from evaluations.models import Label, Run
from evaluations.models.run import JudgedBy
from evaluations.stats.agreement import Agreement


def agreement(run: Run) -> Agreement:
    """Pairs of judge and person over the run's results that a model judged; several people give several pairs."""
    pairs = Counter(
        Label.objects.filter(result__target__run=run, result__judged_by=JudgedBy.MODEL).values_list(
            "result__passed", "passed"
        )
    )
    return Agreement(pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False])
