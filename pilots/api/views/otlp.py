"""OTLP/HTTP: traces from any OpenTelemetry SDK or Collector. https://opentelemetry.io/docs/specs/otlp/#otlphttp"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from config.api import Problem
from pilots.actions import spans
from pilots.actions.calls import Taken
from pilots.api.otlp import answers, compression, dialects, json_format, protobuf
from pilots.api.otlp.span import Span, TooLarge, Unreadable
from pilots.api.views.doors import Door

LARGEST_BODY = 20 * 1024 * 1024
MOST_SPANS = 10_000
READERS: dict[str, Callable[..., list[Span]]] = {
    answers.PROTOBUF: protobuf.spans,
    answers.JSON: json_format.spans,
}
CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 8, 415: 3, 429: 8, 503: 14}
"""google.rpc.Code by HTTP status; 13 is an internal error."""


class Traces(Door):
    """Spans in, in protobuf or JSON, plain or gzip. Acknowledged means stored and readable."""

    http_method_names = ["post"]

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponse:
        read = READERS.get(_media_type(request))
        if read is None:
            raise Problem(
                status=415,
                code="unsupported_media_type",
                detail="Send application/x-protobuf or application/json: set the exporter's protocol to http/protobuf.",
            )
        try:
            found = read(_body(request), most=MOST_SPANS)
        except Unreadable as error:
            raise Problem(status=400, code="malformed", detail=str(error)) from None
        except TooLarge:
            raise Problem(
                status=413,
                code="too_large",
                detail=f"Send at most {MOST_SPANS:,} spans or 20 MiB, unpacked, at a time: lower the exporter's batch size.",
            ) from None
        shapes = dialects.Shapes()
        taken = spans.record(
            spans=[dialects.seen(span, shapes) for span in found], token=self.token, now=timezone.now()
        )
        media_type = _media_type(request)
        content = answers.of_export(
            rejected=taken.rejected.total(), message=message(taken), media_type=media_type
        )
        return HttpResponse(content, content_type=media_type)

    def refusal(self, *, status: int, code: str, detail: str) -> HttpResponse:
        """A google.rpc.Status in the encoding of the request."""
        media_type = answers.JSON if _media_type(self.request) == answers.JSON else answers.PROTOBUF
        content = answers.of_refusal(code=CODES.get(status, 13), message=detail, media_type=media_type)
        return HttpResponse(content, status=status, content_type=media_type)


def message(taken: Taken) -> str:
    """Why spans were rejected or ignored, the most frequent reasons first."""
    parts = [
        f"{count} span{'s' if count > 1 else ''} {verb}: {why}."
        for verb, reasons in (("rejected", taken.rejected), ("ignored", taken.ignored))
        for why, count in reasons.most_common(5)
    ]
    return " ".join(part.replace("..", ".") for part in parts)


def _media_type(request: Any) -> str:
    return str(request.META.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()


def _body(request: Request) -> bytes:
    """The bytes sent, unpacked. Senders that compress while they send use chunks and no Content-Length."""
    environ = request._request.META
    announced = str(environ.get("CONTENT_LENGTH") or "")
    chunked = "chunked" in str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower()
    if not chunked and announced.isdigit() and int(announced) > LARGEST_BODY:
        raise TooLarge
    stream = environ["wsgi.input"] if chunked else request._request
    raw: bytes = stream.read(LARGEST_BODY + 1)
    if len(raw) > LARGEST_BODY:
        raise TooLarge
    coding = str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower()
    if coding == "gzip":
        return compression.gunzip(raw, most=LARGEST_BODY)
    if coding not in {"", "identity"}:
        raise Problem(status=415, code="unsupported_encoding", detail="Send the body plain or in gzip.")
    return raw
