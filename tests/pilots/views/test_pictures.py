"""Pictures of failures: of kinds that a browser only draws, and as closed as their pilot."""

import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilots.actions import findings, forgetting, pictures
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Failure, FailurePicture, Pilot
from tests.factories import NOW, make_user

SignedIn = Callable[[User], Client]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png() -> bytes:
    """One red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, pixel = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@pytest.fixture
def failure(pilot: Pilot) -> Failure:
    values = {"severity": "minor", "type": "wrong", "cause": "blurred"}
    return findings.report_failure(pilot=pilot, values=values, by=pilot.owner, token=None, now=NOW)[0]


def test_it_is_shown_with_its_words_and_can_do_nothing_but_be_drawn(
    failure: Failure, signed_in: SignedIn
) -> None:
    rosa, page = signed_in(make_user("rosa", "Reviewers")), "/p/clause-check/failures/"
    sent = {"picture": SimpleUploadedFile("x.html", png(), "text/html"), "alt": "A red <dot>"}

    rosa.post(f"{page}{failure.pk}/pictures/", sent)
    picture = FailurePicture.objects.get()
    address = f"{page}{failure.pk}/pictures/{picture.pk}/"
    shown = rosa.get(address)

    assert (shown.content, shown.headers["Content-Type"]) == (png(), "image/png")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert f'<img src="{address}" alt="A red &lt;dot&gt;"' in rosa.get(page).content.decode()
    assert rosa.get(f"/p/other/failures/{failure.pk}/pictures/{picture.pk}/").status_code == 404


def test_what_is_no_picture_too_large_without_words_or_from_a_viewer_is_refused(
    failure: Failure,
) -> None:
    owner = failure.pilot.owner

    for data, alt in ((SVG, "A dot"), (b"", "A dot"), (png() + b"0" * 2 * 2**20, "A dot"), (png(), " ")):
        with pytest.raises(Refused):
            pictures.add(failure=failure, data=data, alt=alt, by=owner, now=NOW)
    with pytest.raises(NotAllowed):
        pictures.add(failure=failure, data=png(), alt="A dot", by=make_user("", "Viewers"), now=NOW)
    assert FailurePicture.objects.count() == 0


def test_where_texts_are_not_kept_as_they_came_no_picture_is_and_old_ones_go_with_the_texts(
    failure: Failure, settings: object
) -> None:
    add = {"failure": failure, "data": png(), "alt": "A dot", "by": failure.pilot.owner}
    pictures.add(**add, now=NOW)

    settings.TEXTS_STORED = {"none": "hash"}  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="cannot be redacted"):
        pictures.add(**add, now=NOW)
    settings.TEXTS_KEPT_DAYS = {"none": 30}  # type: ignore[attr-defined]
    gone = forgetting.forget_due(now=NOW + timedelta(days=31))

    assert (gone["pictures"], FailurePicture.objects.count()) == (1, 0)
