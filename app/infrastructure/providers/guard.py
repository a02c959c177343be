"""Requests leave for public addresses only.

Promises: whatever URL a user's token or a redirect names, no request reaches this machine or its network. The address
that was checked is the one that is connected to, so a name that changes its mind between the two gains nothing. Only
origins an operator configured on loopback, outside production, are let through as they are: the sandbox.
Costs one look-up of the name a request, in the resolver's thread.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx

HTTPS = 443


class AddressRefusedError(httpx.TransportError):
    """The request would go where it must not."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Wraps a transport; `trusted` are origins that need no check."""

    def __init__(self, inner: httpx.AsyncBaseTransport, trusted: Iterable[str] = ()) -> None:
        self._inner = inner
        self._trusted = frozenset(map(origin_of, trusted))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if origin_of(str(request.url)) in self._trusted:
            return await self._inner.handle_async_request(request)
        if request.url.scheme != "https":
            raise AddressRefusedError("Only https leaves this machine.")
        host = request.url.host
        address = await public_address(host, request.url.port or HTTPS)
        checked = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,  # Host is among them
            stream=request.stream,
            extensions=request.extensions | {"sni_hostname": host},
        )
        return await self._inner.handle_async_request(checked)

    async def aclose(self) -> None:
        await self._inner.aclose()


async def public_address(host: str, port: int) -> str:
    """An address of the host, if all of them are public."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpx.ConnectError("The name cannot be resolved.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise AddressRefusedError("The address is not public.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is on the internet, also where IPv6 wraps one of IPv4."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour
        if wrapped is not None:
            return is_public(str(wrapped))
    return found.is_global and not found.is_multicast


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine by number, or as localhost."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (HTTPS if parts.scheme == "https" else 80)
