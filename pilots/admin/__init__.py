"""Importing the package registers every admin; Django does so at its start."""

from pilots.admin import decision, event, measurement, pilot, plan, run, token, verdict

__all__ = ["decision", "event", "measurement", "pilot", "plan", "run", "token", "verdict"]
