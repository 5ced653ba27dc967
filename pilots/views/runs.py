"""The history of evaluation runs as rows."""

from dataclasses import dataclass

from evaluations.models.run import Outcome
from evaluations.queries.runs import Progress
from pilots.models import PilotRun
from pilots.queries.pilot_page import Page


@dataclass(frozen=True)
class RunLine:
    link: PilotRun
    progress: Progress

    @property
    def outcomes(self) -> str:
        """`95 answered, 25 timed out`, in the order in which outcomes are defined; empty before the first result."""
        counts = self.progress.by_outcome
        return ", ".join(
            f"{counts[outcome]:,} {str(label).lower()}"
            for outcome, label in Outcome.choices
            if counts.get(outcome)
        )


def run_lines(page: Page) -> list[RunLine]:
    return [RunLine(link, page.progress[link.run_id]) for link in page.runs]
