"""Keeps the running statistics true to the rows: at each insert, at each correction, after a change of plan."""

from pilots.actions.rollups.folding import fold, fold_all
from pilots.actions.rollups.intake import Intake
from pilots.actions.rollups.rebuilding import rebuild, refresh

__all__ = ["Intake", "fold", "fold_all", "rebuild", "refresh"]
