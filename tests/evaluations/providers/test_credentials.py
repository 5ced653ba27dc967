from __future__ import annotations

import pytest

from evaluations.providers.credentials import Credential, MissingCredential, redact


def test_the_variable_wins_over_its_file(tmp_path):
    (tmp_path / "key").write_text("from-file\n")
    environ = {"KEY": " from-variable ", "KEY_FILE": str(tmp_path / "key")}

    assert Credential("KEY").resolve(environ) == "from-variable"


def test_the_file_is_read_without_its_line_end(tmp_path):
    (tmp_path / "key").write_text("from-file\n")

    assert Credential("KEY").resolve({"KEY_FILE": str(tmp_path / "key")}) == "from-file"


def test_no_name_means_no_secret():
    assert Credential().resolve({"": "never"}) == ""


@pytest.mark.parametrize("environ", [{}, {"KEY": "  "}])
def test_a_missing_secret_names_the_variable(environ):
    with pytest.raises(MissingCredential) as caught:
        Credential("KEY").resolve(environ)

    assert str(caught.value) == "No secret found: set KEY, or KEY_FILE to a file that holds it."


def test_an_unreadable_file_says_why(tmp_path):
    with pytest.raises(MissingCredential) as caught:
        Credential("KEY").resolve({"KEY_FILE": str(tmp_path / "none")})

    assert str(caught.value) == "The file named by KEY_FILE cannot be read: No such file or directory."


def test_a_file_that_is_no_text_shows_none_of_its_bytes(tmp_path):
    (tmp_path / "key").write_bytes(b"\xff\xfesk-secret")

    with pytest.raises(MissingCredential) as caught:
        Credential("KEY").resolve({"KEY_FILE": str(tmp_path / "key")})

    assert str(caught.value) == "The file named by KEY_FILE cannot be read: not a text file."
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("value", ["two\nlines", "kéy"])
def test_a_secret_that_no_header_can_carry_is_refused_without_showing_it(value):
    with pytest.raises(MissingCredential) as caught:
        Credential("KEY").resolve({"KEY": value})

    assert str(caught.value) == "KEY holds a line break or a character that no HTTP header can carry."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key abcdefghij given", "key [secret] given"),
        ("begins abcdef, ends efghij", "begins [secret], ends [secret]"),
        ("abcde is too short to matter", "abcde is too short to matter"),
        ("abcdefghijabcdefghij", "[secret]"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_redact_removes_the_secret_and_its_longer_fragments(text, shown):
    assert redact(text, "abcdefghij") == shown


def test_redact_of_a_short_secret_removes_it_whole():
    assert redact("pw: hunter", "hunter") == "pw: [secret]"


def test_redact_without_a_secret_changes_nothing():
    assert redact("as it was", "") == "as it was"
