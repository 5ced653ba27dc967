"""An excerpt, as anybody may see it: without what looks like personal data or a key."""

from evaluations.redaction import redacted as without_personal_data

LONGEST = 600


def redacted(text: str, *, longest: int = LONGEST) -> str:
    """At most so many characters, the rest told by an ellipsis."""
    text = without_personal_data(text)
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"
