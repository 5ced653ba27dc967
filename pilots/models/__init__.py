from pilots.models.amendment import Amendment, AmendmentAnswer
from pilots.models.baseline import Baseline
from pilots.models.candidate import Candidate
from pilots.models.charter_version import CharterVersion
from pilots.models.decision import Decision
from pilots.models.event import Event
from pilots.models.failure import Failure
from pilots.models.incident import Incident
from pilots.models.journal import JournalEntry
from pilots.models.measurement import Measurement, MeasurementKey
from pilots.models.memo import Answer, MemoComment, Proposal, SignedMemo
from pilots.models.metric import Goal, Metric, StopTrigger
from pilots.models.moving import MoveCost
from pilots.models.notification import Delivery, MailChoice, Notice, Route
from pilots.models.operating_rule import Integration, OperatingRule
from pilots.models.override import Override
from pilots.models.picture import FailurePicture
from pilots.models.pilot import Pilot
from pilots.models.plan import PlanVersion
from pilots.models.profile import ControlScore, EcosystemFinding
from pilots.models.quarantine import FaultyStretch, Quarantine, QuarantineAct
from pilots.models.register import Risk, TradeOff
from pilots.models.removal import Removal, RemovalStep
from pilots.models.retirement import RetiredMonth, Seal
from pilots.models.review import Review
from pilots.models.rollup import Rollup, RollupFrame, RollupHistogram, RollupSpan, RollupUnit, RollupWaiting
from pilots.models.rollup_pairs import RollupBet, RollupPair, RollupPairDay, RollupPairDue
from pilots.models.safety_plan import Drill, PlanStep
from pilots.models.saved_view import SavedView
from pilots.models.schedule import EvaluationSchedule, PilotRun
from pilots.models.signature import FirstSignature, SecondSignature
from pilots.models.sitting import Anchor, ReviewPlan, Sitting
from pilots.models.source import Source
from pilots.models.span_mapping import EnclosingSpan, SpanMapping
from pilots.models.token import IdempotentAnswer, Token
from pilots.models.tracked_run import TrackedRun
from pilots.models.usability import UsabilityScore
from pilots.models.verdict import Verdict
from pilots.models.weighing import Weighing

__all__ = [
    "Amendment",
    "AmendmentAnswer",
    "Anchor",
    "Answer",
    "Baseline",
    "Candidate",
    "CharterVersion",
    "ControlScore",
    "Decision",
    "Delivery",
    "Drill",
    "EcosystemFinding",
    "EnclosingSpan",
    "EvaluationSchedule",
    "Event",
    "Failure",
    "FailurePicture",
    "FaultyStretch",
    "FirstSignature",
    "Goal",
    "IdempotentAnswer",
    "Incident",
    "Integration",
    "JournalEntry",
    "MailChoice",
    "Measurement",
    "MeasurementKey",
    "MemoComment",
    "Metric",
    "MoveCost",
    "Notice",
    "OperatingRule",
    "Override",
    "Pilot",
    "PilotRun",
    "PlanStep",
    "PlanVersion",
    "Proposal",
    "Quarantine",
    "QuarantineAct",
    "Removal",
    "RemovalStep",
    "RetiredMonth",
    "Review",
    "ReviewPlan",
    "Risk",
    "Rollup",
    "RollupBet",
    "RollupFrame",
    "RollupHistogram",
    "RollupPair",
    "RollupPairDay",
    "RollupPairDue",
    "RollupSpan",
    "RollupUnit",
    "RollupWaiting",
    "Route",
    "SavedView",
    "Seal",
    "SecondSignature",
    "SignedMemo",
    "Sitting",
    "Source",
    "SpanMapping",
    "StopTrigger",
    "Token",
    "TrackedRun",
    "TradeOff",
    "UsabilityScore",
    "Verdict",
    "Weighing",
]
