"""Zip files read without trust: a bounded number of members, each unpacked to a bounded size, none to disk."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO

import zstandard

from evaluations.formats.draft import BadRow

MOST_MEMBERS = 100_000
LARGEST_MEMBER = 50 * 1024 * 1024  # bytes, unpacked
LARGEST_WHOLE = 4 * 1024 * 1024 * 1024  # bytes, all members that are read, unpacked
ZSTANDARD = 93  # the method number; zipfile knows it from Python 3.14 on
PIECE = 256 * 1024


class Archive:
    """Raises BadRow for what is no zip, is damaged, or unfolds to more than it may."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = LARGEST_WHOLE
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise BadRow(f"This is no zip archive that can be read: {error}") from error
        if len(self._zip.infolist()) > MOST_MEMBERS:
            raise BadRow(f"The archive holds more than {MOST_MEMBERS:,} files. Split it.")
        self._members = {info.filename: info for info in self._zip.infolist()}

    def names(self) -> list[str]:
        return list(self._members)

    def read(self, name: str) -> bytes:
        """One member, unpacked. Its size is counted while it is unpacked: what the archive says of it is not believed."""
        info = self._members.get(name)
        if info is None:
            raise BadRow(f"The archive holds no {name}. Is it complete?")
        pieces, size = [], 0
        try:
            for piece in self._pieces(info):
                size += len(piece)
                self._left -= len(piece)
                if size > LARGEST_MEMBER or self._left < 0:
                    raise BadRow(f"{name} unpacks to more than {LARGEST_MEMBER >> 20} MB. That is no log.")
                pieces.append(piece)
        except (
            zipfile.BadZipFile,
            zstandard.ZstdError,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
        ) as error:
            raise BadRow(f"{name} cannot be unpacked: {error}") from error
        except Exception as error:
            if type(error).__module__ == "zlib":
                raise BadRow(f"{name} cannot be unpacked: {error}") from error
            raise
        return b"".join(pieces)

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        if info.compress_type != ZSTANDARD:
            with self._zip.open(info) as member:
                while piece := member.read(PIECE):
                    yield piece
            return
        # Behind the local header, whose name and extra field have lengths of their own.
        self._stream.seek(info.header_offset)
        header = self._stream.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile("a local header is missing")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self._stream.seek(info.header_offset + 30 + name_length + extra_length)
        unpacking = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        left = info.compress_size
        while left > 0 and (packed := self._stream.read(min(left, 16 * 1024))):
            left -= len(packed)
            yield unpacking.decompress(packed)
