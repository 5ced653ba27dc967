import pytest

from pilots.reading.redaction import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to ana.b+x@mail.example.org today", "Write to [e-mail] today"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN [account]."),
        ("card 4111 1111 1111 1111 declined", "card [card] declined"),
        ("call +49 30 901820 or 030 901820", "call [phone] or [phone]"),
        ("from 192.168.7.12", "from [address]"),
        ("token sk-abcdefgh12345678 leaked", "token [key] leaked"),
    ],
)
def test_what_points_at_a_person_or_an_account_is_not_shown(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text", ["Clause 7.2 of 2026-11-20, 1,250.00 EUR", "p95 was 3.4 s, n = 212", "Order 90412"]
)
def test_figures_that_matter_stay(text: str) -> None:
    assert redacted(text) == text


def test_an_excerpt_is_an_excerpt() -> None:
    assert redacted("a" * 700) == "a" * 600 + "…"
