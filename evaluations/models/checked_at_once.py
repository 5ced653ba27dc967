"""Checks that the database makes of a row are asked about together before it is written."""

from collections.abc import Collection, Sequence

from django.db import models, router


class CheckedAtOnce(models.Model):
    """Django asks about each check by itself, in a savepoint of its own, and gives every column along: 33 statements for a
    charter. Here one query asks about all of them; only where it says no is each asked, for its own words."""

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        self._all_checks_hold = self._hold_together(exclude)
        try:
            super().validate_constraints(exclude=exclude)
        finally:
            del self._all_checks_hold

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        found = super().get_constraints()
        if not getattr(self, "_all_checks_hold", False):
            return found
        return [(model, [each for each in of_it if not _is_check(each)]) for model, of_it in found]

    def _hold_together(self, left_out: Collection[str] | None) -> bool:
        """All but those that need a field that is left out: Django passes over them as well."""
        values = self._get_field_expression_map(meta=self._meta, exclude=left_out)  # type: ignore[attr-defined]
        together = models.Q()
        for each in self._meta.constraints:
            condition = getattr(each, "condition", None)
            if (
                _is_check(each)
                and isinstance(condition, models.Q)
                and condition.referenced_base_fields <= values.keys()
            ):
                together &= condition
        asked = {name: values[name] for name in together.referenced_base_fields}
        return not together or together.check(asked, using=router.db_for_write(type(self), instance=self))


def _is_check(constraint: models.BaseConstraint) -> bool:
    return isinstance(constraint, models.CheckConstraint)
