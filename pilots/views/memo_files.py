"""A memo as a file. Each shape is made of the one structure, and each prints the hash."""

import json
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string

from pilots.charts.palette import PAPER
from pilots.memos import pdf
from pilots.memos.markdown import markdown
from pilots.memos.structure import Document


def answer(document: Document, shape: str, *, name: str) -> HttpResponse:
    """Raises Http404 for a shape there is not."""
    if shape not in SHAPES:
        raise Http404("A memo comes as pdf, md, html or json.")
    made, kind = SHAPES[shape]
    return attachment(made(document), kind, f"{name}.{shape}")


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _json(document: Document) -> bytes:
    """`document` in canonical JSON is what `sha256` is of, once it is signed; `persons` says who its pseudonyms are."""
    kind = "sha256" if document.signature else "fingerprint"
    head = json.dumps({kind: document.hash, "persons": document.memo.persons}, ensure_ascii=False)
    return b'%s,"document":%s}' % (head[:-1].encode(), document.data())


def _html(document: Document) -> bytes:
    """One file that needs nothing else."""
    charts = [each.chart.draw(PAPER) if each.chart else "" for each in document.memo.criteria]
    context = {
        "document": document,
        "memo": document.memo,
        "signature": document.signature,
        "criteria": list(zip(document.memo.criteria, charts, strict=True)),
    }
    return render_to_string("pilots/memo/export.html", context).encode()


SHAPES: dict[str, tuple[Callable[[Document], bytes], str]] = {
    "pdf": (pdf.pdf, "application/pdf"),
    "md": (lambda document: markdown(document).encode(), "text/markdown; charset=utf-8"),
    "html": (_html, "text/html; charset=utf-8"),
    "json": (_json, "application/json"),
}
