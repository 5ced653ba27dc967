"""What kind of picture a file is, by its first bytes and not by its name: only kinds that hold no script."""

TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
MOST_BYTES = 2 * 2**20


def type_of(data: bytes) -> str:
    """Empty for anything else, an SVG included."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return ""
