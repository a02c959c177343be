"""Accepting a new password."""

from dataclasses import dataclass

from app.application.identity.policy import IdentityPolicy
from app.core.result import Failure, Result, Success
from app.domain.identity.password import PasswordTooWeak, weakness
from app.domain.protocols.identity import CommonPasswords, PasswordHasher


@dataclass(frozen=True, slots=True)
class NewPassword:
    """Refuses what would be guessed, else answers the hash."""

    common: CommonPasswords
    passwords: PasswordHasher
    policy: IdentityPolicy

    async def hashed(self, password: str, email: str, field: str) -> Result[str, PasswordTooWeak]:
        length_min, common = self.policy.password_length_min, self.common.contains(password, email)
        weak = weakness(password, length_min=length_min, email=email, common=common, field=field)
        return Failure(weak) if weak else Success(await self.passwords.hash(password))
