"""People, passwords and what proves who they are, in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from app.core.ids import TokenId, UserId
from app.domain.identity.lockout import LoginFailures
from app.domain.identity.session import MailToken, MailTokenKind, RequiredVersion
from app.domain.identity.user import User


@dataclass
class FakeUserRepository:
    """Implements `UserRepository` and `CredentialReader`; remembers who was held."""

    users: dict[UserId, User] = field(default_factory=dict)
    held: list[UserId] = field(default_factory=list)

    async def add(self, user: User) -> bool:
        if await self.by_email(user.email):
            return False
        self.users[user.id] = user
        return True

    async def by_email(self, email: str) -> User | None:
        return next((user for user in self.users.values() if user.email == email), None)

    async def by_id(self, user_id: UserId) -> User | None:
        return self.users.get(user_id)

    async def hold(self, user_id: UserId) -> User | None:
        self.held.append(user_id)
        return self.users.get(user_id)

    async def mark_verified(self, user_id: UserId, at: datetime) -> None:
        self._change(user_id, verified_at=at)

    async def set_password(self, user_id: UserId, password_hash: str, at: datetime) -> None:  # noqa: ARG002  # the port's
        self._change(user_id, password_hash=password_hash)

    async def rename(self, user_id: UserId, name: str | None, at: datetime) -> None:  # noqa: ARG002  # the port's
        self._change(user_id, name=name)

    async def set_access(self, user: User, at: datetime) -> None:  # noqa: ARG002  # the port's
        self._change(user.id, roles=user.roles, tier=user.tier, is_active=user.is_active)

    async def any_admin(self) -> bool:
        return any(user.is_admin and user.is_active for user in self.users.values())

    async def delete(self, user_id: UserId) -> None:
        self.users.pop(user_id, None)

    def _change(self, user_id: UserId, **values: Any) -> None:
        if user_id in self.users:
            self.users[user_id] = replace(self.users[user_id], **values)


@dataclass
class FakeLoginFailureRepository:
    """Implements `LoginFailureRepository`."""

    failures: dict[str, LoginFailures] = field(default_factory=dict)

    async def hold(self, email: str) -> LoginFailures:
        return self.failures.get(email, LoginFailures())

    async def save(self, email: str, failures: LoginFailures, at: datetime) -> None:  # noqa: ARG002  # the port's
        self.failures[email] = failures

    async def clear(self, email: str) -> None:
        self.failures.pop(email, None)


@dataclass
class FakeMailTokenRepository:
    """Implements `MailTokenRepository`; `used` are the ids of those that work no more."""

    tokens: dict[TokenId, MailToken] = field(default_factory=dict)
    used: set[TokenId] = field(default_factory=set)

    async def add(self, token: MailToken) -> None:
        self.tokens[token.id] = token

    async def consume(self, kind: MailTokenKind, secret_hash: bytes, at: datetime) -> MailToken | None:  # noqa: ARG002  # the port's
        for token in self._unused(kind):
            if token.secret_hash == secret_hash:
                self.used.add(token.id)
                return token
        return None

    async def count_since(self, kind: MailTokenKind, user_id: UserId, instant: datetime) -> int:
        return sum(
            token.kind is kind and token.user_id == user_id and token.created_at > instant
            for token in self.tokens.values()
        )

    async def void(self, kind: MailTokenKind, user_id: UserId, at: datetime) -> None:  # noqa: ARG002  # the port's
        self.used |= {token.id for token in self._unused(kind) if token.user_id == user_id}

    async def purge(self, before: datetime) -> int:
        old = [token.id for token in self.tokens.values() if token.expires_at < before - timedelta(hours=1)]
        for token_id in old:
            del self.tokens[token_id]
        return len(old)

    def _unused(self, kind: MailTokenKind) -> list[MailToken]:
        return [token for token in self.tokens.values() if token.kind is kind and token.id not in self.used]


FIRST = RequiredVersion(version=1, graced=1, grace_until=None)


@dataclass
class FakeTokenVersions:
    """Implements `TokenVersions`."""

    everybody: RequiredVersion = FIRST
    own: dict[UserId, RequiredVersion] = field(default_factory=dict)

    async def required(self, user_id: UserId) -> RequiredVersion:
        own = self.own.get(user_id, FIRST)
        if own.version > self.everybody.version:
            return own
        return replace(self.everybody, graced=max(self.everybody.graced, own.version))

    async def rotate_all(self, reason: str, at: datetime, grace_seconds: int) -> int:  # noqa: ARG002  # the port's
        before = self.everybody.version
        highest = max([before, *(own.version for own in self.own.values())])
        self.everybody = rotated(highest, before, at, grace_seconds)
        return self.everybody.version

    async def rotate(self, user_id: UserId, at: datetime, grace_seconds: int) -> int:
        before = (await self.required(user_id)).version
        self.own[user_id] = rotated(before, before, at, grace_seconds)
        return self.own[user_id].version


def rotated(highest: int, graced: int, at: datetime, grace_seconds: int) -> RequiredVersion:
    return RequiredVersion(version=highest + 1, graced=graced, grace_until=at + timedelta(seconds=grace_seconds))


@dataclass
class FakePasswordHasher:
    """Implements `PasswordHasher`; counts comparisons, as each must cost the same, and lets things happen meanwhile."""

    scheme: str = "new"
    compared: int = 0
    meanwhile: Callable[[], None] = lambda: None

    async def hash(self, password: str) -> str:
        return f"{self.scheme}:{password}"

    async def verify(self, password: str, password_hash: str | None) -> bool:
        self.compared += 1
        self.meanwhile()
        return password_hash is not None and password_hash.partition(":")[2] == password

    def needs_rehash(self, password_hash: str) -> bool:
        return password_hash.partition(":")[0] != self.scheme


@dataclass(frozen=True)
class FakeCommonPasswords:
    """Implements `CommonPasswords`."""

    known: frozenset[str] = frozenset()

    def contains(self, password: str, *related: str) -> bool:
        return password in self.known or password in related


class FakeMailSecrets:
    """Implements `MailSecrets`."""

    def secret(self, token_id: TokenId) -> str:
        return token_id.hex * 2


@dataclass(frozen=True)
class FakeAuthorizer:
    """Implements `Authorizer`."""

    allowed: frozenset[tuple[str, str, str]] = frozenset()

    def allows(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return any((role, resource, action) in self.allowed for role in roles)
