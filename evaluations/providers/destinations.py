"""Where evaluation jobs may connect to: hosts an administrator named, and never a metadata service.

A host name is checked twice: as written in the base URL and, by the addresses it resolves to, at each
connection, so that a name whose address changes later gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address

# Link-local covers 169.254.169.254 (most clouds) and 169.254.170.2 (ECS). The single ones: AWS over IPv6,
# Alibaba, Oracle, Azure's wire server.
NEVER = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "100.100.100.200/32",
        "192.0.0.192/32",
        "168.63.129.16/32",
        "::/128",
        "fe80::/10",
        "ff00::/8",
        "fd00:ec2::/32",
        "fd20:ce::254/128",
    )
)
REMEDY = "Write it like https://api.example.com/v1."
NEVER_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})
NAT64 = ip_network("64:ff9b::/96")
SIX_TO_FOUR = ip_network("2002::/16")


class DestinationRefused(Exception):
    """We do not connect there. The message names host and remedy."""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts that may be asked, each as `host` or `host:port` in lower case.

    A name in `public` must resolve to public addresses. One in `private` may also resolve to loopback and
    private networks. An address written out and `localhost` say so themselves, hence `parse` puts them into
    `private`. With `anywhere`, every host that resolves to public addresses may be asked as well.
    """

    public: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    anywhere: bool = False

    @classmethod
    def parse(cls, entries: Iterable[str], *, anywhere: bool = False) -> AllowedHosts:
        """Reads `api.example.com`, `private:gpu.internal:8000`, `127.0.0.1:8080`, `[::1]`; skips blanks."""
        public: set[str] = set()
        private: set[str] = set()
        for entry in entries:
            text = entry.strip().lower()
            name = text.removeprefix("private:")
            if not name:
                continue
            host, _ = _host_and_port(_split(f"//{name}"))
            explicit = name != text or host == "localhost" or _literal(host) is not None
            (private if explicit else public).add(name)
        return cls(frozenset(public), frozenset(private), anywhere)

    def check_url(self, url: str) -> None:
        """Raises DestinationRefused unless this is a plain http(s) URL of a host in the list."""
        parts = _split(url)
        host, port = _host_and_port(parts)
        if parts.scheme not in ("http", "https"):
            raise DestinationRefused("The base URL must begin with https:// or http://.")
        if parts.username is not None or parts.password is not None:
            raise DestinationRefused(
                "The base URL may not hold a user or password. Name a credential instead."
            )
        self._check_host(host, port or (443 if parts.scheme == "https" else 80))

    def is_private(self, url: str) -> bool:
        """Whether the administrator named the host of this URL as one of the own network."""
        try:
            parts = _split(url)
            host, port = _host_and_port(parts)
        except DestinationRefused:
            return False
        names = _names(host, port or (443 if parts.scheme == "https" else 80))
        return not self.private.isdisjoint(names)

    def check_address(self, host: str, port: int, address: str) -> None:
        """Raises DestinationRefused unless `host` may be reached at `address`."""
        self._check_host(host, port)
        target = _embedded(ip_address(address.split("%")[0]))
        if _never(target):
            raise DestinationRefused(
                f"{host} leads to {target}, a metadata or link-local address. Never allowed."
            )
        if not target.is_global and self.private.isdisjoint(_names(host, port)):
            raise DestinationRefused(
                f"{host} leads to the private address {target}. If that is meant, allow it as private:{host}."
            )

    def _check_host(self, host: str, port: int) -> None:
        host = host.lower().rstrip(".")
        literal = _literal(host)
        if host in NEVER_NAMES or (literal is not None and _never(_embedded(literal))):
            raise DestinationRefused(f"{host} is a metadata or link-local address. Never allowed.")
        if not self.anywhere and (self.public | self.private).isdisjoint(_names(host, port)):
            raise DestinationRefused(f"{host} is not among the allowed hosts. An administrator can add it.")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise DestinationRefused(f"The address cannot be read. {REMEDY}") from None


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise DestinationRefused(f"The port must be a number up to 65535. {REMEDY}") from None
    if not host:
        raise DestinationRefused(f"The address names no host. {REMEDY}")
    return host, port


def _names(host: str, port: int) -> frozenset[str]:
    shown = f"[{host}]" if ":" in host else host
    shown = shown.lower().rstrip(".")
    return frozenset({shown, f"{shown}:{port}"})


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps (mapped, NAT64, 6to4), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR and address.sixtofour is not None:
        return address.sixtofour
    return address


def _never(address: Address) -> bool:
    return any(address in block for block in NEVER if block.version == address.version)
