"""Charters from a table: all of its rows or none, each by the same acts as the form of the admin."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.text import slugify

from pilots.actions import charters
from pilots.actions.refusals import Refused, Unfit
from pilots.exports.tables import typed
from pilots.models import Pilot
from pilots.models.kit import Kit
from pilots.queries import windows
from pilots.queries.pilot_table import COLUMNS, NO, PEOPLE, READERS, YES, cells, names

MOST_ROWS = 500
TRUTHS = {YES: True, "true": True, "1": True, NO: False, "false": False, "0": False}
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What one row does, or why it does not. `line` is its line in the file, `changed` the names of its columns."""

    line: int
    slug: str
    is_new: bool = False
    changed: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def take_in(*, text: str, by: User, now: datetime, reason: str = "", dry_run: bool = False) -> list[Outcome]:
    """An entry a row. Nothing is stored in a dry run, nor when one row is at fault. Raises Refused for what is no table."""
    rows = list(_rows(text))
    slugs: set[str] = set()
    outcomes = []
    with transaction.atomic():
        for line, row in rows:
            slug = row.get("slug") or slugify(row.get("name", ""))[:50]
            if slug in slugs:
                fault = f"{slug} stands in an earlier line already. Leave one of them out."
                outcomes.append(Outcome(line, slug, faults=(fault,)))
            else:
                outcomes.append(_taken(line, slug, row, by=by, now=now, reason=reason))
            slugs.add(slug)
        if dry_run or any(outcome.faults for outcome in outcomes):
            transaction.set_rollback(True)
    return outcomes


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """The cells that a file has. A column it does not have stays as it is."""

    kit = forms.MultipleChoiceField(choices=Kit.choices, required=False)

    class Meta:
        model = Pilot
        fields = COLUMNS

    def __init__(self, row: Cells, *, instance: Pilot) -> None:
        super().__init__(
            {**row, **{name: row.get(name, "").split() for name in ("kit", READERS)}}, instance=instance
        )
        for name in set(self.fields) - row.keys():
            del self.fields[name]
        if READERS in self.fields:
            self.fields[READERS] = forms.ModelMultipleChoiceField(
                User.objects.filter(is_active=True),
                to_field_name="username",
                required=False,
                error_messages={
                    "invalid_choice": "Nobody who may sign in is called %(value)s. Correct the user name."
                },
            )
        for name in set(PEOPLE) & set(self.fields):
            self.fields[name] = forms.ModelChoiceField(
                User.objects.filter(is_active=True),
                to_field_name="username",
                required=self.fields[name].required,
                error_messages={
                    "invalid_choice": "Nobody who may sign in is called %(value)s. Correct the user name."
                },
            )
        for name, field in self.fields.items():
            if isinstance(field, forms.BooleanField):
                self.fields[name] = forms.TypedChoiceField(
                    choices=[(text, text) for text in TRUTHS],
                    coerce=TRUTHS.__getitem__,
                    empty_value=None,
                    required=not isinstance(field, forms.NullBooleanField),
                    error_messages={"invalid_choice": "Write yes or no, not %(value)s."},
                )


def _rows(text: str) -> Iterator[tuple[int, Cells]]:
    """The line and the cells of each row that has any. Raises Refused."""
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        _check_head(head)
        for number, row in enumerate(reader):
            if number >= MOST_ROWS:
                raise Refused(f"The file has more than {MOST_ROWS} rows. Cut it into several.")
            if len(row) > len(head):
                raise Refused(
                    f"Line {reader.line_num} has {len(row)} cells under {len(head)} columns. "
                    "Put quotes around a text with a comma in it."
                )
            if any(cell.strip() for cell in row):
                yield (
                    reader.line_num,
                    {name: typed(cell.strip()) for name, cell in zip(head, row, strict=False)},
                )
    except csv.Error as error:
        raise Refused(
            f"Line {reader.line_num} is no CSV: {error}. Save the table as CSV once more."
        ) from error


def _check_head(head: list[str]) -> None:
    unknown = [name for name in head if name not in COLUMNS]
    if not head or unknown:
        says = f"There is no column {unknown[0] or 'without a name'}." if unknown else "The file is empty."
        raise Refused(
            f"{says} The first line names the columns; those of an export are: {', '.join(COLUMNS)}."
        )
    if len(set(head)) != len(head):
        raise Refused("A column is named twice. Leave one of them out.")
    if not {"slug", "name"} & set(head):
        raise Refused("A row is told by its slug, or by its name where it is new. Add the column slug.")


def _taken(line: int, slug: str, row: Cells, *, by: User, now: datetime, reason: str) -> Outcome:
    known = Pilot.objects.select_for_update(no_key=True).filter(slug=slug).first()
    first = windows.default(today=now.date())._asdict()
    pilot = known or Pilot(slug=slug, owner=by, kit=Kit.values, **first)
    before = cells(pilot, row) if known else {}
    form = RowForm({**row, "slug": slug}, instance=pilot)
    if not form.is_valid():
        return Outcome(line, slug, is_new=known is None, faults=tuple(_faults(form.errors.items())))
    readers = form.cleaned_data.get(READERS)
    now_in = cells(pilot, row) | ({READERS: names(readers)} if readers is not None else {})
    after = {name: text for name, text in now_in.items() if text != before.get(name, "")}
    if known and not after:
        return Outcome(line, slug)
    try:
        _store(
            pilot,
            {name: before[name] for name in after} if known else {},
            after,
            readers=readers,
            by=by,
            now=now,
            reason=reason,
        )
    except Unfit as unfit:
        return Outcome(line, slug, is_new=known is None, faults=tuple(_faults_of(unfit)))
    except Refused as refusal:
        return Outcome(line, slug, is_new=known is None, faults=(str(refusal),))
    return Outcome(line, slug, is_new=known is None, changed=tuple(after))


@transaction.atomic
def _store(
    pilot: Pilot,
    before: Cells,
    after: Cells,
    *,
    readers: Collection[User] | None,
    by: User,
    now: datetime,
    reason: str,
) -> None:
    charters.save(pilot=pilot, by=by, readers=readers)
    charters.record_change(pilot=pilot, by=by, now=now, before=before, after=after, reason=reason)


def _faults_of(unfit: Unfit) -> Iterator[str]:
    by_field: dict[str, Any] = getattr(unfit.error, "message_dict", {NON_FIELD_ERRORS: unfit.error.messages})
    return _faults(by_field.items())


def _faults(by_field: Any) -> Iterator[str]:
    for name, sentences in by_field:
        for sentence in sentences:
            yield str(sentence) if name == NON_FIELD_ERRORS else f"{name}: {sentence}"
