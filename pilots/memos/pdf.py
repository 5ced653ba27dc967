"""A memo on paper. Every text goes in as data, so no text is ever read as markup; charts are our own SVG."""

import json
from pathlib import Path
from typing import Any, Literal

from pilots.charts.palette import LIGHT, LiteralPalette
from pilots.judging.persons import named
from pilots.memos.structure import Document
from pilots.reading.readings import Drawn

TEMPLATE = Path(__file__).with_name("memo.typ")
PRINTED = LiteralPalette(colours=tuple(LIGHT.items()), font="Libertinus Serif")
"""In the face of the text, which is inside the package: the same drawing on every machine."""


def pdf(document: Document) -> bytes:
    """A tagged PDF. Takes about a fifth of a second of CPU; touches no network and no file but the template."""
    return _made(document, "pdf")[0]


def pages(document: Document, *, ppi: float = 60) -> list[bytes]:
    """The same pages as pictures, in PNG."""
    return _made(document, "png", ppi=ppi)


def picture(line: Drawn, *, ppi: float = 160) -> bytes:
    """One number line in PNG, for a mail."""
    source = b'#set page(width: auto, height: auto, margin: 4pt, fill: white)\n#image(bytes(sys.inputs.svg), format: "svg")'
    return bytes(_compiled(source, format="png", ppi=ppi, sys_inputs={"svg": str(line.draw(PRINTED))}))


def _compiled(source: str | bytes, **options: Any) -> Any:
    import typst  # noqa: PLC0415  weighs 7 MB, and not every process makes a memo

    return typst.compile(source, **options)


def _made(document: Document, shape: Literal["pdf", "png"], **options: Any) -> list[bytes]:
    signed = document.signature
    made = _compiled(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        format=shape,
        sys_inputs={"data": json.dumps(_data(document))},
        timestamp=int(signed.at.timestamp()) if signed else 0,
        **options,
    )
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def _data(document: Document) -> dict[str, Any]:
    """What the template reads: the memo, with people by their names, days in words and charts drawn."""
    memo, signature = document.memo, document.signature
    data: dict[str, Any] = named(memo.to_json(), memo.persons)
    data["made_on"] = f"{memo.made_on:%-d %B %Y}"
    data["hash"] = document.hash
    for line, criterion in zip(data["criteria"], memo.criteria, strict=True):
        line["chart"] = str(criterion.chart.draw(PRINTED)) if criterion.chart else None
    for line, answer in zip(data["answers"], memo.answers, strict=True):
        line["on"] = f"{answer.on:%-d %B %Y}" if answer.on else ""
    for line, review in zip(data["reviews"], memo.reviews, strict=True):
        line["on"] = f"{review.on:%-d %B %Y}"
    if memo.machine:
        data["machine"]["as_of"] = f"{memo.machine.as_of:%-d %B %Y, %H:%M} UTC"
    if memo.proposed:
        data["proposed"]["on"] = f"{memo.proposed.on:%-d %B %Y}"
    data["signature"] = (
        {
            "outcome": signature.outcome,
            "by": signature.by,
            "at": f"{signature.at:%-d %B %Y, %H:%M} UTC",
            "second": signature.second,
            "second_at": f"{signature.second_at:%-d %B %Y, %H:%M} UTC" if signature.second_at else "",
            "number": signature.number,
            "lines": [{"label": line.label, "value": line.value} for line in signature.lines()],
        }
        if signature
        else None
    )
    return data
