"""Take what a user brought back from the institution."""

from app.application.connections.policy import ConnectionPolicy
from app.application.registry import Command, Immutable, command
from app.application.services.grants import Grants
from app.application.services.mail_tokens import hashed
from app.core.clock import Clock
from app.core.result import Failure, Result, Success
from app.domain.connections.authorization import Authorization, AuthorizationInvalid
from app.domain.connections.connection import Connection, ConnectionStatus
from app.domain.connections.faults import ProviderError
from app.domain.connections.provider import ConsentAnswer, Grant
from app.domain.events.connections import ProviderConnectionSucceeded
from app.domain.protocols.connections import AuthorizationRepository, ConnectionRepository, OpenConnections
from app.domain.protocols.identity import CredentialReader
from app.domain.protocols.providers import Provider, Providers

INVALID = AuthorizationInvalid(
    detail="It was used before, is older than ten minutes, or began in another browser. Connect again, by a new link."
)


class Authorized(Immutable):
    """What is connected now, and to whose account of Dashtam."""

    provider_name: str
    email: str


class CompleteAuthorization(Command[Authorized]):
    """`fields` is the callback's query, `browser` the secret of the browser's cookie."""

    provider_slug: str
    fields: dict[str, str]
    browser: str


@command(CompleteAuthorization, workflow=ProviderConnectionSucceeded)
class CompleteAuthorizationHandler:
    providers: Providers
    authorizations: AuthorizationRepository
    opened: OpenConnections
    connections: ConnectionRepository
    grants: Grants
    users: CredentialReader
    policy: ConnectionPolicy
    clock: Clock

    async def __call__(self, message: CompleteAuthorization) -> Result[Authorized]:
        state = hashed(message.fields.get("state", ""))
        taken = await self.authorizations.take(state, hashed(message.browser), self.clock.now())
        provider = self.providers.get(message.provider_slug)
        if taken is None or provider is None or taken.provider_slug != message.provider_slug:
            return Failure(INVALID)
        connection = await self.opened.read(taken.user_id, taken.connection_id)
        user = await self.users.by_id(taken.user_id)
        if connection is None or user is None or isinstance(connection.renewable(), Failure):
            return Failure(INVALID)
        try:
            grant = await self._completed(provider, connection, taken, message.fields)
        except ProviderError as fault:
            await self._note_failure(connection)
            return Failure(fault.error, keep=True)
        await self.grants.settle(connection, grant)
        return Success(Authorized(provider_name=provider.description.name, email=user.email))

    async def _completed(
        self, provider: Provider, connection: Connection, taken: Authorization, fields: dict[str, str]
    ) -> Grant:
        answer = ConsentAnswer(
            fields=fields,
            redirect_uri=self.policy.redirect_uri(taken.provider_slug),
            code_verifier=taken.code_verifier,
            kept=taken.kept,
            renews=await self.opened.credentials(connection) if taken.renews else None,
        )
        return await provider.complete(answer)

    async def _note_failure(self, connection: Connection) -> None:
        held = await self.connections.hold(connection.user_id, connection.id)
        if held and held.status is ConnectionStatus.PENDING:
            await self.connections.save(held.failed(self.clock.now()))
