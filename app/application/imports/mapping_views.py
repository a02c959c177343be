"""What the API shows of saved CSV mappings, and the port that reads them."""

from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from msgspec import Meta

from app.application.fields import Currency, Instant, Line
from app.application.registry import Immutable
from app.application.views import Listed
from app.core.ids import UserId
from app.core.paging import Rows, Window
from app.domain.imports.csv_mapping import COLUMN_CHARACTERS_MAX, AmountSign, CsvMapping, DateOrder
from app.domain.ledger.account import AccountType

Column = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=COLUMN_CHARACTERS_MAX,
        pattern=r"^[^\x00]*$",
        description="The column's heading, or its number from 1 where the file has no headings.",
    ),
]
Columns = Annotated[list[Column], Meta(max_length=10)]
Statuses = Annotated[list[Line], Meta(max_length=20)]
MappingName = Annotated[
    str,
    Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+(?!\n)$", examples=["My bank's card"]),
]


class CsvMappingView(Immutable):
    """How to read a CSV file: which column is what. Name `amount`, or `debit` and `credit`."""

    date: Column
    date_order: DateOrder
    description: Columns = msgspec.field(default_factory=list)
    amount: Column | None = None
    debit: Column | None = None
    credit: Column | None = None
    sign: AmountSign = AmountSign.NEGATIVE_IS_OUT
    decimal_comma: bool = False
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    skip_lines: Annotated[int, Meta(ge=0, le=100)] = 0
    has_headings: bool = True
    account_type: AccountType = AccountType.OTHER
    currency: Currency | None = None
    account_number: Column | None = None
    currency_code: Column | None = None
    value_date: Column | None = None
    counterparty: Column | None = None
    memo: Column | None = None
    reference: Column | None = None
    bank_id: Column | None = None
    check_number: Column | None = None
    kind: Column | None = None
    status: Column | None = None
    pending_statuses: Statuses = msgspec.field(default_factory=lambda: ["pending"])
    skipped_statuses: Statuses = msgspec.field(default_factory=list)
    running_balance: Column | None = None
    original_amount: Column | None = None
    original_currency: Column | None = None
    symbol: Column | None = None
    security_name: Column | None = None
    isin: Column | None = None
    cusip: Column | None = None
    quantity: Column | None = None
    unit_price: Column | None = None
    fees: Columns = msgspec.field(default_factory=list)

    @property
    def mapping(self) -> CsvMapping:
        return msgspec.convert(msgspec.to_builtins(self), CsvMapping)


class ImportMappingView(Immutable):
    id: UUID
    name: str
    mapping: CsvMappingView
    created_at: Instant


class ImportMappingPage(Listed):
    import_mappings: list[ImportMappingView]


class ImportMappingReader(Protocol):
    async def mappings(self, user_id: UserId, window: Window) -> Rows:
        """The user's mappings as JSON of `ImportMappingView`, in the order they were saved."""
