from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.presentation.http.client_address import ClientAddresses, counted_as

PROXY, OTHER_PROXY, CLIENT, LIE = "10.0.0.1", "10.9.9.9", "203.0.113.7", "198.51.100.1"
ADDRESSES = ClientAddresses(["10.0.0.0/8", "fd00::/8"])


def found(peer: str | None, *headers: tuple[str, str]) -> str | None:
    return ADDRESSES.find(peer, [(name.encode(), value.encode("latin-1")) for name, value in headers])


def xff(value: str) -> tuple[str, str]:
    return "x-forwarded-for", value


def rfc7239(value: str) -> tuple[str, str]:
    return "forwarded", value


@pytest.mark.parametrize("header", [xff(LIE), rfc7239(f"for={LIE}"), ("x-real-ip", LIE)])
def test_a_stranger_s_headers_are_not_believed(header: tuple[str, str]) -> None:
    assert found(CLIENT, header) == CLIENT
    assert ClientAddresses([]).find(PROXY, [(header[0].encode(), header[1].encode())]) == PROXY


@pytest.mark.parametrize(
    "header",
    [
        xff(CLIENT),
        xff(f"{LIE}, {CLIENT}"),
        xff(f"{LIE},{CLIENT}, {OTHER_PROXY}"),
        xff(f"{CLIENT}:51234"),
        xff(f"::ffff:{CLIENT}"),
        rfc7239(f"for={CLIENT};proto=https"),
        rfc7239(f'for={LIE}, For="{CLIENT}:80";by=_x, for={OTHER_PROXY}'),
        rfc7239(f"proto=https;for={CLIENT}"),
    ],
)
def test_a_proxy_tells_the_rightmost_hop_that_is_no_proxy(header: tuple[str, str]) -> None:
    assert found(PROXY, header) == CLIENT


def test_several_headers_of_one_name_are_one_list() -> None:
    assert found(PROXY, xff(LIE), xff(CLIENT)) == CLIENT


@pytest.mark.parametrize(("text", "address"), [('for="[2001:db8::1]:4711"', "2001:db8::1"), ("for=_hidden", PROXY)])
def test_forwarded_has_its_own_spellings(text: str, address: str) -> None:
    assert found(PROXY, rfc7239(text)) == address


def test_headers_that_contradict_each_other_prove_nothing() -> None:
    assert found(PROXY, xff(CLIENT), rfc7239(f"for={LIE}")) == PROXY
    assert found(PROXY, xff(CLIENT), rfc7239(f"for={CLIENT}")) == CLIENT


@pytest.mark.parametrize("hop", ["unknown", "", "999.1.1.1", "1.2.3", "<script>", "0x7f.1"])
def test_a_hop_that_names_nobody_leaves_its_reporter(hop: str) -> None:
    assert found(PROXY, xff(f"{LIE}, {hop}, {OTHER_PROXY}")) == OTHER_PROXY


def test_proxies_alone_leave_the_first_of_them() -> None:
    assert found(PROXY, xff(f"10.1.1.1, {OTHER_PROXY}")) == "10.1.1.1"


def test_without_a_peer_there_is_no_address() -> None:
    assert found(None, xff(CLIENT)) is None


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_nobody_chooses_an_address_that_is_none(one: bytes, other: bytes) -> None:
    address = ADDRESSES.find(PROXY, [(b"x-forwarded-for", one), (b"forwarded", other)])
    assert address
    ip_address(address)


@pytest.mark.parametrize("spelling", ["2001:db8:1:2::1", "2001:0DB8:1:2:ffff::", "[2001:db8:1:2::9]:443"])
def test_an_ipv6_customer_is_counted_once(spelling: str) -> None:
    assert counted_as(spelling) == "2001:db8:1:2::/64"


def test_ipv4_is_counted_by_address_in_either_form() -> None:
    assert counted_as("::ffff:192.0.2.1") == counted_as("192.0.2.1") == "192.0.2.1"
    assert counted_as(None) == "unknown"


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="10\\.0\\.0\\.1/8"):
        ClientAddresses(["10.0.0.1/8"])
