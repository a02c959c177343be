"""Sessions, their tokens and their gate in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from app.core.errors import OutOfServiceError
from app.core.ids import SessionId, UserId
from app.domain.identity.session import EndReason, RefreshToken, Session
from app.domain.protocols.limits import Bucket
from app.domain.protocols.sessions import AccessClaims, Entry
from tests.fakes.limits import FakeRateLimiter


@dataclass
class FakeSessionRepository:
    """Implements `SessionRepository`; remembers why sessions ended."""

    sessions: dict[SessionId, Session] = field(default_factory=dict)
    ended: dict[SessionId, EndReason] = field(default_factory=dict)

    async def add(self, session: Session) -> None:
        self.sessions[session.id] = session

    async def get(self, session_id: SessionId) -> Session | None:
        return self.sessions.get(session_id)

    async def live(self, user_id: UserId, now: datetime) -> list[Session]:
        return [one for one in self.sessions.values() if one.user_id == user_id and one.is_live(now)]

    async def end(self, session_ids: Sequence[SessionId], reason: EndReason, at: datetime) -> None:
        for session_id in session_ids:
            if session_id in self.sessions and self.sessions[session_id].ended_at is None:
                self.sessions[session_id] = replace(self.sessions[session_id], ended_at=at)
                self.ended[session_id] = reason

    async def confirm(self, session_id: SessionId, until: datetime) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], confirmed_until=until)

    async def renew(self, session_id: SessionId, token_version: int, at: datetime) -> None:  # noqa: ARG002  # the port's
        self.sessions[session_id] = replace(self.sessions[session_id], token_version=token_version)

    async def purge(self, before: datetime) -> int:
        expired = [number for number, session in self.sessions.items() if session.expires_at < before]
        for number in expired:
            del self.sessions[number]
        return len(expired)


@dataclass
class FakeRefreshTokenRepository:
    """Implements `RefreshTokenRepository` over the sessions of another fake."""

    sessions: FakeSessionRepository
    tokens: dict[bytes, RefreshToken] = field(default_factory=dict)

    async def add(self, token: RefreshToken) -> None:
        self.tokens[token.secret_hash] = token

    async def session_of(self, secret_hash: bytes) -> tuple[SessionId, UserId] | None:
        token = self.tokens.get(secret_hash)
        session = self.sessions.sessions.get(token.session_id) if token else None
        return (session.id, session.user_id) if session else None

    async def get(self, secret_hash: bytes) -> RefreshToken | None:
        return self.tokens.get(secret_hash)

    async def use(self, token: RefreshToken, at: datetime) -> None:
        self.tokens[token.secret_hash] = replace(token, used_at=at)


class FakeRefreshSecrets:
    """Implements `RefreshSecrets`: `x` is followed by `x+`; under the key before today's it was `x-`."""

    def first(self) -> str:
        return uuid4().hex

    def successors(self, secret: str) -> list[str]:
        return [f"{secret}+", f"{secret}-"]


@dataclass
class FakeAccessTokens:
    """Implements `AccessTokens`: a token is the number of its claims."""

    seconds: int = 900
    issued: list[AccessClaims] = field(default_factory=list)

    def issue(self, claims: AccessClaims) -> str:
        self.issued.append(claims)
        return str(len(self.issued) - 1)

    def verify(self, token: str) -> AccessClaims | None:
        return self.issued[int(token)] if token.isdigit() and int(token) < len(self.issued) else None


@dataclass
class FakeSessionGate:
    """Implements `SessionGate`; counts how often each session was forgotten."""

    limiter: FakeRateLimiter = field(default_factory=FakeRateLimiter)
    live: dict[tuple[SessionId, UserId], tuple[str, ...]] = field(default_factory=dict)
    forgotten: list[SessionId] = field(default_factory=list)
    is_away: bool = False

    async def enter(self, session_id: SessionId, user_id: UserId, bucket: Bucket) -> Entry | None:
        roles = self.live.get((session_id, user_id))
        return None if roles is None else Entry(roles=roles, allowance=await self.limiter.take(bucket))

    async def forget(self, user_id: UserId, session_ids: Sequence[SessionId]) -> None:  # noqa: ARG002  # the port's
        if self.is_away:
            raise OutOfServiceError("Redis is away")
        self.forgotten += session_ids


class FakeDeviceNames:
    """Implements `DeviceNames`."""

    def describe(self, user_agent: str | None) -> str | None:
        return f"device of {user_agent}" if user_agent else None
