"""The null model measures our own harness."""

from __future__ import annotations

import asyncio
import dataclasses

from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.opening import Endpoint, open_provider


def test_the_null_model_answers_at_once_with_the_first_label(question):
    provider = open_provider(Endpoint(api="null"), AllowedHosts())

    answer = asyncio.run(provider.ask(dataclasses.replace(question, labels=("billing", "login"))))

    assert (answer.outcome, answer.text, answer.model_returned) == ("ok", '{"label": "billing"}', "null")
    assert (answer.input_tokens, answer.output_tokens) == (0, 0)
    assert answer.latency_s < 0.01


def test_many_questions_share_one_client_and_one_loop(host, question, right_answer, api, secret, credential):
    host.says(right_answer)
    url = host.base_url + ("/v1" if api == "openai" else "")

    async def batch() -> list[str]:
        async with open_provider(
            Endpoint(api, url, "m", credential), AllowedHosts.parse(["127.0.0.1"])
        ) as provider:
            answers = await asyncio.gather(*(provider.ask(question) for _ in range(20)))
        return [answer.text for answer in answers]

    assert asyncio.run(batch()) == ["billing"] * 20
