"""One entry as movements: a row for each of its transactions where their amounts make up the entry's, else one row.

Amounts are unsigned, CRDT is in and DBIT out, also where RvslInd says that something is taken back. Entries of status
INFO moved nothing and give no row. An entry in another currency than its account's counts with its one transaction's
amount in that currency, else it is a fault.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from app.domain.imports.statement import Movement, RowFault
from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.statements.camt_skeleton import CamtStatement
from app.infrastructure.statements.camt_values import STATUS, inner, last_leaf, leaf, money, said, said_first, trntype
from app.infrastructure.statements.row_kinds import kind_of
from app.infrastructure.statements.row_values import (
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    RAW_CHARACTERS_MAX,
    RowFaultError,
    amount_of,
    date_of,
    text_of,
)

_NO_REFERENCES = frozenset({"", "NOTPROVIDED", "NONREF"})
_PENDING = frozenset({"PDNG", "FUTR"})


def currency_of_entry(entry: str) -> str:
    return money(entry)[1]


def rows_of(entry: str, statement: CamtStatement, locator: str) -> Sequence[Movement | RowFault]:
    if "<TxDtls/>" in entry:
        entry = entry.replace("<TxDtls/>", "<TxDtls></TxDtls>")
    head, *transactions = entry.split("<TxDtls>")
    if transactions:
        head = head.partition("<NtryDtls>")[0]
    said = said_first(head)
    if said[STATUS].strip() == "INFO":
        return ()
    try:
        return _Entry(entry, head, said, statement).rows(transactions, locator)
    except RowFaultError as fault:
        return (RowFault(locator=locator, code=fault.code, detail=fault.detail),)


class _Entry:
    __slots__ = (
        "_amount",
        "_booked_on",
        "_currency",
        "_head",
        "_is_back",
        "_is_out",
        "_reference",
        "_stated_in",
        "_status",
        "_text",
        "_value_on",
    )

    def __init__(self, entry: str, head: str, said: Sequence[str], statement: CamtStatement) -> None:
        self._text, self._head, self._currency = entry, head, statement.currency
        self._stated_in, stated, side, is_back, status, booked_on, value_on, self._reference = said
        self._status = TransactionStatus.PENDING if status.strip() in _PENDING else TransactionStatus.POSTED
        self._is_back = "true" in is_back
        self._is_out = "DBIT" in side
        self._amount = _signed(stated, is_out=self._is_out)
        self._value_on = _day_of(value_on[:10]) if value_on else None
        self._booked_on = _day_of((booked_on or value_on or statement.made_on)[:10])

    def rows(self, transactions: list[str], locator: str) -> list[Movement]:
        if self._stated_in and self._stated_in != self._currency:
            return [self._converted(transactions, locator)]
        if len(transactions) > 1:
            amounts = [self._own(transaction) for transaction in transactions]
            known = [amount for amount in amounts if amount is not None]
            if len(known) == len(amounts) and sum(known) == self._amount:
                return [
                    self._row(
                        transaction, amount, f"{locator}, transaction {number}", f"{self._head}<TxDtls>{transaction}"
                    )
                    for number, (transaction, amount) in enumerate(zip(transactions, known, strict=True), 1)
                ]
        return [self._row(transactions[0] if len(transactions) == 1 else "", self._amount, locator, self._text)]

    def _own(self, transaction: str) -> Decimal | None:
        """The amount of one transaction of several, in the account's currency."""
        own = transaction.partition("</Refs>")[2] if "</Refs>" in transaction else transaction
        if own.lstrip().startswith("<Amt "):
            (stated, currency), side = money(own), own.partition("</Amt>")[2].lstrip()
            is_out = "DBIT" in leaf(side, "<CdtDbtInd>") if side.startswith("<CdtDbtInd>") else self._is_out
            if currency == self._currency:
                return _signed(stated, is_out=is_out)
        details = inner(transaction, "<AmtDtls>")
        for name in ("<TxAmt>", "<InstdAmt>"):
            stated, currency = money(inner(details, name))
            if stated and currency == self._currency:
                return _signed(stated, is_out=self._is_out)
        return None

    def _converted(self, transactions: list[str], locator: str) -> Movement:
        amount = self._own(transactions[0]) if len(transactions) == 1 else None
        if amount is None:
            detail = f"The entry is in {self._stated_in}, its account in {self._currency}, and none in that is given."
            raise RowFaultError("currency_differs", detail)
        row = self._row(transactions[0], amount, locator, self._text)
        row.original_amount, row.original_currency = self._amount, self._stated_in
        return row

    def _row(self, transaction: str, amount: Decimal, locator: str, raw: str) -> Movement:
        is_back = self._is_back or "<RtrInf>" in transaction
        party = inner(transaction, "<Cdtr>" if amount.is_signed() is not is_back else "<Dbtr>")
        name = text_of(leaf(party, "<Nm>"), DESCRIPTION_CHARACTERS_MAX) if party else ""
        written = said(transaction) or leaf(transaction, "<AddtlTxInf>") or last_leaf(self._text, "<AddtlNtryInf>")
        memo = text_of(written, MEMO_CHARACTERS_MAX)
        code = inner(transaction, "<BkTxCd>") or inner(self._head, "<BkTxCd>")
        kind, subkind = kind_of(trntype(code), amount, AccountType.CHECKING, memo)
        row = Movement(locator, self._booked_on, amount, kind, subkind, self._status)
        row.bank_id = _reference(leaf(transaction, "<AcctSvcrRef>") or self._reference)
        row.value_on = self._value_on
        row.description = name or memo[:DESCRIPTION_CHARACTERS_MAX].rstrip()
        row.counterparty = name or None
        row.memo = memo or None
        row.reference = _reference(leaf(transaction, "<EndToEndId>")) or _reference(leaf(transaction, "<Ref>"))
        row.raw = raw[:RAW_CHARACTERS_MAX]
        if "<ChqNb>" in transaction:
            row.check_number = _reference(leaf(transaction, "<ChqNb>"))
        if "<InstdAmt>" in transaction:
            stated, currency = money(inner(transaction, "<InstdAmt>"))
            if stated and currency and currency != self._currency:
                row.original_amount, row.original_currency = _signed(stated, is_out=amount < 0), currency
        return row


@lru_cache(maxsize=4096)
def _day_of(stated: str) -> date:
    return date_of(stated, "BookgDt or ValDt")


def _signed(stated: str, *, is_out: bool) -> Decimal:
    amount = amount_of(stated, "Amt")
    return -amount if amount and is_out else amount


def _reference(raw: str) -> str | None:
    return None if raw in _NO_REFERENCES else text_of(raw, ID_CHARACTERS_MAX) or None
