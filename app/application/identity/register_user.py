"""Register a person by e-mail and password; a verification mail follows from the event."""

from app.application.fields import EmailText, PasswordText
from app.application.identity.errors import EmailInvalid
from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import UserView
from app.application.registry import Command, command
from app.application.services.mail_tokens import MailTokens
from app.application.services.new_password import NewPassword
from app.core.clock import Clock
from app.core.errors import Conflict
from app.core.ids import UserId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.identity import (
    KnownRegistrationOccurred,
    UserRegistrationFailed,
    UserRegistrationSucceeded,
)
from app.domain.identity.session import MailTokenKind
from app.domain.identity.user import User, normalised_email
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import UserRepository


class EmailTaken(Conflict):
    """This e-mail address is registered already."""


class RegisterUser(Command[UserView]):
    email: EmailText
    password: PasswordText


@command(RegisterUser, workflow=UserRegistrationSucceeded)
class RegisterUserHandler:
    users: UserRepository
    new_password: NewPassword
    mail_tokens: MailTokens
    events: EventLog
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: RegisterUser) -> Result[UserView]:
        email = normalised_email(message.email)
        if email is None:
            return Failure(EmailInvalid.of("/email", "Give an address like name@example.com."))
        accepted = await self.new_password.hashed(message.password, email, "/password")
        if isinstance(accepted, Failure):
            return accepted
        now = self.clock.now()
        user = User(
            id=UserId(uuid7()),
            email=email,
            password_hash=accepted.value,
            tier=self.policy.default_tier,
            created_at=now,
        )
        if not await self.users.add(user):
            return await self._known(user)
        token_id = await self.mail_tokens.make(MailTokenKind.VERIFICATION, user, now)
        await self.events.append(UserRegistrationSucceeded(user_id=user.id, email=email, token_id=token_id))
        return Success(UserView.of(user))

    async def _known(self, user: User) -> Result[UserView]:
        """Say so, or conceal it and write to the owner instead."""
        owner = await self.users.by_email(user.email)
        if not self.policy.conceal_accounts or owner is None:
            return Failure(EmailTaken(detail="Log in instead, or reset the password."))
        await self.events.append(UserRegistrationFailed(email=user.email, reason=EmailTaken.code))
        await self.events.append(KnownRegistrationOccurred(user_id=owner.id, email=owner.email))
        return Success(UserView.of(user))
