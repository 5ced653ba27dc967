"""From what became of each row to a status and a body."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from config.api import PROBLEM, FieldError, document
from pilots.actions.measurement_report import ItemReport, Report
from pilots.api.bodies import Posted
from pilots.api.options import BatchOptions
from pilots.api.renderers import JSON


@dataclass(frozen=True)
class Answer:
    """What is sent back; a status of 400 or more makes it a problem document."""

    status: int
    body: dict[str, Any]


def of_rows(
    report: Report, posted: Posted, options: BatchOptions, *, request: HttpRequest | Request
) -> Answer:
    """Of a batch that was not all or nothing."""
    if report.items and report.rejected == len(report.items):
        return refused(report, posted, atomic=False, request=request)
    return of_batch(report, posted, options)


def response(answer: Answer, *, replayed: bool = False) -> HttpResponse:
    """What DRF's Response comes to in the end, without the steps of a template in between."""
    return HttpResponse(
        JSON.encoder.encode(answer.body),
        status=answer.status,
        headers={"Idempotency-Replayed": "true"} if replayed else None,
        content_type=PROBLEM if answer.status >= 400 else JSON.media_type,
    )


def of_batch(report: Report, posted: Posted, options: BatchOptions) -> Answer:
    """201 when every row is in (200 for a dry run), 207 when some are; `refused` answers for the rest."""
    body: dict[str, Any] = {
        "created": report.created,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
    }
    if options.on_conflict == "replace":
        body["replaced"] = report.replaced
    if options.dry_run:
        body["dry_run"] = True
    shown = [item for item in report.items if options.items == "all" or item.errors]
    if shown or options.items == "all":
        body["items"] = [_item(item, posted) for item in shown]
    if report.rejected:
        return Answer(207, body)
    return Answer(200 if options.dry_run else 201, body)


def refused(report: Report, posted: Posted, *, atomic: bool, request: HttpRequest | Request) -> Answer:
    """422: no row was stored, each fault by name."""
    errors = [fault for item in report.items for fault in _faults(item, posted)]
    code = "batch_rejected" if atomic else "measurements_rejected"
    detail = _detail(report, errors, atomic=atomic)
    return Answer(422, document(request, status=422, code=code, detail=detail, errors=errors))


def _detail(report: Report, errors: list[FieldError], *, atomic: bool) -> str:
    rows = len(report.items)
    if rows == 1:
        return errors[0]["message"]
    faulty = f"{report.rejected} of {rows} rows" if atomic else f"All {rows} rows"
    return f"{faulty} have faults and nothing was stored. Correct what errors names and send the batch again."


def _item(item: ItemReport, posted: Posted) -> dict[str, Any]:
    shown: dict[str, Any] = {"external_id": item.external_id, "status": item.status}
    if item.errors:
        shown["errors"] = list(_faults(item, posted))
    return shown


def _faults(item: ItemReport, posted: Posted) -> Iterator[FieldError]:
    """Pointers lead into the body as it was sent, not into the row alone."""
    row = posted.pointer(item.index)
    for fault in item.errors:
        yield {**fault, "pointer": f"{row}{fault['pointer']}"}
