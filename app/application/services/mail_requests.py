"""Requests for a mail, answered alike whether the address is known or not."""

from dataclasses import dataclass
from datetime import datetime

from app.application.services.mail_tokens import MailTokens
from app.core.ids import TokenId, UserId
from app.domain.identity.session import MailTokenKind
from app.domain.identity.user import normalised_email
from app.domain.protocols.identity import UserRepository


@dataclass(frozen=True, slots=True)
class MailRequests:
    """Makes a token where there is somebody to send it to."""

    users: UserRepository
    mail_tokens: MailTokens

    async def token(self, kind: MailTokenKind, email: str, now: datetime) -> tuple[UserId | None, TokenId | None]:
        """Whose address it is and the token to send; None where nobody or nothing is to be sent.

        Verification is for those who have not verified yet, a reset for those who have.
        """
        known = await self.users.by_email(normalised_email(email) or "")
        user = await self.users.hold(known.id) if known else None
        wanted = user and user.is_active and (user.verified_at is None) == (kind is MailTokenKind.VERIFICATION)
        if user is None or not wanted:
            return (user.id if user else None), None
        return user.id, await self.mail_tokens.make(kind, user, now)
