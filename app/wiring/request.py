"""What lives as long as one request or job: its transaction, its actor and its handlers."""

from collections.abc import AsyncIterator

from dishka import AsyncContainer, Provider, Scope, from_context, provide
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.dispatch import Dispatcher
from app.application.imports.statement_accounts import StatementAccounts
from app.application.registry import USE_CASES
from app.application.services.ownership import OwnershipVerifier
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.identity import SessionRepository, UserRepository, VerificationTokenRepository
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.ledger import AccountRepository, TransactionRepository
from app.domain.protocols.unit_of_work import UnitOfWork
from app.infrastructure.postgres.accounts import PostgresAccountRepository
from app.infrastructure.postgres.identity import (
    PostgresSessionRepository,
    PostgresUserRepository,
    PostgresVerificationTokenRepository,
)
from app.infrastructure.postgres.imports import PostgresImportRepository
from app.infrastructure.postgres.transactions import PostgresTransactionRepository
from app.infrastructure.postgres.unit_of_work import PostgresEventLog, PostgresUnitOfWork


class RequestProvider(Provider):
    scope = Scope.REQUEST

    users = provide(PostgresUserRepository, provides=UserRepository)
    verification_tokens = provide(PostgresVerificationTokenRepository, provides=VerificationTokenRepository)
    sessions = provide(PostgresSessionRepository, provides=SessionRepository)
    accounts = provide(PostgresAccountRepository, provides=AccountRepository)
    transactions = provide(PostgresTransactionRepository, provides=TransactionRepository)
    imports = provide(PostgresImportRepository, provides=ImportRepository)
    postgres_events = provide(PostgresEventLog)
    work = provide(PostgresUnitOfWork, provides=UnitOfWork)
    ownership = provide(OwnershipVerifier)
    statement_accounts = provide(StatementAccounts)

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
    """Every registered handler; their annotations are the graph."""
    provider = Provider(scope=Scope.REQUEST)
    provider.provide_all(*(use_case.handler for use_case in USE_CASES.values()))
    return provider


class JobActorProvider(Provider):
    """The actor of jobs, given when the job's scope is opened."""

    actor = from_context(Actor, scope=Scope.REQUEST)
