"""Whose request it is, as far as an address tells.

Headers about it are believed only from proxies named in the settings, hop by hop from the right: the first hop that is
no proxy of ours is the client, whatever it wrote further left. `Forwarded` (RFC 7239) and `X-Forwarded-For` that
contradict each other prove nothing, as a proxy writes one and passes the other on: then the proxy itself counts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

FORWARDED_FOR = re.compile(rb'(?:^|[;,\s])for=("[^"]*"|[^;,\s]*)', re.IGNORECASE)
PORT = re.compile(r"^(\[.*\]|[^:\[\]]*):\d{1,5}$")
HOPS_MAX = 32
IPV6_CLIENT_BITS = 64  # one customer has as many addresses as this leaves

type Address = IPv4Address | IPv6Address
type Headers = Iterable[tuple[bytes, bytes]]


class ClientAddresses:
    """Finds the client of a request. Raises ValueError for a network that is none."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        self._trusted = [ip_network(network) for network in trusted_proxies]

    def find(self, peer: str | None, headers: Headers) -> str | None:
        """The client's address, in one spelling; None where the server knows no peer."""
        near = parsed(peer or "")
        if near is None or not self._trusts(near):
            return str(near) if near else peer
        chains = [chain for chain in (forwarded(headers), forwarded_for(headers)) if chain]
        found = {self._client(near, chain) for chain in chains}
        return str(found.pop() if len(found) == 1 else near)

    def _client(self, near: Address, chain: list[str]) -> Address:
        """Go from proxy to proxy; a hop that names nobody leaves the one that reported it."""
        for hop in reversed(chain[-HOPS_MAX:]):
            address = parsed(hop)
            if address is None:
                return near
            near = address
            if not self._trusts(near):
                break
        return near

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def forwarded_for(headers: Headers) -> list[str]:
    return [hop.strip().decode("latin-1") for value in values(headers, b"x-forwarded-for") for hop in value.split(b",")]


def forwarded(headers: Headers) -> list[str]:
    return [
        hop.strip(b'"').decode("latin-1")
        for value in values(headers, b"forwarded")
        for hop in FORWARDED_FOR.findall(value)
    ]


def values(headers: Headers, wanted: bytes) -> Iterator[bytes]:
    return (value for name, value in headers if name == wanted)


@lru_cache(maxsize=1_000)
def parsed(text: str) -> Address | None:
    """An address without its port and zone; an IPv4 address in IPv6 form is the IPv4 address."""
    bare = PORT.sub(r"\1", text).strip("[]").partition("%")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def counted_as(address: str | None) -> str:
    """Under which name an address is counted: an IPv6 customer has a whole /64."""
    found = parsed(address or "")
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, IPV6_CLIENT_BITS), strict=False))
    return str(found or address or "unknown")
