"""Clients that drip their bodies, and one that breaks off, against the server that `make run` starts."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.journeys.script import Script

if TYPE_CHECKING:
    from tests.journeys.instance import Instance

PATH = "/pilots/clause-check/measurements/"
CLIENTS = 24
"""More than the server works on at a time."""
PROMPT_S = 4.0


def measurement(unit: str) -> dict[str, Any]:
    return {"metric": "review_minutes", "value": 3.5, "unit_id": unit}


def begun(place: tuple[Instance, str], body: bytes, *, kind: str = "application/json") -> socket.socket:
    """A connection on which the head of a post has been sent, and nothing of its body."""
    instance, token = place
    address = urlsplit(instance.url)
    assert address.hostname is not None
    assert address.port is not None
    connection = socket.create_connection((address.hostname, address.port), timeout=20)
    connection.sendall(
        f"POST /api/v1{PATH} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    )
    return connection


def received(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def units(script: Script) -> set[str]:
    return {row["unit_id"] for row in script.get(f"{PATH}?page_size=1000")["results"]}


def test_clients_that_drip_keep_nobody_waiting(place: tuple[Instance, str], script: Script) -> None:
    bodies = [json.dumps(measurement(f"drip-{number}")).encode() for number in range(CLIENTS)]
    with ExitStack() as open_ones:
        dripping = [(open_ones.enter_context(begun(place, body)), body) for body in bodies]
        for index in range(10):
            for connection, body in dripping:
                connection.sendall(body[index : index + 1])

        script.post(PATH, measurement("prompt"), timeout=PROMPT_S)

        assert {unit for unit in units(script) if unit.startswith("drip-")} == set()
        for connection, body in dripping:
            connection.sendall(body[10:])
        answers = [received(connection) for connection, _ in dripping]
    assert [answer.split()[1] for answer in answers] == [b"201"] * CLIENTS
    assert {f"drip-{number}" for number in range(CLIENTS)} | {"prompt"} <= units(script)


def test_a_body_cut_in_the_middle_stores_nothing(place: tuple[Instance, str], script: Script) -> None:
    """Not even the lines that came whole."""
    lines = [json.dumps(measurement(f"cut-{number}")).encode() + b"\n" for number in range(3)]
    connection = begun(place, b"".join(lines), kind="application/x-ndjson")
    with connection:
        connection.sendall(b"".join(lines[:2]))
        connection.shutdown(socket.SHUT_WR)

        received(connection)

    assert {unit for unit in units(script) if unit.startswith("cut-")} == set()
