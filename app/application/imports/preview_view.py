"""What the API says of an import that has not happened."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Self
from uuid import UUID

from msgspec.structs import asdict

from app.application.fields import Count
from app.application.imports.views import BalanceProofView, ImportFault, ImportView
from app.application.registry import Immutable
from app.application.views import Money
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.ledger.row_matching import MatchedBy
from app.domain.protocols.ledger import RowDecision

type Outcome = Literal["new", "duplicate", "correction"]


class PreviewedRow(Immutable):
    """A row: what importing would make of it, of which transaction, and by which rule it was matched.

    `transaction_id` is null for new rows, and for rows that repeat a new one of the same file.
    """

    locator: str
    outcome: Outcome
    transaction_id: UUID | None
    matched_by: MatchedBy
    booked_on: date
    amount: Money
    description: str

    @classmethod
    def of(cls, row: RowDecision) -> Self:
        known: Outcome = "correction" if row.is_changed else "duplicate"
        return cls(
            locator=row.locator,
            outcome="new" if row.matched_by is MatchedBy.NEW else known,
            transaction_id=row.transaction_id,
            matched_by=row.matched_by,
            booked_on=row.booked_on,
            amount=Money(amount=row.amount, currency=row.currency),
            description=row.description,
        )


class PreviewedAccount(Immutable):
    """What the file would do to one account; `account_id` is null where it would be opened."""

    account_id: UUID | None
    created: bool
    transactions_new: Count
    transactions_duplicate: Count
    transactions_corrected: Count
    balance_proof: BalanceProofView | None


class ImportPreview(Immutable):
    """What importing the file would answer. `rows` has the first thousand that would be taken, `errors` the others."""

    state: ImportState
    format: str
    file_name: str
    accounts: list[PreviewedAccount]
    rows: list[PreviewedRow]
    rows_total: Count
    errors: list[ImportFault]

    @classmethod
    def of(cls, done: StatementImport, decisions: Sequence[RowDecision]) -> Self:
        view = ImportView.of(done)
        return cls(
            state=view.state,
            format=view.format,
            file_name=view.file_name,
            accounts=[
                PreviewedAccount(**asdict(account) | ({"account_id": None} if account.created else {}))
                for account in view.accounts
            ],
            rows=[PreviewedRow.of(row) for row in decisions],
            rows_total=sum(one.counts.new + one.counts.duplicate + one.counts.corrected for one in done.accounts),
            errors=view.errors,
        )
