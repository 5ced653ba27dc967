from evaluations.models.catalogue import AIModel, Deployment, Vendor
from evaluations.models.run import Result, Run, RunTarget
from evaluations.models.suite import Case, Prompt, Suite, SuiteVersion

__all__ = [
    "AIModel",
    "Case",
    "Deployment",
    "Prompt",
    "Result",
    "Run",
    "RunTarget",
    "Suite",
    "SuiteVersion",
    "Vendor",
]
