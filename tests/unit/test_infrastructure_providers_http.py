"""Requests to institutions: where they may go, and how long they wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infrastructure.providers.guard import AddressRefusedError, GuardedTransport, is_loopback, is_public
from app.infrastructure.providers.http import RETRY_AFTER_SECONDS_MAX, retry_after_seconds

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


class Answering(httpx.AsyncBaseTransport):
    """Answers everything."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=str(request.url))


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://localhost/", "https://[::1]:8443/", "http://8.8.8.8/", "https://0x7f000001/"]
)
async def test_no_request_goes_to_this_machine_or_in_clear(url: str) -> None:
    async with httpx.AsyncClient(transport=GuardedTransport(Answering())) as client:
        with pytest.raises(httpx.TransportError):
            await client.get(url)


async def test_only_the_trusted_origin_itself_is_trusted() -> None:
    async with httpx.AsyncClient(transport=GuardedTransport(Answering(), ["http://127.0.0.1:9000/bank"])) as client:
        assert (await client.get("http://127.0.0.1:9000/other")).is_success
        with pytest.raises(AddressRefusedError):
            await client.get("http://127.0.0.1:9001/")


async def test_the_address_that_was_checked_is_connected_to_under_the_name_that_was_asked_for() -> None:
    async with httpx.AsyncClient(transport=GuardedTransport(Answering())) as client:
        assert (await client.get("https://8.8.8.8/a?b=c")).text == "https://8.8.8.8/a?b=c"


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1/x", True),
        ("http://localhost", True),
        ("http://[::1]:5", True),
        ("https://a.example", False),
    ],
)
def test_loopback_is_known_by_name_and_number(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("999999999", RETRY_AFTER_SECONDS_MAX),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds


@given(text=st.text())
def test_no_retry_after_breaks_anything(text: str) -> None:
    found = retry_after_seconds(text, NOW)
    assert found is None or 0 <= found <= RETRY_AFTER_SECONDS_MAX
