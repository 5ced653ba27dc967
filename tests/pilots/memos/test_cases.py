from datetime import UTC, datetime

from pilots.judging.verdict import Flag, MetricResult, ReasonCode, Role, Status, Verdict
from pilots.memos.cases import Ground, cases

REVIEW = "review minutes 6 min against 3 min before (worse by at least 2 min, limit 0.2 min), n = 80"


def test_what_a_go_lacks_is_not_said_again_where_a_result_or_a_blocker_says_it() -> None:
    breached = MetricResult(
        key="review:stop", metric="review", label="Review minutes", unit="min", role=Role.TRIGGER,
        candidate="primary", design="before_after", estimand="mean", direction="lower", status=Status.BREACHED,
        reason=REVIEW,
    )  # fmt: skip
    judged = Verdict(
        pilot="clause-check",
        as_of=datetime(2026, 11, 20, tzinfo=UTC),
        flag=Flag.STOP,
        code=ReasonCode.HARM,
        reason=f"Stop: {REVIEW}.",
        results=(breached,),
        still_needed=(
            f"stop trigger: {REVIEW}",
            "maintenance phase: 0 days of at least 7 days seen",
            "open blocker: No operator is named",
        ),
    )
    ground = Ground(
        judged=judged, answers=(), tests=(), risks=(), blockers=("No operator is named",), extensions=0,
        drilled=True, removal_drilled=True, has_fallback=True, incidents=0, failures=0,
    )  # fmt: skip

    go = cases(ground, {})[0]

    assert go.speaks_against == (
        f"{REVIEW.capitalize()}.",
        "Maintenance phase: 0 days of at least 7 days seen.",
        "No operator is named.",
    )
