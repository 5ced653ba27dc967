"""How long somebody really looked: what the timer of a page says, held to what the server knows (R17).

The timer counts while the page is seen and used; it stops some time after the last key, click or scroll (the idle limit). A
figure of it is a claim. Between two signs of life of the page no more than their distance is credited, and no more than the
idle limit: whoever sends none adds nothing, however long the page stays open. All in seconds.
"""


def credited(*, claimed: float, known: float, since_seen: float, idle: float) -> float:
    """What a claim adds that had been `known` before. `since_seen` the last sign of life."""
    return max(0.0, min(claimed - known, since_seen, idle))


def by_the_clock(*, open_for: float, idle: float) -> float:
    """Of a page without a timer: from opening to judging, and no longer than somebody may look without a sign of it."""
    return max(0.0, min(open_for, idle))
