"""The records of a pilot are written once, as all records are."""

from evaluations.models.write_once import WriteOnce, WrittenOnce, append_only

__all__ = ["WriteOnce", "WrittenOnce", "append_only"]
