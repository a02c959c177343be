"""Users by the address that somebody gave."""

from dataclasses import dataclass

from app.domain.identity.user import User, normalised_email
from app.domain.protocols.identity import UserRepository


@dataclass(frozen=True, slots=True)
class KnownUsers:
    users: UserRepository

    async def hold(self, email: str) -> User | None:
        """The user with that address, however it is spelt, read and locked until the transaction ends."""
        known = await self.users.by_email(normalised_email(email) or "")
        return await self.users.hold(known.id) if known else None
