import pytest

from pilots.templatetags.sentences import unbroken


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("wrong fields 1.64 % against 3.67 % before", "wrong fields 1.64\xa0% against 3.67\xa0% before"),
        ("review minutes 3.4, n = 212.", "review minutes 3.4, n\xa0=\xa0212."),
        (
            "at most 3.44 min, 18.1 s and 3,294 EUR, 14 more days",
            "at most 3.44\xa0min, 18.1\xa0s and 3,294\xa0EUR, 14 more days",
        ),
        ("nothing to keep together", "nothing to keep together"),
    ],
)
def test_figures_stay_with_what_they_belong_to(sentence: str, shown: str) -> None:
    assert unbroken(sentence) == shown
