"""People, sessions and secrets in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from app.core.ids import SessionId, TokenId, UserId
from app.domain.identity.session import Session, VerificationToken
from app.domain.identity.user import User
from app.domain.protocols.identity import AccessClaims


@dataclass
class FakeUserRepository:
    """Implements `UserRepository`."""

    users: dict[UserId, User] = field(default_factory=dict)

    async def add(self, user: User) -> bool:
        if await self.by_email(user.email):
            return False
        self.users[user.id] = user
        return True

    async def by_email(self, email: str) -> User | None:
        return next((user for user in self.users.values() if user.email == email), None)

    async def get(self, user_id: UserId) -> User | None:
        return self.users.get(user_id)

    async def mark_verified(self, user_id: UserId, at: datetime) -> None:
        if user_id in self.users:
            self.users[user_id] = replace(self.users[user_id], verified_at=at)

    async def update_password_hash(self, user_id: UserId, password_hash: str) -> None:
        if user_id in self.users:
            self.users[user_id] = replace(self.users[user_id], password_hash=password_hash)


@dataclass
class FakeVerificationTokenRepository:
    """Implements `VerificationTokenRepository`."""

    tokens: dict[bytes, VerificationToken] = field(default_factory=dict)

    async def add(self, token: VerificationToken) -> None:
        self.tokens[token.secret_hash] = token

    async def consume(self, secret_hash: bytes) -> VerificationToken | None:
        return self.tokens.pop(secret_hash, None)

    async def purge(self, before: datetime) -> int:
        expired = [secret for secret, token in self.tokens.items() if token.expires_at < before]
        for secret in expired:
            del self.tokens[secret]
        return len(expired)


@dataclass
class FakeSessionRepository:
    """Implements `SessionRepository`."""

    sessions: dict[SessionId, Session] = field(default_factory=dict)

    async def add(self, session: Session) -> None:
        self.sessions[session.id] = session

    async def purge(self, before: datetime) -> int:
        expired = [number for number, session in self.sessions.items() if session.expires_at < before]
        for number in expired:
            del self.sessions[number]
        return len(expired)


@dataclass
class FakePasswordHasher:
    """Implements `PasswordHasher`; counts comparisons, as each must cost the same."""

    scheme: str = "new"
    compared: int = 0

    async def hash(self, password: str) -> str:
        return f"{self.scheme}:{password}"

    async def verify(self, password: str, password_hash: str | None) -> bool:
        self.compared += 1
        return password_hash is not None and password_hash.partition(":")[2] == password

    def needs_rehash(self, password_hash: str) -> bool:
        return password_hash.partition(":")[0] != self.scheme


@dataclass(frozen=True)
class FakeCommonPasswords:
    """Implements `CommonPasswords`."""

    known: frozenset[str] = frozenset()

    def contains(self, password: str, *related: str) -> bool:
        return password in self.known or password in related


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


class FakeMailTokens:
    """Implements `MailTokens`."""

    def secret(self, token_id: TokenId) -> str:
        return token_id.hex * 2


@dataclass
class FakeSessionGate:
    """Implements `SessionGate`."""

    live: set[tuple[UUID, UUID]] = field(default_factory=set)

    async def is_live(self, session_id: SessionId, user_id: UserId) -> bool:
        return (session_id, user_id) in self.live


@dataclass(frozen=True)
class FakeAuthorizer:
    """Implements `Authorizer`."""

    allowed: frozenset[tuple[str, str, str]] = frozenset()

    def allows(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return any((role, resource, action) in self.allowed for role in roles)
