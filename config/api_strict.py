"""Serializers that refuse what they do not know, and the words for it. Both apps build on these."""

from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings


class Strict(serializers.Serializer):
    """A field that is not there, or that cannot be written, is an error with the nearest name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = [name for name, field in self.fields.items() if not field.read_only]
            unknown = {name: [_unknown(str(name), writable)] for name in data if name not in writable}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class NameOf(serializers.SlugRelatedField):
    """Another row by its slug, with a sentence for one that is not there."""

    default_error_messages = {
        "does_not_exist": "There is none called {value}. Create it first, or correct the name.",
        "invalid": "Give the slug as a text.",
    }

    def __init__(self, *, slug_field: str = "slug", **options: Any) -> None:
        super().__init__(slug_field=slug_field, **options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        if not data.isprintable():  # the database would not even be asked for a zero byte or half a character
            self.fail("does_not_exist", value=ascii(data[:100]))
        return super().to_internal_value(data)


class FiniteFloat(serializers.FloatField):
    """No NaN, no infinity: neither can be compared, nor sent back as JSON."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if not isfinite(number):
            self.fail("invalid")
        return number


def by_field(error: DjangoValidationError) -> dict[str, Any]:
    """Django's faults under DRF's names; what concerns several fields is under the name DRF has for that."""
    faults: Any = get_error_detail(error)
    if not isinstance(faults, dict):
        return {api_settings.NON_FIELD_ERRORS_KEY: faults}
    return {
        api_settings.NON_FIELD_ERRORS_KEY if name == NON_FIELD_ERRORS else name: faults[name]
        for name in faults
    }


def _unknown(name: str, known: list[str]) -> ErrorDetail:
    close = get_close_matches(name, known, n=1)
    choice = f"Did you mean {close[0]}?" if close else f"Fields here: {', '.join(known)}."
    return ErrorDetail(f"There is no field {name[:100]} to write. {choice}", code="unknown_field")
