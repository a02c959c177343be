"""Asking an institution for something. No transaction is open meanwhile; whoever asks holds the connection's lock."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from app.application.services.provider_access import ProviderAccess
from app.core.clock import Clock
from app.domain.connections.connection import Connection
from app.domain.connections.faults import (
    AccessExpiredError,
    ConsentEndedError,
    FeedChangedError,
    UnreadableAnswerError,
)
from app.domain.connections.provider import Credentials, Feed
from app.domain.connections.reading import TransactionPage, TransactionQuery
from app.domain.connections.reconciling import Read, Reading
from app.domain.protocols.connections import OpenConnections
from app.domain.protocols.providers import Provider

RESTARTS_MAX = 5
PAGES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class InstitutionReading:
    opened: OpenConnections
    access: ProviderAccess
    clock: Clock

    async def ask[T](self, connection: Connection, what: Callable[[Provider, Credentials], Awaitable[T]]) -> T:
        """The answer, with access refreshed where that is needed. Raises `ProviderError`."""
        provider = self.access.provider(connection)
        credentials = await self.opened.credentials(connection)
        if credentials is None:
            raise ConsentEndedError("It was disconnected.")
        try:
            credentials = await self.access.fresh(connection, credentials)
            try:
                return await what(provider, credentials)
            except AccessExpiredError:
                return await what(provider, await self.access.refresh(connection, credentials))
        except (AccessExpiredError, ConsentEndedError):
            await self.opened.end(connection, self.clock.now())
            raise

    async def rows(self, connection: Connection, query: TransactionQuery) -> Read:
        """All pages from there on. Raises `ProviderError`."""
        for _ in range(RESTARTS_MAX):
            try:
                return await self._pages(connection, query)
            except FeedChangedError:
                continue
        raise FeedChangedError("Rows change faster than they can be read.")

    async def _pages(self, connection: Connection, query: TransactionQuery) -> Read:
        is_cursor = self.access.provider(connection).description.feed is Feed.CURSOR
        read = Read(Reading(is_cursor=is_cursor), is_from_start=query.position is None)
        position = query.position
        for _ in range(PAGES_MAX):
            page = await self.ask(connection, partial(_page, query=replace(query, position=position)))
            read.reading.take(page)
            read.faults += page.faults
            position = read.position = page.position or (position if read.reading.is_cursor else None)
            if not page.has_more:
                return read
        raise UnreadableAnswerError("The pages do not end.")


async def _page(provider: Provider, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
    return await provider.transactions(credentials, query)
