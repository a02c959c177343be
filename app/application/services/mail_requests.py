"""Requests for a mail, answered alike whether the address is known or not."""

from dataclasses import dataclass
from datetime import datetime

from app.application.services.known_users import KnownUsers
from app.application.services.mail_tokens import MailTokens
from app.core.ids import TokenId, UserId
from app.domain.identity.session import MailTokenKind


@dataclass(frozen=True, slots=True)
class MailRequests:
    """Makes a token where there is somebody to send it to."""

    known: KnownUsers
    mail_tokens: MailTokens

    async def token(self, kind: MailTokenKind, email: str, now: datetime) -> tuple[UserId | None, str, TokenId | None]:
        """Whose address it is, the address, and the token to send there; None where nobody or nothing is to be sent.

        The address is the one that is stored: as it was spelt now, another mailbox could have it.
        Verification is for those who have not verified yet, a reset for those who have.
        """
        user = await self.known.hold(email)
        if user is None:
            return None, email, None
        wanted = user.is_active and (user.verified_at is None) == (kind is MailTokenKind.VERIFICATION)
        return user.id, user.email, await self.mail_tokens.make(kind, user, now) if wanted else None
