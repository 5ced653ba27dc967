"""What was remarked beside the four questions."""

from collections import defaultdict
from collections.abc import Mapping

from pilots.models import MemoComment, Pilot


def by_question(pilot: Pilot) -> Mapping[str, list[MemoComment]]:
    """The oldest first, as they were said. One query."""
    found: dict[str, list[MemoComment]] = defaultdict(list)
    for comment in pilot.memo_comments.select_related("written_by"):
        found[comment.question].append(comment)
    return found
