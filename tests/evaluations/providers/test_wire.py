"""The network under the clients: what a latency holds, which connection serves which question, and whom TLS trusts."""

from __future__ import annotations

import asyncio
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from evaluations.providers import pool
from evaluations.providers.calibration import null_request, open_calibration
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.opening import Endpoint, open_provider
from evaluations.providers.wire import Connection, Moments, Stream


def test_a_latency_ends_with_the_last_byte_and_not_when_we_got_round_to_reading_it():
    async def exchanged() -> tuple[bytes, float]:
        connection = Connection()
        stream = Stream(connection, Moments(time.monotonic()))
        connection.data_received(b"HTTP/1.1 200 OK")
        time.sleep(0.05)  # the loop is busy with something else
        return await stream.read(100), connection.moments.seconds

    read, seconds = asyncio.run(exchanged())

    assert read == b"HTTP/1.1 200 OK"
    assert seconds < 0.04


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_the_null_host_shows_how_long_our_own_loop_leaves_an_answer_lying(api):
    async def busy() -> tuple[float, float]:
        async with open_calibration(Endpoint(api, "https://api.example.com/v1", "m")) as provider:
            await provider.ask(null_request())
            calm = await provider.ask(null_request())
            asking = asyncio.create_task(provider.ask(null_request()))
            for _ in range(100):
                await asyncio.sleep(0)
                time.sleep(0.002)
                if asking.done():
                    break
            return calm.latency_s, (await asking).latency_s

    calm, busy_s = asyncio.run(busy())

    assert 0 < calm < busy_s
    assert 0.002 <= busy_s < 0.2


def test_questions_one_after_the_other_share_a_connection(
    host, question, right_answer, api, secret, credential
):
    host.says(right_answer)

    assert ports_used(host, question, api, credential, times=3) == 1


def test_a_connection_that_the_host_closed_is_replaced(host, question, right_answer, api, secret, credential):
    host.says(right_answer)
    host.cut_after = len(host.body)  # closes without a word when the answer is complete

    assert ports_used(host, question, api, credential, times=2) == 2


def ports_used(host, question, api, credential, *, times: int) -> int:
    async def all_of_them() -> None:
        endpoint = Endpoint(api, host.base_url + ("/v1" if api == "openai" else ""), "m", credential)
        async with open_provider(endpoint, AllowedHosts.parse(["127.0.0.1"])) as provider:
            for _ in range(times):
                assert (await provider.ask(question)).outcome == "ok"
                await asyncio.sleep(0.02)

    asyncio.run(all_of_them())
    return len({seen.port for seen in host.seen})


def test_a_certificate_of_a_known_authority_for_the_name_that_was_asked_is_trusted(
    host, ask, right_answer, api, certificate, monkeypatch
):
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(pool, "_tls", lambda: trusting)
    host.speaks_tls(certificate)
    host.says(right_answer)

    named = ask(api, base_url=f"https://localhost:{host.port}/v1", allowed=("localhost",))
    by_address = ask(api, base_url=f"https://127.0.0.1:{host.port}/v1")

    assert (named.outcome, named.text) == ("ok", "billing")
    assert by_address.outcome == "infra_error"


def test_a_certificate_of_nobody_we_know_is_not(host, ask, right_answer, api, certificate):
    host.speaks_tls(certificate)
    host.says(right_answer)

    answer = ask(api, base_url=f"https://localhost:{host.port}/v1", allowed=("localhost",))

    assert (answer.outcome, answer.error_detail) == (
        "infra_error",
        "Cannot connect. Check base URL, certificate and that the host is up.",
    )
    assert host.seen == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """For `localhost` alone, with its key in the same file."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
