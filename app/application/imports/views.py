"""What the API shows of imports, and the port that reads them."""

from datetime import date
from typing import Protocol, Self
from uuid import UUID

from msgspec import convert

from app.application.fields import Count, Instant
from app.application.registry import Immutable
from app.application.views import Listed, Money
from app.core.ids import ImportId, UserId
from app.core.paging import Rows, Window
from app.domain.imports.balance_proof import BalanceProof
from app.domain.imports.statement_import import ImportState, StatementImport


class BalanceGapView(Immutable):
    """From which day to which the statement's balances differ from its rows, and by how much."""

    starts_on: date | None
    ends_on: date | None
    amount: Money


class BalanceProofView(Immutable):
    """Whether opening + movements = closing, for the statements that state both, and for days with running balances.

    `gaps` has the first hundred of `gap_count`.
    """

    proved: bool
    statements: Count
    days: Count
    gap_count: Count
    gaps: list[BalanceGapView]

    @classmethod
    def of(cls, proof: BalanceProof) -> Self:
        return cls(
            proved=proof.gap_count == 0,
            statements=proof.statements,
            days=proof.days,
            gap_count=proof.gap_count,
            gaps=[
                BalanceGapView(
                    starts_on=gap.starts_on,
                    ends_on=gap.ends_on,
                    amount=Money(amount=gap.amount, currency=proof.currency),
                )
                for gap in proof.gaps
            ],
        )


class ImportedAccountView(Immutable):
    """What the file did to one account. `balance_proof` is null where the file states too little to check."""

    account_id: UUID
    created: bool
    transactions_new: Count
    transactions_duplicate: Count
    transactions_corrected: Count
    balance_proof: BalanceProofView | None


class ImportFault(Immutable):
    """A row that was not taken: where it stands, why, in words."""

    locator: str
    code: str
    detail: str


class ImportView(Immutable):
    id: UUID
    state: ImportState
    format: str
    file_name: str
    accounts: list[ImportedAccountView]
    errors: list[ImportFault]
    created_at: Instant
    finished_at: Instant | None

    @classmethod
    def of(cls, done: StatementImport) -> Self:
        return cls(
            id=done.id,
            state=done.state,
            format=done.format,
            file_name=done.file_name,
            accounts=[
                ImportedAccountView(
                    account_id=account.account_id,
                    created=account.created,
                    transactions_new=account.counts.new,
                    transactions_duplicate=account.counts.duplicate,
                    transactions_corrected=account.counts.corrected,
                    balance_proof=BalanceProofView.of(account.balance_proof) if account.balance_proof else None,
                )
                for account in done.accounts
            ],
            errors=convert(done.faults, list[ImportFault], from_attributes=True),
            created_at=done.created_at,
            finished_at=done.finished_at,
        )


class ImportPage(Listed):
    imports: list[ImportView]


class ImportReader(Protocol):
    """Reads imports for answers: one statement each, the owner in its WHERE clause."""

    async def imports(self, user_id: UserId, window: Window) -> Rows:
        """The user's imports as JSON of `ImportView`, newest first."""

    async def statement_import(self, user_id: UserId, import_id: ImportId) -> bytes | None:
        """One import as JSON of `ImportView`; None if there is none or it is somebody else's."""
