import pytest

from pilots.actions import measurements, memos, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Event, Pilot, Risk
from pilots.queries import memo
from tests.factories import NOW, answer_all, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    made = make_running_pilot()
    measurements.record(pilot=made, rows=make_rows(40, value=3.0, phase="baseline"), now=NOW, atomic=True)
    measurements.record(pilot=made, rows=make_rows(40, value=6.0, phase="pilot"), now=NOW, atomic=True)
    verdicts.judge(pilot_id=made.pk, now=NOW)
    return made


def answer(pilot: Pilot, **fields: object) -> None:
    given = {
        "question": "time_gained",
        "text": "With long contracts.",
        "confidence": "high",
        "evidence": ["metric:review_minutes"],
        "by": pilot.owner,
    }
    memos.answer(pilot=pilot, now=NOW, **(given | fields))


def test_an_answer_stands_in_the_memo_with_its_evidence_and_the_newest_counts(pilot: Pilot) -> None:
    answer(pilot, text="Nowhere.")
    answer(pilot)

    found = memo.load(pilot, now=NOW).answers[0]
    assert (found.text, found.confidence, found.diffuse) == ("With long contracts.", "Sure", ())
    assert [chip.label for chip in found.evidence] == ["Review minutes, n = 40"]
    assert pilot.answers.count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"question": "why"}, "question_unknown"),
        ({"text": " "}, "text_missing"),
        ({"confidence": ""}, "confidence_missing"),
        ({"evidence": ["metric:made_up"]}, "evidence_unknown"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(pilot: Pilot, fields: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        answer(pilot, **fields)

    assert refusal.value.code == code


def test_the_decider_does_not_write_the_memo(pilot: Pilot) -> None:
    with pytest.raises(NotAllowed):
        answer(pilot, by=pilot.decider)


def test_a_memo_with_answers_missing_is_not_handed_over(pilot: Pilot) -> None:
    with pytest.raises(Refused, match="still lacks answers: Where is time gained"):
        memos.propose(pilot=pilot, recommends="extend", note="More.", by=pilot.owner, now=NOW)
    answer_all(pilot)

    made = memos.propose(pilot=pilot, recommends="extend", note="More.", by=pilot.owner, now=NOW)

    found = memo.load(pilot, now=NOW)
    assert (found.proposed.outcome, found.proposed.note) == ("extend", "More.")
    assert Event.objects.get(verb="memo.proposed").after["fingerprint"] == made.fingerprint


def test_a_memo_is_one_memo_all_day_and_another_once_a_risk_is_added(pilot: Pilot) -> None:
    morning = memo.load(pilot, now=NOW).fingerprint

    assert memo.load(pilot, now=NOW.replace(hour=23)).fingerprint == morning
    Risk.objects.create(pilot=pilot, text="A clause is missed.", likelihood=4, impact=5)
    found = memo.load(pilot, now=NOW)
    assert found.fingerprint != morning
    assert [(risk.weight, risk.hidden) for risk in found.risks] == [(20, True)]
    assert (found.tests[2].passed, found.tests[2].sentence) == (
        False,
        "1 open risk without an owner or a control",
    )


def test_the_memo_says_what_is_not_known_and_keeps_spent_cost_apart(pilot: Pilot) -> None:
    found = memo.load(pilot, now=NOW)

    assert [line.value for line in found.spent] == ["not known", "not known", "20 days"]
    assert found.case("go").costs[0].value == "2,000 EUR, once"
    assert found.failures[0].value == "none recorded, and nobody has searched"
    assert {line.label: line.basis for line in found.minimum}["Cost of the move"] == "estimated"
    assert [(line.label, line.value) for line in found.minimum[:3]] == [
        ("Objective", "not measured"),
        ("Performance", "0 of 1 goal proven"),
        ("Usability", "not measured"),
    ]


def test_a_memo_takes_as_many_queries_with_many_answers_as_with_none(
    pilot: Pilot, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(43):  # type: ignore[operator]
        memo.load(Pilot.objects.get(pk=pilot.pk), now=NOW)
    answer_all(pilot)

    with django_assert_num_queries(43):  # type: ignore[operator]
        memo.load(Pilot.objects.get(pk=pilot.pk), now=NOW)
