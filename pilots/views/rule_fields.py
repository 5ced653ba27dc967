"""What forms about goals and stop triggers share."""

from decimal import Decimal

from django import forms

from pilots.judging.codec import decimal_text


class FigureField(forms.DecimalField):
    """A margin or a level, as the rows of goals and stop triggers can hold it. May stay empty."""

    def __init__(self, *, label: str, help_text: str = "") -> None:
        super().__init__(label=label, help_text=help_text, max_digits=20, decimal_places=6, required=False)
        self.widget.attrs["step"] = "any"  # else browsers count in steps from the first value


def text_of(value: Decimal | None) -> str:
    """As it is typed: without needless zeros, empty for none."""
    return "" if value is None else decimal_text(value)
