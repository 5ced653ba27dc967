"""A memo as Markdown, for a wiki or a mail. Every text is escaped: what somebody wrote stays what it is."""

import re
from collections.abc import Iterable

from pilots.memos.structure import Answer, Case, Document, Line, Memo

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&])")


def markdown(document: Document) -> str:
    """CommonMark with tables."""
    memo = document.memo
    parts = [
        f"# {text(memo.name)}: decision memo",
        text(memo.question),
        *_signature(document),
        *_machine(memo),
        "## Scope",
        _facts((*memo.people, *memo.scope)),
        "## Before and after",
        _table(
            ("Metric", "n", "Before", "After", "Change", "Interval", "Status"),
            (
                (row.metric, row.n, row.before, row.after, row.change, row.interval, row.status)
                for row in memo.rows
            ),
        ),
        "## The four questions",
        *(part for answer in memo.answers for part in _answer(answer)),
        "## Goals and stop triggers",
        _list(
            f"**{text(each.label)}** ({text(each.role)}, {text(each.status)}): {text(each.sentence)}"
            for each in memo.criteria
        ),
        "## The continue test",
        _list(f"**{text(test.name)}**: {_passed(test.passed)}, {text(test.sentence)}" for test in memo.tests),
        "## What speaks for and against each outcome",
        *(part for case in memo.cases for part in _case(case)),
        "### Spent already, and part of none of the four",
        _facts(memo.spent),
        "## Risks",
        _table(
            ("Risk", "Weight", "Control", "Owner", "State"),
            (
                (each.text, str(each.weight), each.control or "none", each.owner or "nobody", each.state)
                for each in memo.risks
            ),
        ),
        _list(
            f"**{text(each.area)}**: {text(each.gain)}, against {text(each.hidden_cost)}. Control: {text(each.control)}."
            for each in memo.trade_offs
        ),
        "### Failures",
        _facts(memo.failures),
        "## Fallback, removal and lock-in",
        _facts(memo.fallback),
        "## Minimum metrics",
        _facts(memo.minimum),
        "## What is looked at again, and when",
        _list(f"{each.on:%-d %B %Y}: {text(each.what)}" for each in memo.reviews),
        f"{'SHA-256 of the signed data' if document.signature else 'Not signed. Fingerprint'}: `{document.hash}`",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def text(words: str) -> str:
    """One line in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def _signature(document: Document) -> list[str]:
    signed = document.signature
    if signed is None:
        return []
    second = f", seconded by {text(signed.second)}" if signed.second else ""
    head = f"**{signed.outcome.capitalize()}**, signed by {text(signed.by)} on {signed.at:%-d %B %Y, %H:%M} UTC{second}."
    return [head, _facts(signed.lines())]


def _machine(memo: Memo) -> list[str]:
    if memo.machine is None:
        return ["The machine has not judged this pilot yet."]
    said = f"The machine says **{memo.machine.flag}**, as advice: {text(memo.machine.reason)}"
    proposed = (
        [f"{text(memo.proposed.by)} recommends **{memo.proposed.outcome}**: {text(memo.proposed.note)}"]
        if memo.proposed
        else []
    )
    return [said, f"Record {memo.machine.number}, evidence `{memo.machine.evidence_hash}`", *proposed]


def _answer(answer: Answer) -> list[str]:
    head = f"### {text(answer.question)}"
    if answer.missing:
        return [head, "Not answered."]
    firm = f"Diffuse: {text(' '.join(answer.diffuse))}" if answer.diffuse else "Firm."
    rests = (
        f" Rests on: {text('; '.join(chip.label for chip in answer.evidence))}." if answer.evidence else ""
    )
    return [head, text(answer.text), f"{firm} {text(answer.confidence)}, {text(answer.by)}.{rests}"]


def _case(case: Case) -> list[str]:
    blocked = f"Cannot be signed now: {text(' '.join(case.blocked))}" if case.blocked else ""
    second = f"Needs a second signer: {text(' '.join(case.second))}" if case.second else ""
    return [
        f"### {case.outcome.capitalize()}",
        text(case.happens),
        blocked,
        second,
        "For:",
        _list(map(text, case.speaks_for)),
        "Against:",
        _list(map(text, case.speaks_against)),
        "From here on:" if case.costs else "",
        _facts(case.costs),
    ]


def _passed(passed: bool | None) -> str:
    return {True: "passed", False: "failed", None: "not measured"}[passed]


def _facts(lines: Iterable[Line]) -> str:
    return _list(
        f"{text(line.label)}: {text(line.value)}{f' ({text(line.basis)})' if line.basis else ''}"
        for line in lines
    )


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    written = ["| " + " | ".join(text(cell) or "–" for cell in row) + " |" for row in rows]
    if not written:
        return "Nothing."
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *written])
