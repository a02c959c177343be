"""Open the way to the institution, for the one browser that opens it first."""

from app.application.registry import Command, Immutable, command
from app.application.services.mail_tokens import hashed
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.connections.authorization import AuthorizationInvalid
from app.domain.protocols.connections import AuthorizationRepository


class AuthorizationOpened(Immutable):
    """Where the institution's page is."""

    url: str


class OpenAuthorization(Command[AuthorizationOpened]):
    """`browser` is the secret of the browser's cookie."""

    link: str
    browser: str


@command(OpenAuthorization, workflow=None)
class OpenAuthorizationHandler:
    authorizations: AuthorizationRepository
    clock: Clock

    async def __call__(self, message: OpenAuthorization) -> Result[AuthorizationOpened]:
        bound = await self.authorizations.bind(hashed(message.link), hashed(message.browser), self.clock.now())
        if bound is None:
            detail = "It was used before, is older than ten minutes, or was opened in another browser."
            return Failure(AuthorizationInvalid(detail=f"{detail} Connect again, by a new link."))
        return Success(AuthorizationOpened(url=bound.url))
