"""Importing the package registers every admin; Django does so at its start."""

from pilots.admin import decision, event, failure, measurement, pilot, plan, review, run, token, verdict

__all__ = [
    "decision",
    "event",
    "failure",
    "measurement",
    "pilot",
    "plan",
    "review",
    "run",
    "token",
    "verdict",
]
