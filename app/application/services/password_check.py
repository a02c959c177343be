"""Checking a password with the lock on wrong ones: the same work and answer whoever is asked for."""

from dataclasses import dataclass
from datetime import datetime

from app.application.identity.errors import CredentialsWrong
from app.core.result import Failure, Result, Success
from app.domain.events.sessions import LoginLockoutOccurred
from app.domain.identity.lockout import LoginFailures
from app.domain.identity.user import User
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import LoginFailureRepository, PasswordHasher


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Counts failures by address, known or not; a wrong answer is a `Failure` that keeps its count."""

    passwords: PasswordHasher
    failures: LoginFailureRepository
    events: EventLog

    async def check(
        self, email: str, password: str, user: User | None, now: datetime
    ) -> Result[User, CredentialsWrong]:
        # The hash is compared before anything is locked: it takes long, and connections are few.
        right = await self.passwords.verify(password, user.password_hash if user else None)
        failures = await self.failures.hold(email)
        if user and user.is_active and right and not failures.locked(now):
            if failures != LoginFailures():
                await self.failures.clear(email)
            return Success(user)
        counted = failures.another(now)
        await self.failures.save(email, counted, now)
        if user and user.is_active and counted.locked(now) and not failures.locked(now):
            await self.events.append(LoginLockoutOccurred(user_id=user.id, email=user.email))
        return Failure(CredentialsWrong(detail="Check both and try again."), keep=True)
