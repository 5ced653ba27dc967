from pilots.models.amendment import Amendment, AmendmentAnswer
from pilots.models.candidate import Candidate
from pilots.models.decision import Decision
from pilots.models.event import Event
from pilots.models.measurement import Measurement
from pilots.models.metric import Goal, Metric, StopTrigger
from pilots.models.pilot import Pilot
from pilots.models.plan import PlanVersion
from pilots.models.rollup import Rollup, RollupBin, RollupFrame, RollupSpan, RollupUnit, RollupWaiting
from pilots.models.schedule import EvaluationSchedule, PilotRun
from pilots.models.token import IdempotentAnswer, Token
from pilots.models.verdict import Verdict

__all__ = [
    "Amendment",
    "AmendmentAnswer",
    "Candidate",
    "Decision",
    "EvaluationSchedule",
    "Event",
    "Goal",
    "IdempotentAnswer",
    "Measurement",
    "Metric",
    "Pilot",
    "PilotRun",
    "PlanVersion",
    "Rollup",
    "RollupBin",
    "RollupFrame",
    "RollupSpan",
    "RollupUnit",
    "RollupWaiting",
    "StopTrigger",
    "Token",
    "Verdict",
]
