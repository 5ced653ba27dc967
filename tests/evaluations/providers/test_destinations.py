from __future__ import annotations

import pytest

from evaluations.providers.destinations import AllowedHosts, DestinationRefused

ALLOWED = AllowedHosts.parse(
    ["api.example.com", "private:gpu.internal", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3", "localhost", " "]
)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "https://API.Example.com./v1",
        "https://api.example.com:8443/v1",
        "http://gpu.internal:8000/v1",
        "http://127.0.0.1:8080/v1",
        "http://[::1]:8080/v1",
        "http://localhost:11434/v1",
    ],
)
def test_a_listed_host_may_be_asked(url):
    ALLOWED.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/v1",
        "https://api.example.com.evil.test/v1",
        "https://evil.test/api.example.com",
        "https://evil.test#@api.example.com",
        "http://127.0.0.1:5432/",
        "http://127.0.0.2:8080/",
        "http://2130706433:8080/",
        "http://[::1]/",
    ],
)
def test_any_other_host_or_port_is_refused(url):
    with pytest.raises(DestinationRefused, match="not among the allowed hosts"):
        ALLOWED.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com/v1",
        "file:///etc/passwd",
        "ftp://api.example.com",
        "http://",
        "http://[::1",
        "http://a:99999",
    ],
)
def test_what_is_no_http_address_is_refused(url):
    with pytest.raises(DestinationRefused):
        ALLOWED.check_url(url)


def test_a_password_in_the_address_is_refused_without_showing_it():
    with pytest.raises(DestinationRefused) as caught:
        ALLOWED.check_url("https://user:hunter2@api.example.com/v1")

    assert str(caught.value) == "The base URL may not hold a user or password. Name a credential instead."


NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "fd00:ec2::254",
    "fe80::1",
    "::",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]


@pytest.mark.parametrize("address", NEVER)
def test_a_metadata_or_link_local_address_is_refused_even_when_listed(address):
    shown = f"[{address}]" if ":" in address else address
    allowed = AllowedHosts.parse([shown, "private:gpu.internal"])

    with pytest.raises(DestinationRefused, match="Never allowed"):
        allowed.check_url(f"http://{shown}/latest/meta-data")
    with pytest.raises(DestinationRefused, match="Never allowed"):
        allowed.check_address("gpu.internal", 80, address)


@pytest.mark.parametrize("name", ["metadata.google.internal", "metadata.google.internal.", "METADATA"])
def test_a_metadata_name_is_refused_even_when_listed(name):
    with pytest.raises(DestinationRefused, match="Never allowed"):
        AllowedHosts.parse([f"private:{name}"]).check_url(f"http://{name}/")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.5", "192.168.1.1", "172.16.0.1", "100.64.0.1", "::1", "fd12::1"]
)
def test_a_private_address_needs_an_explicit_entry(address):
    with pytest.raises(DestinationRefused, match="leads to the private address"):
        ALLOWED.check_address("api.example.com", 443, address)

    ALLOWED.check_address("gpu.internal", 8000, address)


def test_a_public_address_is_fine_for_any_listed_name():
    ALLOWED.check_address("api.example.com", 443, "93.184.215.14")
    ALLOWED.check_address("gpu.internal", 443, "93.184.215.14")


def test_an_empty_list_allows_nothing():
    with pytest.raises(DestinationRefused):
        AllowedHosts().check_url("https://api.example.com/")
