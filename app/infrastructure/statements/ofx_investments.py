"""What an OFX investment statement holds besides cash: trades, income, transfers, splits, positions and securities.

Promises: each record as a movement, a position or a fault. Bought units are positive, sold negative; an amount is
TOTAL with the sign its kind has, as brokers differ in that, else units by price with costs. REINVEST keeps TOTAL though
its income pays for it. A position of no units is none. SECLIST, at the file's end, names the securities: `HELD_MAX`
parts wait for it, those beyond go without names.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from app.domain.imports.statement import Movement, Position, RowFault, StatementOpened, StatementPart
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import AssetClass, Security, Side
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type
from app.infrastructure.statements.csv_actions import signed_quantity
from app.infrastructure.statements.row_values import (
    DESCRIPTION_CHARACTERS_MAX,
    ID_CHARACTERS_MAX,
    MEMO_CHARACTERS_MAX,
    RowFaultError,
    amount_of,
    date_of,
    instant_of,
    raw_of,
    text_of,
    written,
)

HELD_MAX = 100_000
MONEY_DECIMALS = 2

_TRADES: Mapping[str, tuple[Type, Sub, int]] = {  # and the sign of the amount, 0 as stated
    **dict.fromkeys(("BUYSTOCK", "BUYMF", "BUYDEBT", "BUYOPT", "BUYOTHER"), (Type.TRADE, Sub.BUY, -1)),
    **dict.fromkeys(("SELLSTOCK", "SELLMF", "SELLDEBT", "SELLOPT", "SELLOTHER"), (Type.TRADE, Sub.SELL, 1)),
    "INCOME": (Type.INCOME, Sub.DIVIDEND, 0),
    "REINVEST": (Type.TRADE, Sub.REINVESTMENT, -1),
    "TRANSFER": (Type.TRANSFER, Sub.TRANSFER_IN, 0),
    "SPLIT": (Type.TRADE, Sub.SPLIT, 0),
    "RETOFCAP": (Type.INCOME, Sub.DISTRIBUTION, 1),
    "INVEXPENSE": (Type.FEE, Sub.ACCOUNT_FEE, -1),
    "MARGININTEREST": (Type.FEE, Sub.MARGIN_INTEREST, -1),
    "JRNLFUND": (Type.ADJUSTMENT, Sub.JOURNAL, 0),
    "JRNLSEC": (Type.ADJUSTMENT, Sub.JOURNAL, 0),
    "CLOSUREOPT": (Type.TRADE, Sub.EXPIRATION, 0),
}
_SUBTYPES: Mapping[str, Sub] = {
    "BUYTOCOVER": Sub.BUY_TO_COVER,
    "BUYTOCLOSE": Sub.BUY_TO_COVER,
    "SELLSHORT": Sub.SHORT_SELL,
    "SELLTOOPEN": Sub.SHORT_SELL,
    "CGLONG": Sub.CAPITAL_GAIN,
    "CGSHORT": Sub.CAPITAL_GAIN,
    "INTEREST": Sub.INTEREST,
    "MISC": Sub.DISTRIBUTION,
    "OUT": Sub.TRANSFER_OUT,
    "EXERCISE": Sub.EXERCISE,
    "ASSIGN": Sub.ASSIGNMENT,
}
_POSITIONS: Mapping[str, AssetClass] = {
    "POSSTOCK": AssetClass.EQUITY,
    "POSMF": AssetClass.MUTUAL_FUND,
    "POSDEBT": AssetClass.FIXED_INCOME,
    "POSOPT": AssetClass.OPTION,
    "POSOTHER": AssetClass.OTHER,
}
_SECURITIES = frozenset({"STOCKINFO", "MFINFO", "DEBTINFO", "OPTINFO", "OTHERINFO"})
_KINDS = ("BUYTYPE", "OPTBUYTYPE", "SELLTYPE", "OPTSELLTYPE", "INCOMETYPE", "TFERACTION", "OPTACTION")
_FEES = ("COMMISSION", "FEES", "TAXES", "LOAD")

RECORDS = _TRADES.keys() | _POSITIONS.keys() | _SECURITIES
RECORD_FIELDS = frozenset(
    {"FITID", "DTTRADE", "DTSETTLE", "MEMO", "UNIQUEID", "UNIQUEIDTYPE", "UNITS", "UNITPRICE", "TOTAL", "OLDUNITS"}
    | {"NEWUNITS", "FRACCASH", "MKTVAL", "DTPRICEASOF", "POSTYPE", "SECNAME", "TICKER", *_KINDS, *_FEES},
)


class Investments:
    """Makes parts of records and names their securities once it knows them."""

    def __init__(self, held_max: int = HELD_MAX) -> None:
        self._held_max = held_max
        self._securities: dict[tuple[str, str], Security] = {}
        self._unnamed: list[tuple[Movement | Position, tuple[str, str]]] = []

    def part(self, record: Mapping[str, str], currency: str, locator: str) -> Movement | Position | RowFault | None:
        """The part of a record, with its kind under the empty name; None for a security and an empty position."""
        kind = record[""]
        key = (_id(record, "UNIQUEID") or "", (_id(record, "UNIQUEIDTYPE") or "").upper())
        if kind in _SECURITIES:
            self._securities.setdefault(key, _security(key, _id(record, "SECNAME"), _id(record, "TICKER")))
            return None
        try:
            part = _movement(record, locator) if kind in _TRADES else _position(record, currency, locator)
        except RowFaultError as fault:
            return RowFault(locator=locator, code=fault.code, detail=fault.detail)
        if part is not None and key[0]:
            part.security = _security(key, None, None)
            self._unnamed.append((part, key))
        return part

    def named(self, parts: Iterator[StatementPart]) -> Iterator[StatementPart]:
        """Yield the parts; those from the first investment statement on wait for the securities."""
        held: list[StatementPart] = []
        for part in parts:
            if held or (isinstance(part, StatementOpened) and part.type is AccountType.BROKERAGE):
                held.append(part)
                if len(held) > self._held_max:
                    yield from self._with_names(held)
                    held = []
            else:
                yield part
        yield from self._with_names(held)

    def _with_names(self, held: list[StatementPart]) -> list[StatementPart]:
        for part, key in self._unnamed:
            security = self._securities.get(key)
            part.security = security or part.security
            if isinstance(part, Movement) and security and not part.description:
                part.description = security.name or ""
        self._unnamed.clear()
        return held


def _security(key: tuple[str, str], name: str | None, ticker: str | None) -> Security:
    number, kind = key
    is_code = kind in {"CUSIP", "ISIN"}
    return Security(
        symbol=ticker or (number if kind == "TICKER" else None),
        name=name or (None if is_code or kind == "TICKER" else number),
        cusip=number if kind == "CUSIP" else None,
        isin=number if kind == "ISIN" else None,
    )


def _movement(record: Mapping[str, str], locator: str) -> Movement:
    kind, subkind, sign = _TRADES[record[""]]
    stated = next((record[name].strip().upper() for name in _KINDS if name in record), "")
    subkind = _SUBTYPES.get(stated, subkind)
    quantity, price = _number(record, "UNITS"), _number(record, "UNITPRICE")
    if subkind is Sub.SPLIT:
        new, old = _number(record, "NEWUNITS"), _number(record, "OLDUNITS")
        quantity = new - old if new is not None and old is not None else quantity
    elif quantity is not None:
        quantity = signed_quantity(quantity, subkind)
    fees = [abs(fee) for name in _FEES if (fee := _number(record, name)) is not None]
    total = _number(record, "FRACCASH" if subkind is Sub.SPLIT else "TOTAL")
    if total is None and sign and quantity is not None and price is not None:
        total = round(-quantity * price - sum(fees), MONEY_DECIMALS)
    if total is None and record[""] in {"INCOME", "INVEXPENSE", "MARGININTEREST", "RETOFCAP"}:
        raise RowFaultError("amount_missing", "The row has no amount (TOTAL).")
    amount = total or Decimal(0)
    memo = text_of(record.get("MEMO", ""), MEMO_CHARACTERS_MAX)
    return Movement(
        locator=locator,
        booked_on=date_of(record.get("DTTRADE", ""), "DTTRADE"),
        amount=abs(amount) * sign if sign and amount else amount,
        type=kind,
        subtype=subkind,
        bank_id=_id(record, "FITID"),
        value_on=date_of(record["DTSETTLE"], "DTSETTLE") if record.get("DTSETTLE", "").strip() else None,
        description=memo[:DESCRIPTION_CHARACTERS_MAX].rstrip(),
        memo=memo or None,
        quantity=quantity,
        unit_price=price,
        fees=sum(fees, Decimal(0)) if fees else None,
        raw=raw_of(written(record)),
    )


def _position(record: Mapping[str, str], currency: str, locator: str) -> Position | None:
    quantity, value = _number(record, "UNITS"), _number(record, "MKTVAL")
    if quantity is None:
        raise RowFaultError("quantity_missing", "The position has no units (UNITS).")
    if not quantity:
        return None
    is_short = record.get("POSTYPE", "").strip().upper() == "SHORT" or quantity < 0
    as_of = instant_of(record.get("DTPRICEASOF", ""), zone_required=False)
    return Position(
        locator=locator,
        security=Security(),
        quantity=abs(quantity),
        currency=currency,
        side=Side.SHORT if is_short else Side.LONG,
        asset_class=_POSITIONS[record[""]],
        price=_number(record, "UNITPRICE"),
        price_as_of=as_of,
        market_value=-abs(value) if value and is_short else value,
        as_of=as_of,
    )


def _number(record: Mapping[str, str], name: str) -> Decimal | None:
    value = record.get(name, "")
    return amount_of(value, name) if value.strip() else None


def _id(record: Mapping[str, str], name: str) -> str | None:
    return text_of(record.get(name, ""), ID_CHARACTERS_MAX) or None
