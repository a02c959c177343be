"""The least that can be done with a provider: read everything, as the contract says it is read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.connections.faults import FeedChangedError
from app.domain.connections.provider import Credentials, Feed
from app.domain.connections.reading import AccountFault, ProviderRow, TransactionQuery
from app.domain.protocols.providers import Provider


@dataclass
class Reader:
    """Keeps what it read of one connection, and reads again."""

    provider: Provider
    credentials: Credentials
    rows: list[ProviderRow] = field(default_factory=list)
    position: str | None = None
    pages: int = 0
    faults: list[AccountFault] = field(default_factory=list)

    async def read(self) -> list[dict[str, Any]]:
        """What there is now, in the words of the simulator's truth."""
        feed = self.provider.description.feed
        self.faults = []
        if feed is Feed.CURSOR:
            await self._follow()
        else:
            listing = await self.provider.accounts(self.credentials)
            names = [one.id for one in listing.accounts] if feed is Feed.ACCOUNT_WINDOW else [None]
            self.rows = [row for name in names for row in await self.window(name)]
        return in_order(map(said, self.rows))

    async def window(self, account_id: str | None) -> list[ProviderRow]:
        """All rows of the last year, of an account or of all."""
        found: list[ProviderRow] = []
        position: str | None = None
        while True:
            page = await self.provider.transactions(self.credentials, query(account_id, position))
            self.pages += 1
            found += page.rows
            self.faults += page.faults
            position = page.position
            if not page.has_more:
                return found

    async def _follow(self) -> None:
        while True:
            try:
                return await self._stream()
            except FeedChangedError:
                continue

    async def _stream(self) -> None:
        rows, position = list(self.rows), self.position
        while True:
            page = await self.provider.transactions(self.credentials, query(None, position))
            self.pages += 1
            gone = {one.id for one in page.removed} | {row.movement.bank_id for row in page.rows}
            rows = [row for row in rows if row.movement.bank_id not in gone] + list(page.rows)
            position = page.position
            self.faults += page.faults
            if not page.has_more:
                self.rows, self.position = rows, position
                return


def query(account_id: str | None, position: str | None) -> TransactionQuery:
    today = datetime.now(UTC).date()
    return TransactionQuery(
        starts_on=today - timedelta(days=365), ends_on=today, account_id=account_id, position=position
    )


def said(row: ProviderRow) -> dict[str, Any]:
    found = row.movement
    return {
        "id": found.bank_id,
        "account_id": row.account_id,
        "booked_on": str(found.booked_on),
        "amount": found.amount.normalize(),
        "status": str(found.status),
        "type": str(found.type),
        "subtype": str(found.subtype),
        "symbol": found.security.symbol if found.security else None,
        "quantity": None if found.quantity is None else found.quantity.normalize(),
        "pending_id": row.pending_id,
    }


def in_order(rows: Any) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["account_id"], row["booked_on"], row["id"], row["amount"]))
