"""Whether what was signed still stands."""

from dataclasses import dataclass

from pilots.models import Decision, Pilot, Verdict
from pilots.queries.verdicts import newest


@dataclass(frozen=True)
class EvidenceChange:
    """Rows came in after the signature: `now` is what the evidence up to the signature says with them."""

    decision: Decision
    now: Verdict

    @property
    def signed(self) -> Verdict:
        """The record that was signed; it stays as it is."""
        return self.decision.verdict

    @property
    def flag_differs(self) -> bool:
        return self.now.flag != self.signed.flag


def evidence_change(pilot: Pilot) -> EvidenceChange | None:
    """None while the newest record of a decided pilot is the one that was signed, and for any other pilot.

    A pilot that goes on after a signature has newer verdicts in the ordinary way.
    """
    if not pilot.is_settled:
        return None
    decision = Decision.objects.filter(pilot=pilot).select_related("verdict", "signed_by").latest()
    found = newest(pilot)
    if found is None or found.pk == decision.verdict_id:
        return None
    return EvidenceChange(decision, found)
