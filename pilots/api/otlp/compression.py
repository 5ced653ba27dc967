import zlib

from pilots.api.otlp.span import TooLarge, Unreadable

GZIP = 16 + zlib.MAX_WBITS


def gunzip(raw: bytes, *, most: int) -> bytes:
    """What was compressed, never more than `most` bytes of it in memory. Raises TooLarge, Unreadable.

    A member may follow another, as the format allows.
    """
    parts, left, size = [], raw, 0
    while left:
        opener = zlib.decompressobj(GZIP)
        try:
            part = opener.decompress(left, most - size + 1)
        except zlib.error:
            raise Unreadable("The body is not gzip, although Content-Encoding says so.") from None
        size += len(part)
        if size > most:
            raise TooLarge
        if not opener.eof:
            raise Unreadable("The compressed body ends too early. Send it whole.")
        parts.append(part)
        left = opener.unused_data
    return b"".join(parts)
