"""Ties to institutions."""

from dishka import Provider, Scope, provide
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.connections.policy import ConnectionPolicy
from app.application.connections.views import ConnectionReader
from app.domain.protocols.connections import (
    AuthorizationRepository,
    ConnectionLocks,
    ConnectionRepository,
    OpenConnections,
    SealedRows,
)
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.infrastructure.postgres.authorizations import PostgresAuthorizationRepository
from app.infrastructure.postgres.connection_locks import PostgresConnectionLocks
from app.infrastructure.postgres.connections import (
    PostgresConnectionReader,
    PostgresConnectionRepository,
    PostgresOpenConnections,
)
from app.infrastructure.postgres.sealed_rows import PostgresSealedRows
from app.infrastructure.security.vault import KeyedCredentialVault
from app.settings import Settings
from app.wiring.servers import Servers


class ConnectionsProvider(Provider):
    scope = Scope.APP

    reader = provide(PostgresConnectionReader, provides=ConnectionReader)
    opened = provide(PostgresOpenConnections, provides=OpenConnections)

    @provide
    def vault(self, secrets: SecretsProtocol) -> KeyedCredentialVault:
        return KeyedCredentialVault(secrets.ring(Ring.CREDENTIALS))

    @provide
    def locks(self, servers: Servers, settings: Settings) -> ConnectionLocks:
        return PostgresConnectionLocks(servers.database_url, settings.database)

    @provide
    def policy(self, settings: Settings) -> ConnectionPolicy:
        return ConnectionPolicy(public_url=settings.http.public_url)


class ConnectionsRequestProvider(Provider):
    scope = Scope.REQUEST

    connections = provide(PostgresConnectionRepository, provides=ConnectionRepository)
    authorizations = provide(PostgresAuthorizationRepository, provides=AuthorizationRepository)

    @provide
    def sealed(self, session: AsyncSession, secrets: SecretsProtocol) -> SealedRows:
        return PostgresSealedRows(session, secrets.ring(Ring.CREDENTIALS))
