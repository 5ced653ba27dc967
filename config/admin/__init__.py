"""The admin as a whole: people, the clock of the workers, the sidebar. Each app registers its own models."""

from config.admin import clock, people

__all__ = ["clock", "people"]
