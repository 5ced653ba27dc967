"""Hours in which a person wants no mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Quiet:
    """From the beginning of one hour of her day until that of another, over midnight where the first is the later."""

    starts: int
    ends: int
    zone: ZoneInfo

    def over(self, now: datetime) -> datetime:
        """`now`, or when the quiet hours it lies in are over: by her clock, also on the night it is changed."""
        here = now.astimezone(self.zone)
        if (here.hour - self.starts) % 24 >= (self.ends - self.starts) % 24:
            return now
        end = here.replace(hour=self.ends, minute=0, second=0, microsecond=0, fold=0)
        if self.ends <= here.hour:
            end += timedelta(days=1)
        return end.astimezone(now.tzinfo)
