"""Read what a connection's accounts hold."""

from collections.abc import Sequence

from app.application.registry import Command, command
from app.application.services.institution_reading import InstitutionReading
from app.application.syncs.errors import SUPERSEDED
from app.application.syncs.unread import unread
from app.core.clock import Clock
from app.core.ids import SyncId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import Connection
from app.domain.connections.faults import ProviderError
from app.domain.connections.reading import HoldingListing
from app.domain.connections.sync import LinkedAccount, Sync, SyncedAccount
from app.domain.events.syncs import HoldingsSyncSucceeded
from app.domain.portfolio.reports import HoldingReport
from app.domain.protocols.events import EventLog
from app.domain.protocols.ledger import AccountRepository
from app.domain.protocols.portfolio import PortfolioRepository
from app.domain.protocols.syncs import SyncRepository


class SyncHoldings(Command[None]):
    sync_id: SyncId
    sync: Sync
    connection: Connection
    accounts: Sequence[LinkedAccount]


@command(SyncHoldings, workflow=HoldingsSyncSucceeded)
class SyncHoldingsHandler:
    reading: InstitutionReading
    accounts: AccountRepository
    portfolio: PortfolioRepository
    syncs: SyncRepository
    events: EventLog
    clock: Clock

    async def __call__(self, message: SyncHoldings) -> Result[None]:
        sync = message.sync
        try:
            listing = await self.reading.ask(message.connection, lambda provider, key: provider.holdings(key))
        except ProviderError as fault:
            return await unread(self.syncs, sync, message.accounts, fault.error)
        if not await self.syncs.hold(sync):
            return Failure(SUPERSEDED)
        reports = self._reports(message.accounts, listing)
        for account_id in sorted({report.account_id for report in reports}):
            await self.accounts.lock(account_id)
        await self.portfolio.report_holdings(sync.user_id, sync.source, reports)
        await self.syncs.note(sync, faults(message.accounts, listing))
        await self.events.append(
            HoldingsSyncSucceeded(
                user_id=sync.user_id,
                connection_id=sync.connection_id,
                sync_id=sync.id,
                holdings=sum(len(report.positions) for report in reports),
            )
        )
        return Success(None)

    def _reports(self, accounts: Sequence[LinkedAccount], listing: HoldingListing) -> list[HoldingReport]:
        now = self.clock.now()
        return [
            HoldingReport(
                account_id=account.account_id,
                as_of=max((position.as_of for position in positions if position.as_of), default=now),
                positions=positions,
            )
            for account in accounts
            if (positions := listing.positions.get(account.provider_id)) is not None
        ]


def faults(accounts: Sequence[LinkedAccount], listing: HoldingListing) -> list[SyncedAccount]:
    known = {account.provider_id: account.account_id for account in accounts}
    return [
        SyncedAccount(account_id=known[fault.account_id], error=fault.error)
        for fault in listing.faults
        if fault.account_id in known
    ]
