"""Register a person by e-mail and password; a verification mail follows from the event."""

from datetime import timedelta
from hashlib import sha256

from app.application.fields import EmailText, PasswordText
from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import UserView
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.errors import Conflict, DomainError, Invalid
from app.core.ids import TokenId, UserId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.identity import USER_REGISTRATION, UserRegistrationSucceeded
from app.domain.identity.password import weakness
from app.domain.identity.session import VerificationToken
from app.domain.identity.user import User, normalised_email
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import (
    CommonPasswords,
    MailTokens,
    PasswordHasher,
    UserRepository,
    VerificationTokenRepository,
)


class EmailTaken(Conflict):
    """This e-mail address is registered already."""


class EmailInvalid(Invalid):
    """This is no e-mail address."""


class RegisterUser(Command[UserView]):
    email: EmailText
    password: PasswordText


@command(RegisterUser, workflow=USER_REGISTRATION)
class RegisterUserHandler:
    users: UserRepository
    tokens: VerificationTokenRepository
    passwords: PasswordHasher
    common: CommonPasswords
    secrets: MailTokens
    events: EventLog
    clock: Clock
    policy: IdentityPolicy

    async def __call__(self, message: RegisterUser) -> Result[UserView, DomainError]:
        email = normalised_email(message.email)
        if email is None:
            return Failure(EmailInvalid.of("/email", "Give an address like name@example.com."))
        common = self.common.contains(message.password, email)
        weak = weakness(message.password, length_min=self.policy.password_length_min, email=email, common=common)
        if weak:
            return Failure(weak)
        user = await self._new_user(email, message.password)
        if not await self.users.add(user):
            return Failure(EmailTaken(detail="Log in instead, or reset the password."))
        token_id = await self._verification(user)
        await self.events.append(UserRegistrationSucceeded(user_id=user.id, email=email, token_id=token_id))
        return Success(UserView.of(user))

    async def _new_user(self, email: str, password: str) -> User:
        password_hash = await self.passwords.hash(password)
        return User(id=UserId(uuid7()), email=email, password_hash=password_hash, created_at=self.clock.now())

    async def _verification(self, user: User) -> TokenId:
        token_id = TokenId(uuid7())
        secret_hash = sha256(self.secrets.secret(token_id).encode()).digest()
        expires_at = user.created_at + timedelta(hours=self.policy.verification_hours)
        token = VerificationToken(id=token_id, user_id=user.id, secret_hash=secret_hash, expires_at=expires_at)
        await self.tokens.add(token)
        return token_id
