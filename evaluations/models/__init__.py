from evaluations.models.attempt import Attempt
from evaluations.models.batch import Batch, Calibration
from evaluations.models.canary import CanaryAcceptance, CanaryLook
from evaluations.models.catalogue import AIModel, Deployment, Vendor
from evaluations.models.claim import Choice, Claim, Correction, Source
from evaluations.models.comparison import ComparisonWaiver
from evaluations.models.fine_tune import FineTune
from evaluations.models.imported import ImportedRun
from evaluations.models.label import Label
from evaluations.models.price import Price, PriceComponent, PriceSnapshot
from evaluations.models.run import Result, Run, RunTarget
from evaluations.models.suite import Case, Prompt, Suite, SuiteVersion

__all__ = [
    "AIModel",
    "Attempt",
    "Batch",
    "Calibration",
    "CanaryAcceptance",
    "CanaryLook",
    "Case",
    "Choice",
    "Claim",
    "ComparisonWaiver",
    "Correction",
    "Deployment",
    "FineTune",
    "ImportedRun",
    "Label",
    "Price",
    "PriceComponent",
    "PriceSnapshot",
    "Prompt",
    "Result",
    "Run",
    "RunTarget",
    "Source",
    "Suite",
    "SuiteVersion",
    "Vendor",
]
