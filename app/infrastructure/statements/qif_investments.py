"""A record of an investment account in QIF: Quicken's actions as movements.

Promises: bought units are positive, sold negative; amounts have the sign their action gives them. An action that ends
in X moves its money from or to another account at once, so that it gives two rows, the trade and the transfer that
pays for it or takes its proceeds. Shares that come or go (ShrsIn, ShrsOut) move no money, whatever they are worth; of
a split QIF tells a ratio, which is no quantity. Reinvestments keep their amount, as in OFX.
Refuses: actions that Quicken does not have, as nobody knows the sign of their money.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from app.domain.imports.statement import Movement
from app.domain.ledger.security import Security
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type
from app.infrastructure.statements.csv_actions import signed_quantity
from app.infrastructure.statements.qif_records import Record
from app.infrastructure.statements.qif_rows import raw_of
from app.infrastructure.statements.qif_survey import QifSurvey
from app.infrastructure.statements.row_values import (
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    RowFaultError,
    shown,
    text_of,
)

MONEY_DECIMALS = 2

type Action = tuple[Type, Sub, int]  # and the sign of its money, 0 where it moves none

_ACTIONS: Mapping[str, Action] = {
    **dict.fromkeys(("buy", "buybnd"), (Type.TRADE, Sub.BUY, -1)),
    **dict.fromkeys(("sell", "sellbnd"), (Type.TRADE, Sub.SELL, 1)),
    "shtsell": (Type.TRADE, Sub.SHORT_SELL, 1),
    "cvrshrt": (Type.TRADE, Sub.BUY_TO_COVER, -1),
    "exercise": (Type.TRADE, Sub.EXERCISE, -1),
    "expire": (Type.TRADE, Sub.EXPIRATION, 0),
    "stksplit": (Type.TRADE, Sub.SPLIT, 0),
    **dict.fromkeys(
        ("reinvdiv", "reinvint", "reinvlg", "reinvmd", "reinvsh"),
        (Type.TRADE, Sub.REINVESTMENT, -1),
    ),
    "div": (Type.INCOME, Sub.DIVIDEND, 1),
    "intinc": (Type.INCOME, Sub.INTEREST, 1),
    **dict.fromkeys(("cglong", "cgmid", "cgshort"), (Type.INCOME, Sub.CAPITAL_GAIN, 1)),
    **dict.fromkeys(("miscinc", "rtrncap"), (Type.INCOME, Sub.DISTRIBUTION, 1)),
    "miscexp": (Type.FEE, Sub.OTHER_FEE, -1),
    "margint": (Type.FEE, Sub.MARGIN_INTEREST, -1),
    "shrsin": (Type.TRANSFER, Sub.TRANSFER_IN, 0),
    "shrsout": (Type.TRANSFER, Sub.TRANSFER_OUT, 0),
    "xin": (Type.TRANSFER, Sub.TRANSFER_IN, 1),
    "xout": (Type.TRANSFER, Sub.TRANSFER_OUT, -1),
    "contrib": (Type.TRANSFER, Sub.DEPOSIT, 1),
    "withdrw": (Type.TRANSFER, Sub.WITHDRAWAL, -1),
    "cash": (Type.OTHER, Sub.UNKNOWN, 1),
    **dict.fromkeys(("grant", "vest"), (Type.ADJUSTMENT, Sub.ADJUSTMENT, 0)),
    "reminder": (Type.ADJUSTMENT, Sub.JOURNAL, 0),
}


def investment_rows(record: Record, survey: QifSurvey, locator: str) -> Iterator[Movement]:
    fields = record.fields()
    stated = fields.get("N", "").casefold()
    is_moved = stated not in _ACTIONS and stated.endswith("x")  # XIn and XOut have their X in front
    action = _ACTIONS.get(stated.removesuffix("x") if is_moved else stated or "cash")
    if action is None:
        raise RowFaultError("action_unknown", f"The action (N) {shown(fields['N'])} is none that Quicken has.")
    row = _movement(fields, action, survey, locator)
    row.raw = raw_of(record)
    yield row
    if is_moved and row.amount:
        moved = survey.money(fields["$"], "$") if fields.get("$") else row.amount
        other = _account(fields)
        yield replace(
            row,
            locator=f"{locator}, transfer",
            amount=-abs(moved) if row.amount > 0 else abs(moved),
            type=Type.TRANSFER,
            subtype=Sub.TRANSFER_OUT if row.amount > 0 else Sub.TRANSFER_IN,
            description=other or row.description,
            counterparty=other or None,
            security=None,
            quantity=None,
            unit_price=None,
            fees=None,
        )


def _movement(fields: Mapping[str, str], action: Action, survey: QifSurvey, locator: str) -> Movement:
    kind, subkind, _ = action
    quantity, price, fees, total, exact = (_number(fields, letter, survey) for letter in "QIOTU")
    name = text_of(fields.get("Y", ""), ID_CHARACTERS_MAX)
    symbol = text_of(survey.symbols.get(fields.get("Y", ""), ""), ID_CHARACTERS_MAX)
    memo = text_of(fields.get("M", ""), MEMO_CHARACTERS_MAX)
    other = _account(fields)
    described = text_of(fields.get("P", ""), DESCRIPTION_CHARACTERS_MAX) or name or memo or other
    if total is None and exact is None and quantity is not None and price is not None:
        total = round(abs(quantity) * price - action[2] * abs(fees or Decimal(0)), MONEY_DECIMALS)
    return Movement(
        locator=locator,
        booked_on=survey.day(fields.get("D", "")),
        amount=_signed(exact if total is None else total, action),
        type=kind,
        subtype=subkind,
        description=described[:DESCRIPTION_CHARACTERS_MAX].rstrip(),
        counterparty=(other or None) if kind is Type.TRANSFER else None,
        memo=memo or None,
        security=Security(symbol=symbol or None, name=name) if name else None,
        quantity=signed_quantity(quantity, subkind) if name and quantity and subkind is not Sub.SPLIT else None,
        unit_price=price if name else None,
        fees=abs(fees) if fees is not None else None,
    )


def _signed(total: Decimal | None, action: Action) -> Decimal:
    kind, _, sign = action
    if not sign:
        return Decimal(0)
    if total is None:
        raise RowFaultError("amount_missing", "The row has no amount (T).")
    return (abs(total) if kind is Type.TRADE else total) * sign or Decimal(0)


def _account(fields: Mapping[str, str]) -> str:
    """The other account of a transfer, `[Everyday]`."""
    return text_of(fields.get("L", "").partition("/")[0].strip("[]"), DESCRIPTION_CHARACTERS_MAX)


def _number(fields: Mapping[str, str], letter: str, survey: QifSurvey) -> Decimal | None:
    return survey.money(fields[letter], letter) if fields.get(letter) else None
