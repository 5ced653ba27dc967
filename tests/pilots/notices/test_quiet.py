from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pilots.notices.quiet import Quiet

NIGHT = Quiet(starts=20, ends=7, zone=ZoneInfo("Europe/Vienna"))
NOON = Quiet(starts=12, ends=13, zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("quiet", "now", "sent"),
    [
        (NIGHT, datetime(2026, 11, 20, 18, 59, tzinfo=UTC), datetime(2026, 11, 20, 18, 59, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 20, 19, 0, tzinfo=UTC), datetime(2026, 11, 21, 6, 0, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 21, 5, 59, tzinfo=UTC), datetime(2026, 11, 21, 6, 0, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 21, 6, 0, tzinfo=UTC), datetime(2026, 11, 21, 6, 0, tzinfo=UTC)),
        (NIGHT, datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (NOON, datetime(2026, 11, 20, 12, 30, tzinfo=UTC), datetime(2026, 11, 20, 13, 0, tzinfo=UTC)),
        (NOON, datetime(2026, 11, 20, 13, 30, tzinfo=UTC), datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_message_waits_until_quiet_hours_are_over_by_the_persons_own_clock(
    quiet: Quiet, now: datetime, sent: datetime
) -> None:
    assert quiet.over(now) == sent
