"""What is handed to the application, and when."""

import json
from collections.abc import Iterable
from io import BytesIO
from threading import Thread
from typing import Any

import pytest

from config.bodies_first import BodiesFirst, FewAtATime


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def answer(environ: dict[str, Any]) -> tuple[str, bytes]:
    statuses: list[str] = []
    door = BodiesFirst(FewAtATime(application, places=1), largest=10)
    parts = door(environ, lambda status, headers: statuses.append(status))
    return statuses[0], b"".join(parts)


@pytest.mark.parametrize(
    ("length", "sent", "handed"),
    [
        ("4", b"body", b"body"),
        ("4", b"body and the next request", b"body"),
        ("", b"in chunks", b"in chunks"),
        ("11", b"eleven long", b"eleven long"),
    ],
)
def test_a_body_is_handed_over_up_to_its_length(length: str, sent: bytes, handed: bytes):
    assert answer({"CONTENT_LENGTH": length, "wsgi.input": BytesIO(sent)}) == ("200 OK", handed)


class Broken(BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise ConnectionResetError


@pytest.mark.parametrize("sent", [BytesIO(b"bod"), Broken()])
def test_a_body_that_ends_early_is_refused_unseen(sent: BytesIO):
    status, said = answer({"CONTENT_LENGTH": "4", "wsgi.input": sent})

    assert (status, json.loads(said)["code"]) == ("400 Bad Request", "body_cut")


def test_a_body_that_is_on_its_way_takes_no_place():
    door = BodiesFirst(FewAtATime(application, places=1), largest=10)
    answers: list[bytes] = []

    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            meanwhile = Thread(
                target=lambda: answers.extend(door({"wsgi.input": BytesIO(b"prompt")}, lambda *_: None))
            )
            meanwhile.start()
            meanwhile.join(timeout=5)
            return super().read(size)

    answers.extend(door({"CONTENT_LENGTH": "4", "wsgi.input": Slow(b"slow")}, lambda *_: None))

    assert answers == [b"prompt", b"slow"]
