"""Import a statement file: every statement in it, whole or not at all.

Rows that cannot be read are answered as errors while the others go in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from app.application.imports.policy import ImportPolicy
from app.application.imports.views import ImportView
from app.application.registry import Command, command
from app.application.services.ownership import OwnershipVerifier
from app.application.services.statement_accounts import StatementAccounts
from app.core.clock import Clock
from app.core.errors import DomainError
from app.core.ids import AccountId, ImportId, uuid7
from app.core.result import Failure, Result, Success
from app.domain.events.imports import FILE_IMPORT, FileImportSucceeded
from app.domain.identity.actor import Actor
from app.domain.imports.statement import (
    Movement,
    RowFault,
    StatementClosed,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
)
from app.domain.imports.statement_import import ImportedAccount, ImportState, MergeCounts, StatementImport
from app.domain.ledger.row_identity import RowIdentities
from app.domain.protocols.events import EventLog
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.ledger import AccountRepository, TransactionRepository
from app.domain.protocols.statements import StatementFiles


class ImportStatement(Command[ImportView]):
    """`source` is read from its start and left open; without `account_id` each statement names its account."""

    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None


@dataclass(slots=True, kw_only=True)
class _Run:
    """How far one file has been read."""

    import_id: ImportId
    started_at: datetime
    chosen: AccountId | None
    created: dict[AccountId, bool] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)
    faults_beyond: int = 0
    account_id: AccountId = field(init=False)
    currency: str = field(init=False)
    identities: RowIdentities = field(init=False)


@command(ImportStatement, workflow=FILE_IMPORT)
class ImportStatementHandler:
    files: StatementFiles
    statement_accounts: StatementAccounts
    accounts: AccountRepository
    transactions: TransactionRepository
    imports: ImportRepository
    ownership: OwnershipVerifier
    events: EventLog
    actor: Actor
    clock: Clock
    policy: ImportPolicy

    async def __call__(self, message: ImportStatement) -> Result[ImportView, DomainError]:
        if message.account_id:
            owned = await self.ownership.account(message.account_id)
            if isinstance(owned, Failure):
                return owned
        run = _Run(import_id=ImportId(uuid7()), started_at=self.clock.now(), chosen=message.account_id)
        try:
            name, batches = await self.files.open(message.source)
            async for batch in batches:
                await self._take(run, batch)
        except StatementRefusedError as refused:
            return Failure(refused.error)
        done = await self._finish(run, message.file_name, name)
        await self.imports.add(done)
        await self.events.append(_succeeded(done))
        return Success(ImportView.of(done))

    async def _take(self, run: _Run, batch: Sequence[StatementPart]) -> None:
        rows: list[tuple[bytes, Movement]] = []
        for part in batch:
            match part:
                case Movement():
                    rows.append((run.identities.of(part), part))
                case RowFault():
                    self._note(run, part)
                case StatementOpened():
                    await self._open(run, part)
                case StatementClosed():
                    await self._stage(run, rows)
                    await self.accounts.state(run.account_id, part, run.started_at)
        await self._stage(run, rows)

    async def _open(self, run: _Run, statement: StatementOpened) -> None:
        account_id, created = await self.statement_accounts.resolve(statement, run.import_id, run.chosen)
        run.created[account_id] = run.created.get(account_id, False) or created
        run.account_id, run.currency, run.identities = account_id, statement.currency, RowIdentities()

    async def _stage(self, run: _Run, rows: list[tuple[bytes, Movement]]) -> None:
        if rows:
            await self.transactions.stage(self.actor.person, run.account_id, run.currency, rows)
            rows.clear()

    def _note(self, run: _Run, fault: RowFault) -> None:
        if len(run.faults) < self.policy.row_faults_max:
            run.faults.append(fault)
        else:
            run.faults_beyond += 1

    async def _finish(self, run: _Run, file_name: str, name: str) -> StatementImport:
        counts = await self.transactions.merge()
        if run.faults_beyond:
            detail = f"{run.faults_beyond} more rows could not be read."
            run.faults.append(RowFault(locator="file", code="more_faults", detail=detail))
        return StatementImport(
            id=run.import_id,
            user_id=self.actor.person,
            state=ImportState.PARTIAL if run.faults else ImportState.SUCCEEDED,
            format=name,
            file_name=file_name,
            accounts=tuple(
                ImportedAccount(account_id=account_id, created=created, counts=counts.get(account_id, MergeCounts()))
                for account_id, created in run.created.items()
            ),
            faults=tuple(run.faults),
            created_at=run.started_at,
            finished_at=self.clock.now(),
        )


def _succeeded(done: StatementImport) -> FileImportSucceeded:
    return FileImportSucceeded(
        user_id=done.user_id,
        import_id=done.id,
        file_name=done.file_name,
        format=done.format,
        accounts=len(done.accounts),
        transactions_new=sum(account.counts.new for account in done.accounts),
        transactions_duplicate=sum(account.counts.duplicate for account in done.accounts),
        faults=len(done.faults),
    )
