"""Whatever the host does, the credential shows up in no answer, no repr, no log and no other header."""

from __future__ import annotations

import asyncio
import logging

import pytest

from evaluations.providers.connection import PLACEHOLDER
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.opening import Endpoint, open_provider


def fragments(secret: str) -> set[str]:
    return {secret[i : i + 6] for i in range(len(secret) - 5)}


def echoes(secret: str) -> list[dict[str, object]]:
    said = f"Incorrect API key provided: {secret}. It begins with {secret[:8]} and ends with {secret[-8:]}."
    message = {"role": "assistant", "content": f"Your key is {secret}"}
    return [
        {"error": {"message": said, "code": secret, "type": secret}},
        {"model": secret, "choices": [{"message": message, "finish_reason": secret}]},
        {
            "model": secret,
            "content": [{"type": "text", "text": f"Your key is {secret}"}],
            "stop_reason": secret,
        },
        {"type": "error", "error": {"message": said}},
    ]


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
@pytest.mark.parametrize("which", range(4))
def test_a_host_that_echoes_the_key_does_not_get_it_into_the_answer(
    host, ask, api, secret, status, which, caplog
):
    caplog.set_level(logging.DEBUG)
    host.says(echoes(secret)[which], status=status)

    answer = ask(api)

    shown = repr(answer) + caplog.text
    assert host.seen[0].headers["authorization"] == f"Bearer {secret}"
    assert [fragment for fragment in fragments(secret) if fragment in shown] == []


def test_a_failed_connection_does_not_show_the_key(ask, api, secret, caplog):
    caplog.set_level(logging.DEBUG)

    answer = ask(api, base_url="http://127.0.0.1:9", allowed=("127.0.0.1",))

    assert answer.outcome == "infra_error"
    assert [fragment for fragment in fragments(secret) if fragment in repr(answer) + caplog.text] == []


def test_no_client_keeps_the_key(host, api, secret, credential, question, right_answer):
    host.says(right_answer)
    url = host.base_url + ("/v1" if api == "openai" else "")
    provider = open_provider(Endpoint(api, url, "m", credential), AllowedHosts.parse(["127.0.0.1"]))

    async def ask_and_look() -> tuple[str, str]:
        async with provider:
            answer = await provider.ask(question)
            return answer.outcome, repr(provider) + repr(vars(provider)) + repr(vars(provider._client))

    outcome, kept = asyncio.run(ask_and_look())

    assert outcome == "ok"
    assert secret not in kept
    assert PLACEHOLDER in kept  # the SDK's own key is there, so this looked in the right place


def test_a_rotated_key_is_used_at_the_next_call(
    host, api, secret, credential, question, right_answer, monkeypatch
):
    host.says(right_answer)
    url = host.base_url + ("/v1" if api == "openai" else "")
    provider = open_provider(Endpoint(api, url, "m", credential), AllowedHosts.parse(["127.0.0.1"]))

    async def ask_twice() -> None:
        async with provider:
            await provider.ask(question)
            monkeypatch.setenv(credential, "the-next-key")
            await provider.ask(question)

    asyncio.run(ask_twice())

    assert [seen.headers["authorization"] for seen in host.seen] == [
        f"Bearer {secret}",
        "Bearer the-next-key",
    ]


def test_without_a_credential_no_header_is_sent(host, ask, api, right_answer, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-of-somebody-else")
    host.says(right_answer)

    answer = ask(api, credential="")

    names = set(host.seen[0].headers)
    assert answer.outcome == "ok"
    assert names & {"authorization", "x-api-key"} == set()


def test_nothing_of_the_environment_reaches_the_host(host, ask, api, right_answer, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-ours")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Internal: ours")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Internal: ours")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    host.says(right_answer)

    answer = ask(api)

    sent = set(host.seen[0].headers) - {"anthropic-version"}
    assert answer.outcome == "ok"
    assert sent == {
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    }
