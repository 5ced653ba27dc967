from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework import serializers

from config import api_strict
from config.api_strict import Strict, by_field
from evaluations.actions import catalogue
from evaluations.visibility import visible


class NameOf(api_strict.NameOf):
    """What the caller may not know of cannot be named either."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[assignment]
        return visible(self.context.get("request"), rows)


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
            raise serializers.ValidationError(by_field(error)) from error
        return row
