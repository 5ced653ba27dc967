"""A whole pilot to another instance: its record, row by row as the database has it, under keys of the other instance."""

from pilots.actions.transfer.arriving import arrive
from pilots.actions.transfer.leaving import leave
from pilots.actions.transfer.tables import TransferRefused

__all__ = ["TransferRefused", "arrive", "leave"]
