"""Bringing what a statement file says into the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.application.services.statement_accounts import StatementAccounts
from app.application.services.statement_portfolio import StatementPortfolio
from app.domain.identity.actor import Actor
from app.domain.imports.progress import ImportProgress
from app.domain.imports.statement import Movement, Position, RowFault, StatementClosed, StatementOpened, StatementPart
from app.domain.imports.statement_import import ImportedAccount, MergeCounts
from app.domain.protocols.ledger import AccountRepository, RowSource, TransactionRepository


@dataclass(frozen=True, slots=True)
class StatementBooking:
    statement_accounts: StatementAccounts
    accounts: AccountRepository
    transactions: TransactionRepository
    portfolio: StatementPortfolio
    actor: Actor

    async def take(self, progress: ImportProgress, batch: Sequence[StatementPart]) -> None:
        """Stage the rows of a batch, each with its account. Raises `StatementRefusedError`."""
        rows: list[tuple[bytes, Movement]] = []
        for part in batch:
            match part:
                case Movement():
                    progress.check.follow(part)
                    rows.append((progress.identities.of(part), part))
                case Position():
                    progress.positions.append(part)
                case RowFault():
                    progress.note(part)
                case StatementOpened():
                    account_id, currency, created = await self.statement_accounts.resolve(
                        part, progress.source, progress.chosen, progress.started_at
                    )
                    progress.open(account_id, currency, created=created, layout=part.layout)
                case StatementClosed():
                    await self._stage(progress, rows)
                    await self.accounts.state(progress.account_id, progress.source, part, progress.started_at)
                    await self.portfolio.keep(progress, part)
                    progress.close(part)
        await self._stage(progress, rows)

    async def finish(self, progress: ImportProgress) -> tuple[ImportedAccount, ...]:
        """Bring all staged rows into the ledger, and answer what that did to each account of the file."""
        counts = await self.transactions.merge()
        return tuple(
            ImportedAccount(
                account_id=account_id,
                created=created,
                counts=counts.get(account_id, MergeCounts()),
                balance_proof=progress.proofs.get(account_id),
            )
            for account_id, created in progress.created.items()
        )

    async def _stage(self, progress: ImportProgress, rows: list[tuple[bytes, Movement]]) -> None:
        if rows:
            progress.rows += len(rows)
            progress.newest_on = max(progress.newest_on, *(row.booked_on for _, row in rows))
            source = RowSource(
                source=progress.source,
                scheme=progress.scheme,
                user_id=self.actor.person,
                account_id=progress.account_id,
                currency=progress.currency,
            )
            await self.transactions.stage(source, rows)
            rows.clear()
