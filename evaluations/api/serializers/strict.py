from difflib import get_close_matches
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings

from evaluations.actions import catalogue
from evaluations.api.visibility import visible


class Strict(serializers.Serializer):
    """A field that is not there, or that cannot be written, is an error with the nearest name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = [name for name, field in self.fields.items() if not field.read_only]
            unknown = {name: [_unknown(str(name), writable)] for name in data if name not in writable}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class CatalogueSerializer(Strict, serializers.ModelSerializer):
    """Written through `actions.catalogue.save`, which checks what the database will."""

    def create(self, validated_data: dict[str, Any]) -> Any:
        model: type[Any] = self.Meta.model
        return self._save(model(), validated_data)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        return self._save(instance, validated_data)

    def _save(self, row: Any, values: dict[str, Any]) -> Any:
        for name, value in values.items():
            setattr(row, name, value)
        try:
            catalogue.save(row)
        except ValidationError as error:
            raise serializers.ValidationError(_by_field(error)) from error
        return row


def _by_field(error: ValidationError) -> dict[str, Any]:
    """Django's faults under DRF's names; what concerns several fields is under the name DRF has for that."""
    faults: Any = get_error_detail(error)
    return {
        api_settings.NON_FIELD_ERRORS_KEY if name == NON_FIELD_ERRORS else name: faults[name]
        for name in faults
    }


def _unknown(name: str, known: list[str]) -> ErrorDetail:
    close = get_close_matches(name, known, n=1)
    choice = f"Did you mean {close[0]}?" if close else f"Fields here: {', '.join(known)}."
    return ErrorDetail(f"There is no field {name[:100]} to write. {choice}", code="unknown_field")


class NameOf(serializers.SlugRelatedField):
    """Another row by its slug, with a sentence for one that is not there."""

    default_error_messages = {
        "does_not_exist": "There is none called {value}. Create it first, or correct the name.",
        "invalid": "Give the slug as a text.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="slug", **options)

    def get_queryset(self) -> QuerySet[Any]:
        """What the caller may not know of cannot be named either."""
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[assignment]
        return visible(self.context.get("request"), rows)
