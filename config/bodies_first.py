"""A request is worked on once its body is here: clients that drip keep nobody else waiting."""

import json
from collections.abc import Callable, Iterable
from io import BytesIO
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from django.http import HttpResponse

KEPT_IN_MEMORY = 2**20
CHUNK = 2**16

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CUT = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "code": "body_cut",
    "detail": "The body ended before the length it announced. Nothing was stored: send it again.",
}


class BodiesFirst:
    """WSGI. A body that ends early is refused; one that announces more than `largest` is left unread, for the application to
    refuse."""

    def __init__(self, application: Application, *, largest: int) -> None:
        self.application = application
        self.largest = largest

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        announced = environ.get("CONTENT_LENGTH") or "0"
        length = int(announced) if announced.isdecimal() and len(announced) < 20 else 0
        if (
            not 0 < length <= self.largest
        ):  # nothing, too much, or in chunks: read by the application up to its limits
            return self.application(environ, start_response)
        with BytesIO() if length <= KEPT_IN_MEMORY else TemporaryFile() as body:
            if _copied(environ["wsgi.input"], body, length) < length:
                start_response("400 Bad Request", [("Content-Type", "application/problem+json")])
                return [json.dumps(CUT).encode()]
            body.seek(0)
            return self.application(environ | {"wsgi.input": body}, start_response)


class FewAtATime:
    """WSGI. The server has more threads than there are `places` to work in, so that clients that drip hold nobody up."""

    def __init__(self, application: Application, *, places: int) -> None:
        self.application = application
        self.places = BoundedSemaphore(places)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.places:
            answer = self.application(environ, start_response)
            if not isinstance(answer, HttpResponse):
                return answer
            # Whole already. The server takes a list at once; anything else it asks for piece by piece, and each time its
            # threads wait for the interpreter's lock.
            answer.close()
            return [answer.content]


def _copied(source: Any, body: IO[bytes], length: int) -> int:
    """How much came, at most `length`."""
    got = 0
    try:
        while got < length and (part := source.read(min(CHUNK, length - got))):
            got += body.write(part)
    except OSError:  # the connection broke
        pass
    return got
