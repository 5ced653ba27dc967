"""Rows that are written once: refused in Python with a sentence, and by the database for whoever comes another way."""

from typing import Any, NoReturn

import pgtrigger
from django.db import models


class WrittenOnce(Exception):
    """Somebody tried to change or delete a record that is kept as it was written."""

    def __init__(self, record: models.Model) -> None:
        super().__init__(
            f"{record._meta.verbose_name} {record.pk} is kept as written. Record a new one that corrects it."
        )


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Database triggers that refuse UPDATE, DELETE and TRUNCATE, raw SQL included."""
    refuse = f"RAISE EXCEPTION '{name} is append-only: record a new row that corrects it';"
    return [
        pgtrigger.Trigger(
            name=f"{name}_append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refuse,
        ),
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refuse,
        ),
    ]


class WriteOnce(models.Model):
    """A model whose rows can be added and read, nothing else. Each subclass adds `append_only` to its triggers."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnce(self)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(self)
