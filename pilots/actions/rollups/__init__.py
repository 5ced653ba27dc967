"""Keeps the running statistics true to the rows: at each insert, at each correction, after a change of plan."""

from pilots.actions.rollups.folding import fold, fold_all
from pilots.actions.rollups.intake import Intake, MustBeAlone
from pilots.actions.rollups.locks import alone
from pilots.actions.rollups.pairing import pair_up
from pilots.actions.rollups.quarantining import recount_stretch
from pilots.actions.rollups.rebuilding import Sealed, rebuild, refresh
from pilots.actions.rollups.recounting import recount, recount_sample
from pilots.actions.rollups.sealing import is_sealed

__all__ = [
    "Intake",
    "MustBeAlone",
    "Sealed",
    "alone",
    "fold",
    "fold_all",
    "is_sealed",
    "pair_up",
    "rebuild",
    "recount",
    "recount_sample",
    "recount_stretch",
    "refresh",
]
