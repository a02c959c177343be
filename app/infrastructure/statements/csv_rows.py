"""One row of CSV as a movement, by a mapping and the headings of its file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import blake2b

from app.domain.imports.csv_mapping import AmountSign, CsvMapping
from app.domain.imports.statement import Movement, RowFault, StatementRefusedError, StatementUnreadable
from app.domain.ledger.account import NO_CURRENCY
from app.domain.ledger.security import Security
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.statements.csv_actions import Kind, action_kind, signed_quantity
from app.infrastructure.statements.csv_preset import CsvPreset
from app.infrastructure.statements.csv_values import day_of, money_of
from app.infrastructure.statements.row_kinds import kind_of
from app.infrastructure.statements.row_values import (
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    RAW_CHARACTERS_MAX,
    RowFaultError,
    currency_of,
    text_of,
)

_SHOWN_HEADINGS_MAX = 20
_NO_NUMBERS = frozenset({"", "--", "Processing"})  # Fidelity has not settled the latter yet
_REQUIRED = ("date", "amount")
_SECURITY = ("symbol", "security_name", "isin", "cusip")
# What is taken as it is written, by the same name, with the characters that are kept of it.
_TEXTS = {
    "bank_id": ID_CHARACTERS_MAX,
    "counterparty": DESCRIPTION_CHARACTERS_MAX,
    "reference": ID_CHARACTERS_MAX,
    "check_number": ID_CHARACTERS_MAX,
}


def heading_key(heading: str) -> str:
    """A heading as it is compared."""
    return heading.strip().casefold().removesuffix(" ($)")


def _is_among(status: str, statuses: Sequence[str]) -> bool:
    return bool(status) and status.casefold() in map(str.casefold, statuses)


@dataclass(slots=True)
class CsvColumns:
    """Where each field of a mapping stands in a file's rows; several columns of one field in their order."""

    mapping: CsvMapping
    preset: CsvPreset | None
    places: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, mapping: CsvMapping, headings: Sequence[str] | None, preset: CsvPreset | None) -> "CsvColumns":
        """Raises `StatementRefusedError` for a column that a user named and the file lacks."""
        found = cls(mapping, preset)
        known = {heading_key(heading): index for index, heading in reversed(list(enumerate(headings or ())))}
        columns = mapping.columns()
        if preset and preset.date_fallback:
            columns["date/1"] = preset.date_fallback
        for name, column in columns.items():
            index = known.get(heading_key(column)) if headings is not None else int(column) - 1
            if index is not None:
                found.places.setdefault(name.partition("/")[0], []).append(index)
            elif preset is None or name in _REQUIRED:
                shown = ", ".join(repr(text_of(heading, 40)) for heading in (headings or ())[:_SHOWN_HEADINGS_MAX])
                detail = f"The file has no column {column!r} ({name} of the mapping). It has: {shown}."
                raise StatementRefusedError(StatementUnreadable(detail=detail))
        return found

    @property
    def layout(self) -> str:
        return self.preset.name if self.preset else blake2b(repr(self.mapping).encode(), digest_size=8).hexdigest()

    def cell(self, cells: Sequence[str], name: str) -> str:
        """The first cell of a field that is not empty."""
        for index in self.places.get(name, ()):
            if index < len(cells) and (value := cells[index].strip()):
                return value
        return ""

    def cells(self, cells: Sequence[str], name: str) -> list[str]:
        return [value for i in self.places.get(name, ()) if i < len(cells) and (value := cells[i].strip())]

    def account(self, cells: Sequence[str]) -> tuple[str | None, str]:
        """The account number and the currency of a row."""
        currency = currency_of(self.cell(cells, "currency_code")) or self.mapping.currency or NO_CURRENCY
        return text_of(self.cell(cells, "account_number"), ID_CHARACTERS_MAX) or None, currency

    def is_no_row(self, cells: Sequence[str]) -> bool:
        """Blank lines, footers, balances carried forward, and what the status says never happened."""
        date_cell = self.cell(cells, "date")
        if not date_cell or _is_among(self.cell(cells, "status"), self.mapping.skipped_statuses):
            return (not date_cell and not self._money_cells(cells)) or bool(date_cell)
        filled = [cell for cell in cells if cell.strip()]
        has_no_money = not self._money_cells(cells) and not self.cell(cells, "quantity")
        is_footer = self.preset is not None and not any(character.isdigit() for character in date_cell[:4])
        is_pending = _is_among(self.cell(cells, "status"), self.mapping.pending_statuses)
        return (
            len(filled) == 1
            or is_footer
            or (has_no_money and (is_pending or bool(self.cell(cells, "running_balance"))))
        )

    def _money_cells(self, cells: Sequence[str]) -> bool:
        return any(self.cell(cells, name) for name in ("amount", "debit", "credit"))

    def row(self, cells: Sequence[str], locator: str) -> Movement | RowFault:
        try:
            return self._movement(cells, locator)
        except RowFaultError as fault:
            return RowFault(locator=locator, code=fault.code, detail=fault.detail)

    def _movement(self, cells: Sequence[str], locator: str) -> Movement:
        mapping = self.mapping
        quantity, fees = self._money(cells, "quantity"), self._fees(cells)
        amount = self._amount(cells, fees, has_quantity=quantity is not None)
        description = text_of(" ".join(self.cells(cells, "description")), DESCRIPTION_CHARACTERS_MAX)
        memo = self._text(cells, "memo", MEMO_CHARACTERS_MAX)
        kind, subkind = self._kind(cells, amount, quantity, f"{description} {memo or ''}")
        row = Movement(locator, day_of(self.cell(cells, "date"), mapping.date_order), amount, kind, subkind)
        row.status = self._status(cells)
        row.description, row.memo, row.fees = description, memo, fees
        for name in self.places.keys() & _TEXTS.keys():
            setattr(row, name, self._text(cells, name, _TEXTS[name]))
        row.value_on = self._day(cells, "value_date")
        row.running_balance = self._money(cells, "running_balance")
        original = self._money(cells, "original_amount")
        if original is not None:
            row.original_amount = original.copy_sign(amount)
            row.original_currency = currency_of(self.cell(cells, "original_currency"))
        row.security = self._security(cells)
        if row.security:
            row.quantity = signed_quantity(quantity, subkind) if quantity is not None else None
            row.unit_price = self._money(cells, "unit_price")
        row.raw = ",".join(cells).replace("\0", "")[:RAW_CHARACTERS_MAX]
        return row

    def _amount(self, cells: Sequence[str], fees: Decimal | None, *, has_quantity: bool) -> Decimal:
        comma = self.mapping.decimal_comma
        if self.mapping.amount is not None:
            stated = self.cell(cells, "amount")
            if not stated and has_quantity:
                return Decimal(0)  # shares that came without money
            amount = money_of(stated, decimal_comma=comma)
            amount = -amount if amount and self.mapping.sign is AmountSign.POSITIVE_IS_OUT else amount
            if self.preset and self.preset.out_kinds:
                is_out = self.cell(cells, "kind").casefold() in self.preset.out_kinds
                amount = -abs(amount) if is_out and amount else abs(amount)
            return amount - fees if fees and self.preset and self.preset.fees_come_on_top else amount
        debit, credit = self.cell(cells, "debit"), self.cell(cells, "credit")
        if not debit and not credit:
            raise RowFaultError("amount_missing", "The row has neither a debit nor a credit.")
        out = abs(money_of(debit, decimal_comma=comma)) if debit else Decimal(0)
        return (abs(money_of(credit, decimal_comma=comma)) if credit else Decimal(0)) - out

    def _kind(self, cells: Sequence[str], amount: Decimal, quantity: Decimal | None, text: str) -> Kind:
        said = self.cell(cells, "kind")
        if self.preset and self.preset.is_brokerage:
            return action_kind(said, amount, quantity)
        trntype = (self.preset.kinds if self.preset else {}).get(said.casefold()) or "CREDIT"
        return kind_of(trntype, amount, self.mapping.account_type, text if self.preset else f"{said} {text}")

    def _status(self, cells: Sequence[str]) -> TransactionStatus:
        is_open = self.preset is not None and self.preset.is_pending_without_balance
        is_pending = _is_among(self.cell(cells, "status"), self.mapping.pending_statuses)
        is_pending = is_pending or (is_open and not self.cell(cells, "running_balance"))
        return TransactionStatus.PENDING if is_pending else TransactionStatus.POSTED

    def _security(self, cells: Sequence[str]) -> Security | None:
        if self.places.keys().isdisjoint(_SECURITY):
            return None
        symbol, name, isin, cusip = (self._text(cells, column, ID_CHARACTERS_MAX) for column in _SECURITY)
        return Security(symbol=symbol, name=name, isin=isin, cusip=cusip) if symbol or isin or cusip else None

    def _fees(self, cells: Sequence[str]) -> Decimal | None:
        stated = self._each(cells, "fees")
        return sum((abs(fee) for fee in stated), Decimal(0)) if stated else None

    def _each(self, cells: Sequence[str], name: str) -> list[Decimal]:
        return [money_of(value, decimal_comma=self.mapping.decimal_comma) for value in self.cells(cells, name)]

    def _money(self, cells: Sequence[str], name: str) -> Decimal | None:
        value = self.cell(cells, name)
        return (
            money_of(value, decimal_comma=self.mapping.decimal_comma) if value not in {"", "--", "Processing"} else None
        )

    def _day(self, cells: Sequence[str], name: str) -> date | None:
        value = self.cell(cells, name)
        return day_of(value, self.mapping.date_order) if value else None

    def _text(self, cells: Sequence[str], name: str, characters_max: int) -> str | None:
        value = self.cell(cells, name)
        return text_of(value, characters_max) or None if value else None
