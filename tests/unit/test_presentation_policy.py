import time
from typing import Any
from uuid import uuid4

import pytest
from litestar.enums import HttpMethod

from app.core.errors import Forbidden, Invalid, RateLimited, TooLarge, Unauthorized, UnsupportedMedia
from app.core.ids import SessionId, UserId
from app.domain.identity.actor import Actor
from app.domain.protocols.limits import LimitPolicy
from app.domain.protocols.sessions import AccessClaims
from app.presentation.http.client_address import ClientAddresses
from app.presentation.http.policy import DeniedError, Policy
from app.presentation.http.problems import RefusedError
from app.presentation.http.route import Body, Public, Requires, RouteMetadata
from app.presentation.http.rules import Queries, QueryKind, Rate, Rules
from tests.fakes.identity import FakeAuthorizer
from tests.fakes.sessions import FakeAccessTokens, FakeSessionGate

JSON_MAX, UPLOAD_MAX, READS_MAX = 100, 10_000, 3
RULES = Rules(
    addresses=ClientAddresses([]),
    sizes=dict.fromkeys(Body, JSON_MAX) | {Body.UPLOAD: UPLOAD_MAX},
    limits={LimitPolicy.API_READ: Rate(capacity=READS_MAX, refill_per_second=1)},
)


class Door:
    """A policy, and somebody with a token."""

    def __init__(self) -> None:
        self.tokens = FakeAccessTokens()
        self.gate = FakeSessionGate()
        allowed = FakeAuthorizer(frozenset({("user", "accounts", "read")}))
        self.limiter = self.gate.limiter
        self.policy = Policy(self.tokens, self.gate, self.limiter, allowed, RULES)
        self.policy.queries = Queries(
            {"x": {"limit": QueryKind(), "action": QueryKind(is_list=True), "at": QueryKind(is_instant=True)}}
        )
        self.headers: dict[str, str] = {}
        self.claims = AccessClaims(
            user_id=UserId(uuid4()),
            session_id=SessionId(uuid4()),
            roles=("user",),
            expires_at=int(time.time()) + 900,
        )
        self.token = self.tokens.issue(self.claims)
        self.gate.live[self.claims.session_id, self.claims.user_id] = ("user",)

    async def admits(
        self, auth: Public | Requires, *chunks: bytes, body: Body = Body.NONE, query: bytes = b"", **headers: str
    ) -> tuple[Actor, int]:
        """Who comes in, and how many bytes of a body."""
        meta = RouteMetadata(
            method=HttpMethod.POST,
            path="/",
            operation_id="x",
            tag="X",
            auth=auth,
            limit=LimitPolicy.API_READ,
            body=body,
        )
        sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
        state: dict[str, Any] = {"trace_id": "t", "headers": self.headers}
        scope: Any = {"headers": sent, "state": state, "client": ("192.0.2.1", 5), "query_string": query}
        left = [*chunks]

        async def receive() -> Any:
            chunk = left.pop(0) if left else b""
            return {"type": "http.request", "body": chunk, "more_body": bool(left)}

        bounded = await self.policy.admit(scope, receive, meta)
        size, more = 0, True
        while more:
            message: Any = await bounded()
            size, more = size + len(message["body"]), message["more_body"]
        return state["actor"], size


READ = Requires("accounts", "read")


@pytest.fixture
def door() -> Door:
    return Door()


async def refusal(door: Door, *args: Any, **kwargs: Any) -> type:
    with pytest.raises(RefusedError) as refused:
        await door.admits(*args, **kwargs)
    return type(refused.value.error)


async def test_a_live_token_of_a_sufficient_role_comes_in(door: Door) -> None:
    actor, _ = await door.admits(READ, authorization=f"Bearer {door.token}", user_agent="tests")
    assert actor == Actor(
        trace_id="t",
        user_id=door.claims.user_id,
        session_id=door.claims.session_id,
        roles=("user",),
        ip_address="192.0.2.1",
        user_agent="tests",
    )


async def test_a_public_route_knows_nobody_also_if_a_token_comes_along(door: Door) -> None:
    actor, _ = await door.admits(Public(), authorization=f"Bearer {door.token}")
    assert (actor.user_id, actor.roles) == (None, ())


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer 7", "Basic 0", "0", "Bearer 0 0"])
async def test_without_a_token_nobody_comes_in(door: Door, header: str) -> None:
    assert await refusal(door, READ, authorization=header) is Unauthorized


async def test_an_ended_session_does_not_come_in(door: Door) -> None:
    door.gate.live.clear()
    assert await refusal(door, READ, authorization=f"Bearer {door.token}") is Unauthorized


async def test_the_roles_are_those_of_now_not_those_of_the_token(door: Door) -> None:
    who = door.claims.session_id, door.claims.user_id
    door.gate.live[who] = ("admin", "user")
    actor, _ = await door.admits(READ, authorization=f"Bearer {door.token}")
    assert actor.roles == ("admin", "user")
    door.gate.live[who] = ("readonly",)
    assert await refusal(door, READ, authorization=f"Bearer {door.token}") is Forbidden


