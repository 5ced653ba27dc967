"""How long one question is tried, without a clock."""

import asyncio

import pytest

from evaluations.actions.asking import Asked, Patience, ask
from evaluations.providers.protocol import Answer, Message, Request

QUESTION = Request(messages=(Message("user", "?"),))
PATIENCE = Patience(attempts=4, first_wait_s=0.5, longest_wait_s=1.5, longest_retry_after_s=60.0)


class Scripted:
    """Gives the answers it was made with, one after the other."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    async def ask(self, request: Request) -> Answer:
        return self.answers.pop(0)


def answer(outcome, *, status=None, retry_after_s=None, latency_s=0.1) -> Answer:
    return Answer(
        text="", outcome=outcome, latency_s=latency_s, http_status=status, retry_after_s=retry_after_s
    )


def asked(*answers: Answer, chance: float = 1.0) -> tuple[Asked, list[float]]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    done = asyncio.run(ask(Scripted(*answers), QUESTION, PATIENCE, sleep=sleep, chance=lambda: chance))
    return done, waits


def test_waits_double_up_to_the_longest():
    busy = answer("infra_error", status=429)

    done, waits = asked(busy, busy, busy, busy)

    assert waits == [0.5, 1.0, 1.5]
    assert done == Asked(busy, 4, worth_another=True)


def test_waits_are_spread_at_random():
    busy = answer("infra_error", status=429)

    _, waits = asked(busy, busy, answer("ok", status=200), chance=0.5)

    assert waits == [0.25, 0.5]


def test_the_hosts_own_wait_comes_first_and_is_spread_after_it():
    busy = answer("infra_error", status=429, retry_after_s=7.0)

    done, waits = asked(busy, answer("ok", status=200), chance=0.5)

    assert waits == [7.25]
    assert done.attempts == 2


def test_the_latency_is_that_of_the_last_attempt_alone():
    done, _ = asked(answer("error", status=503, latency_s=9.0), answer("ok", status=200, latency_s=0.2))

    assert done.answer.latency_s == 0.2


@pytest.mark.parametrize(
    "last",
    [
        answer("ok", status=200),
        answer("timeout"),
        answer("refused", status=200),
        answer("blocked", status=400),
        answer("error", status=400),
        answer("infra_error", status=401),
        answer("infra_error", status=404),
    ],
)
def test_what_another_try_cannot_change_is_final(last):
    done, waits = asked(last)

    assert (done, waits) == (Asked(last, 1), [])


@pytest.mark.parametrize(
    "passing",
    [
        answer("infra_error"),
        answer("error"),
        answer("timeout", status=504),
        answer("error", status=502),
        answer("error", status=529),
    ],
)
def test_a_host_that_cannot_be_reached_or_breaks_off_is_asked_again(passing):
    done, _ = asked(passing, answer("ok", status=200))

    assert done.attempts == 2
