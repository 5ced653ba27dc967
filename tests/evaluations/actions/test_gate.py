"""Room at a deployment, shared by all workers through Redis."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable

import pytest
from redis import asyncio as redis

from evaluations.actions.gate import SCRIPT, Gate


@pytest.fixture
def name() -> str:
    return f"deployment-{uuid.uuid4().hex}"


def in_loop(redis_url: str, work: Callable[[Callable[..., Gate]], Awaitable[None]], name: str) -> None:
    async def whole() -> None:
        async with redis.from_url(redis_url) as client:
            script = client.register_script(SCRIPT)
            await work(lambda **fields: Gate(script, name=name, **fields))

    asyncio.run(whole())


async def ask(gate: Gate, times: int, seen: list[str], open_now: list[int], *, seconds: float = 0.01) -> None:
    for _ in range(times):
        async with gate.slot():
            open_now[0] += 1
            open_now[1] = max(open_now)
            await asyncio.sleep(seconds)
            open_now[0] -= 1
        seen.append(gate.lane)


def test_two_workers_together_stay_within_the_limit_and_both_get_on(redis_url, name):
    seen: list[str] = []
    open_now = [0, 0]

    async def work(make):
        first, second = make(limit=4, lane="a"), make(limit=4, lane="b")
        async with first.kept(), second.kept():
            asked = (
                ask(gate, 30, seen, open_now, seconds=0.02) for gate in (first, second) for _ in range(4)
            )
            await asyncio.gather(*asked)

    in_loop(redis_url, work, name)

    assert open_now == [0, 4]
    assert (seen.count("a"), seen.count("b")) == (120, 120)
    assert {*seen[:120]} == {"a", "b"}  # neither waited for the other's end


def test_what_one_worker_gives_back_the_other_gets(redis_url, name):
    async def work(make):
        first, second = make(limit=2), make(limit=2)
        async with first.kept(), first.slot(), first.slot():
            pass
        async with second.kept(), second.slot(), second.slot():
            assert second.granted == 2

    in_loop(redis_url, work, name)


def test_a_redis_that_restarted_and_forgot_everything_is_told_again(redis_url, name):
    seen: list[str] = []

    async def work(make):
        gate = make(limit=2)
        async with redis.from_url(redis_url) as other, gate.kept():
            asking = asyncio.gather(*(ask(gate, 10, seen, [0, 0]) for _ in range(2)))
            await asyncio.sleep(0.03)
            await other.script_flush()
            await other.delete(*[key async for key in other.scan_iter(f"*{name}*")])
            gate.asked_for.set()
            await asking
            await gate._call()
            assert await other.exists(f"pilotage:gate:{{{name}}}:lanes")

    in_loop(redis_url, work, name)

    assert len(seen) == 20


def test_requests_in_a_minute_are_counted_over_all_workers(redis_url, name):
    seen: list[str] = []

    async def work(make):
        gates = [make(limit=8, per_minute=1200, lane=lane) for lane in "ab"]
        async with gates[0].kept(), gates[1].kept():
            start = time.monotonic()
            asking = [
                asyncio.create_task(ask(gate, 50, seen, [0, 0], seconds=0))
                for gate in gates
                for _ in range(4)
            ]
            await asyncio.sleep(0.5)
            # 20 a second and the one that a new bucket holds
            assert 2 <= len(seen) <= 1 + 20 * (time.monotonic() - start) + 1
            for each in asking:
                each.cancel()
            await asyncio.gather(*asking, return_exceptions=True)

    in_loop(redis_url, work, name)


def test_when_a_host_asks_to_wait_all_workers_wait(redis_url, name):
    async def work(make):
        told, other = make(limit=2), make(limit=2)
        async with told.kept(), other.kept():
            async with told.slot():
                told.close_for(0.4)
            await asyncio.sleep(0.05)
            start = time.monotonic()
            await other._call()
            async with other.slot():
                assert time.monotonic() - start >= 0.25

    in_loop(redis_url, work, name)


def test_without_redis_one_question_goes_at_a_time(name):
    seen: list[str] = []
    open_now = [0, 0]

    async def work(make):
        gate = make(limit=4)
        async with gate.kept():
            await asyncio.gather(*(ask(gate, 3, seen, open_now) for _ in range(4)))

    in_loop("redis://127.0.0.1:1/0", work, name)

    assert (len(seen), open_now) == (12, [0, 1])