async def test_another_role_is_forbidden(door: Door) -> None:
    assert await refusal(door, Requires("accounts", "write"), authorization=f"Bearer {door.token}") is Forbidden


@pytest.mark.parametrize(
    ("body", "size", "fits"),
    [
        (Body.JSON, JSON_MAX, True),
        (Body.JSON, JSON_MAX + 1, False),
        (Body.UPLOAD, UPLOAD_MAX, True),
        (Body.UPLOAD, UPLOAD_MAX + 1, False),
        (Body.NONE, JSON_MAX, True),
        (Body.NONE, JSON_MAX + 1, False),
    ],
)
@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_is_bounded_declared_or_not(
    door: Door, body: Body, size: int, *, fits: bool, declared: bool
) -> None:
    headers: Any = {"content_type": str(body.value)} | ({"content_length": str(size)} if declared else {})
    chunks = [b"x" * (size // 2), b"x" * (size - size // 2)]
    if fits:
        assert (await door.admits(Public(), *chunks, body=body, **headers))[1] == size
    else:
        assert await refusal(door, Public(), *chunks, body=body, **headers) is TooLarge


async def test_a_false_length_does_not_help(door: Door) -> None:
    headers = {"content_type": "application/json", "content_length": "1"}
    assert await refusal(door, Public(), b"x" * 101, body=Body.JSON, **headers) is TooLarge


@pytest.mark.parametrize("media", ["", "text/plain", "application/jsonx", "application/*", "json"])
async def test_another_media_type_is_refused(door: Door, media: str) -> None:
    assert await refusal(door, Public(), b"{}", body=Body.JSON, content_type=media) is UnsupportedMedia


@pytest.mark.parametrize("media", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
async def test_a_media_type_may_have_parameters_and_any_case(door: Door, media: str) -> None:
    assert (await door.admits(Public(), b"{}", body=Body.JSON, content_type=media))[1] == 2


async def test_a_long_user_agent_is_cut(door: Door) -> None:
    actor, _ = await door.admits(Public(), user_agent="x" * 10_000)
    assert actor.user_agent == "x" * 512


def counted(door: Door) -> list[str]:
    return [bucket.principal for bucket in door.limiter.taken]


async def test_a_user_is_counted_by_the_verified_token_of_a_live_session(door: Door) -> None:
    await door.admits(READ, authorization=f"Bearer {door.token}")
    assert counted(door) == [str(door.claims.user_id)]
    told = {"x-ratelimit-limit": "3", "x-ratelimit-remaining": "2", "x-ratelimit-reset": "1001"}
    assert door.headers == told


@pytest.mark.parametrize("token", ["nonsense", "7", ""])
async def test_who_proves_nothing_is_counted_by_address(door: Door, token: str) -> None:
    assert await refusal(door, READ, authorization=f"Bearer {token}") is Unauthorized
    await door.admits(Public(), authorization=f"Bearer {door.token}")
    assert counted(door) == ["192.0.2.1", "192.0.2.1"]


async def test_an_ended_session_uses_up_nothing_of_its_user_s(door: Door) -> None:
    door.gate.live.clear()
    refusals = [await refusal(door, READ, authorization=f"Bearer {door.token}") for _ in range(READS_MAX + 1)]
    assert refusals == [Unauthorized] * READS_MAX + [RateLimited]
    assert counted(door) == ["192.0.2.1"] * (READS_MAX + 1)


async def test_too_many_are_told_when_to_try_again_and_the_first_denial_is_recorded(door: Door) -> None:
    for _ in range(READS_MAX):
        await door.admits(Public())
    with pytest.raises(DeniedError) as first:
        await door.admits(Public())
    with pytest.raises(RefusedError) as second:
        await door.admits(Public())
    assert (first.value.policy, type(second.value)) == (LimitPolicy.API_READ, RefusedError)
    assert {refused.value.headers["Retry-After"] for refused in (first, second)} == {"7"}  # type: ignore[index]  # there are some
    assert door.headers["x-ratelimit-remaining"] == "0"


async def test_a_role_that_is_not_enough_is_recorded(door: Door) -> None:
    with pytest.raises(DeniedError) as denied:
        await door.admits(Requires("accounts", "write"), authorization=f"Bearer {door.token}")
    assert denied.value.policy is None


@pytest.mark.parametrize("query", [b"limit=1", b"action=a&action=b&limit=", b"limit=%00", b"at=2026-01-31T12:00:00Z"])
async def test_known_parameters_pass(door: Door, query: bytes) -> None:
    await door.admits(Public(), query=query)


@pytest.mark.parametrize(
    "query", [b"Limit=1", b"limit=1&limit=1", b"limi=1", b"limit=1&=&", b"%6cimits=1", b"\xff=1", b"at=0.5", b"at="]
)
async def test_unknown_and_repeated_parameters_are_refused(door: Door, query: bytes) -> None:
    assert await refusal(door, Public(), query=query) is Invalid


def test_a_route_for_users_has_a_limit() -> None:
    with pytest.raises(TypeError, match="rate limit"):
        RouteMetadata(
            method=HttpMethod.GET, path="/", operation_id="x", tag="X", auth=READ, limit=LimitPolicy.UNLIMITED
        )
