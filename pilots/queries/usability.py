"""What people say of how usable it is: the newest score of each."""

from dataclasses import dataclass
from statistics import mean

from pilots.judging.sentences import number
from pilots.models import Pilot, UsabilityScore
from pilots.models.usability import HIGHEST

NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Usability:
    scores: tuple[int, ...]

    @property
    def sentence(self) -> str:
        if not self.scores:
            return NOT_MEASURED
        return f"{number(mean(self.scores))} of {HIGHEST}"

    @property
    def basis(self) -> str:
        """Whose word it is, and how far apart they are."""
        if not self.scores:
            return "nobody was asked"
        n = len(self.scores)
        said = f"{n} person" if n == 1 else f"{n} people"
        low, high = min(self.scores), max(self.scores)
        return f"asked: {said}" if low == high else f"asked: {said}, from {low} to {high}"


def of_pilot(pilot: Pilot) -> Usability:
    """One query."""
    rows = UsabilityScore.objects.filter(pilot=pilot).order_by("given_by", "-id").distinct("given_by")
    return Usability(tuple(row.score for row in rows))
