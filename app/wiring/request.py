"""What lives as long as one request or job: its transaction, its actor and its handlers."""

from collections.abc import AsyncIterator, Iterator
from inspect import isclass

from dishka import AsyncContainer, Provider, Scope, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.dispatch import Dispatcher
from app.application.registry import USE_CASES
from app.core.loading import load
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import (
    LoginFailureRepository,
    MailTokenRepository,
    TokenVersions,
    UserRepository,
)
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.ledger import AccountRepository, TransactionRepository
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.domain.protocols.sessions import RefreshTokenRepository, SessionRepository
from app.domain.protocols.unit_of_work import UnitOfWork
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.credentials import (
    PostgresLoginFailureRepository,
    PostgresMailTokenRepository,
    PostgresTokenVersions,
)
from app.infrastructure.postgres.imports import PostgresImportRepository
from app.infrastructure.postgres.sessions import PostgresRefreshTokenRepository, PostgresSessionRepository
from app.infrastructure.postgres.transactions import PostgresTransactionRepository
from app.infrastructure.postgres.unit_of_work import PostgresEventLog, PostgresUnitOfWork
from app.infrastructure.postgres.users import PostgresUserRepository


class RequestProvider(Provider):
    scope = Scope.REQUEST

    users = provide(PostgresUserRepository, provides=UserRepository)
    mail_tokens = provide(PostgresMailTokenRepository, provides=MailTokenRepository)
    refresh_tokens = provide(PostgresRefreshTokenRepository, provides=RefreshTokenRepository)
    token_versions = provide(PostgresTokenVersions, provides=TokenVersions)
    sessions = provide(PostgresSessionRepository, provides=SessionRepository)
    accounts = provide(PostgresAccountRepository, provides=AccountRepository)
    transactions = provide(PostgresTransactionRepository, provides=TransactionRepository)
    imports = provide(PostgresImportRepository, provides=ImportRepository)
    postgres_events = provide(PostgresEventLog)
    work = provide(PostgresUnitOfWork, provides=UnitOfWork)

    @provide
    def login_failures(self, session: AsyncSession, secrets: SecretsProtocol) -> LoginFailureRepository:
        return PostgresLoginFailureRepository(session, secrets.ring(Ring.FINGERPRINT))

    @provide
    async def session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session

    @provide
    def events(self, events: PostgresEventLog) -> EventLog:
        return events

    @provide
    def dispatcher(self, container: AsyncContainer) -> Dispatcher:
        return Dispatcher(container.get)


def use_cases() -> Provider:
    """Every registered handler and every service they share; their annotations are the graph."""
    provider = Provider(scope=Scope.REQUEST)
    provider.provide_all(*(use_case.handler for use_case in USE_CASES.values()))
    provider.provide_all(*services())
    return provider


def services() -> Iterator[type]:
    """The classes that the modules of `application/services` declare."""
    for module in load("app.application.services"):
        yield from (kind for kind in vars(module).values() if isclass(kind) and kind.__module__ == module.__name__)


class JobActorProvider(Provider):
    """The actor of jobs, given when the job's scope is opened."""

    actor = from_context(Actor, scope=Scope.REQUEST)
