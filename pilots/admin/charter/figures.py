"""Decimals as people write them: 0.3, not 0.300000."""

from decimal import Decimal
from typing import Any

from django.forms import ModelForm


def plain(form: ModelForm) -> None:
    """Shows the stored figures of a form without the zeros of the column."""
    for name, value in form.initial.items():
        if isinstance(value, Decimal):
            form.initial[name] = Decimal(f"{value.normalize():f}")


def shorter(shown: Any) -> Any:
    """The same for a figure that is read-only, as it was put into words already."""
    text = str(shown)
    return text.rstrip("0").rstrip(".") if "." in text else shown
