"""One sync from beginning to end, as a worker runs it: what to ask in which order, and what to do when it fails.

Promises: one run of a connection at a time over all processes (a lock that ends with its process); what one account or
resource cannot tell stops no other; whatever happens, the sync ends with what came of it, and the schedule goes on. A
worker that takes over reads again what had not been committed.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.application.registry import Message
from app.application.syncs.begin_sync import BeginSync
from app.application.syncs.errors import SyncBroken, SyncSuperseded
from app.application.syncs.finish_sync import FinishSync
from app.application.syncs.policy import SyncPolicy
from app.application.syncs.sync_accounts import SyncAccounts
from app.application.syncs.sync_holdings import SyncHoldings
from app.application.syncs.sync_transactions import SyncTransactions
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.ids import SyncId, UserId
from app.core.result import Failure, Result
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ConsentEnded, InstitutionBusy, ProviderNotConfigured
from app.domain.connections.provider import Capability, Feed, ProviderDescription
from app.domain.connections.quota import DAY, scheduled_max
from app.domain.connections.sync import OPEN, LinkedAccount, Sync, SyncResource
from app.domain.connections.windows import window
from app.domain.protocols.connections import ConnectionLocks
from app.domain.protocols.providers import Providers
from app.domain.protocols.syncs import OpenSyncs

LOCK_WAIT_SECONDS = 20.0
HOPELESS = (ConsentEnded, InstitutionBusy, ProviderNotConfigured, SyncSuperseded)  # asking for more is no use

log = logging.getLogger(__name__)

type Send = Callable[[Message[Any], UserId], Awaitable[Result[Any]]]
"""Dispatches a message for a user, in a scope of its own."""


@dataclass(frozen=True, slots=True)
class SyncRun:
    send: Send
    opened: OpenSyncs
    locks: ConnectionLocks
    providers: Providers
    policy: SyncPolicy
    clock: Clock

    async def __call__(self, sync_id: SyncId) -> None:
        queued = await self.opened.read(sync_id)
        if queued is None or queued.state not in OPEN:
            return
        async with self.locks.held(queued.connection_id, LOCK_WAIT_SECONDS) as is_ours:
            if not is_ours:
                return  # another worker is at it after all; should it die, the schedule queues the sync again
            begun = await self.send(BeginSync(sync_id=sync_id), queued.user_id)
            if not isinstance(begun, Failure) and begun.value is not None:
                await self._run(begun.value)

    async def _run(self, sync: Sync) -> None:
        try:
            async with asyncio.timeout(self.policy.run_seconds_max):
                error = await self._read(sync)
        except TimeoutError:
            error = SyncBroken(detail="It took too long, and was stopped.")
        except Exception:
            log.exception("Sync %s broke", sync.id)
            error = SyncBroken(detail="It has been logged here; try again.")
        # An institution that asks to be left alone is.
        pause = max(await self._interval(sync), error.retry_after_seconds if error else 0)
        await self.send(FinishSync(sync=sync, interval_seconds=pause, error=error), sync.user_id)

    async def _read(self, sync: Sync) -> DomainError | None:
        connection = await self.opened.connection(sync)
        provider = self.providers.get(connection.provider_slug) if connection else None
        if connection is None or provider is None:
            return ProviderNotConfigured(detail="The provider is not set up here any more.")
        told = await self.send(SyncAccounts(sync_id=sync.id, sync=sync, connection=connection), sync.user_id)
        if isinstance(told, Failure):
            return told.error
        accounts = [one for one in told.value if sync.account_id in {None, one.account_id}]
        about = provider.description
        error = None
        if sync.wants(SyncResource.TRANSACTIONS) and Capability.TRANSACTIONS in about.capabilities:
            error = await self._transactions(sync, connection, about, accounts)
        if error is None and sync.wants(SyncResource.HOLDINGS) and Capability.HOLDINGS in about.capabilities:
            asked = SyncHoldings(sync_id=sync.id, sync=sync, connection=connection, accounts=accounts)
            error = _hopeless(await self.send(asked, sync.user_id))
        return error

    async def _transactions(
        self, sync: Sync, connection: Connection, about: ProviderDescription, accounts: Sequence[LinkedAccount]
    ) -> DomainError | None:
        by_account = about.feed is Feed.ACCOUNT_WINDOW
        for group in [[account] for account in accounts] if by_account else [accounts]:
            if group and (error := await self._windows(sync, connection, about, group)):
                return error
        return None

    async def _windows(
        self, sync: Sync, connection: Connection, about: ProviderDescription, accounts: Sequence[LinkedAccount]
    ) -> DomainError | None:
        """Read the accounts' days, oldest first, as much at a time as a transaction should hold."""
        through, start_on = _read_through(sync, accounts), sync.start_on
        while True:
            days = window(about, self.clock.now().date(), through, start_on, sync.end_on)
            is_cursor = about.feed is Feed.CURSOR
            asked = SyncTransactions(
                sync_id=sync.id,
                sync=sync,
                connection=connection,
                accounts=accounts,
                days=days,
                by_account=about.feed is Feed.ACCOUNT_WINDOW,
                position=await self.opened.position(sync) if is_cursor and not sync.force else None,
            )
            done = await self.send(asked, sync.user_id)
            if isinstance(done, Failure):
                return _hopeless(done)
            if is_cursor or not days.has_more:
                return None
            through, start_on = days.ends_on, None

    async def _interval(self, sync: Sync) -> float:
        """Seconds until the schedule comes again: as often as is wanted and borne, never all connections at once."""
        connection = await self.opened.connection(sync)
        provider = self.providers.get(connection.provider_slug) if connection else None
        borne = provider.description.syncs_per_day_max if provider else 1
        return (
            DAY.total_seconds()
            / min(self.policy.syncs_per_day, scheduled_max(borne))
            * secrets.SystemRandom().uniform(1.0, 1.2)
        )


def _read_through(sync: Sync, accounts: Sequence[LinkedAccount]) -> date | None:
    """Up to when all of them were read; None where one was not read yet, or all is to be read again."""
    days = [account.read_through for account in accounts]
    return None if sync.force else min((day for day in days if day), default=None) if all(days) else None


def _hopeless(result: Result[Any]) -> DomainError | None:
    """The error, if it makes asking for more useless; others stand with their accounts."""
    return result.error if isinstance(result, Failure) and isinstance(result.error, HOPELESS) else None
