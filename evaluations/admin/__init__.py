from evaluations.admin import (
    case,
    deployment,
    model,
    price,
    prompt,
    result,
    run,
    suite,
    suite_version,
    vendor,
)

__all__ = [
    "case",
    "deployment",
    "model",
    "price",
    "prompt",
    "result",
    "run",
    "suite",
    "suite_version",
    "vendor",
]
