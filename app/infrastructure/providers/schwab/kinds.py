"""What Schwab's activities and accounts are.

Promises: an answer for any type, known or not. Words of the description count only where the type says little: Schwab
has one type for dividends and interest, and one for everything that moves securities without money.
"""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus as Status
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type

type Kind = tuple[Type, Sub]

_DEPOSIT = (Type.TRANSFER, Sub.DEPOSIT)
_WITHDRAWAL = (Type.TRANSFER, Sub.WITHDRAWAL)
_DIVIDEND = (Type.INCOME, Sub.DIVIDEND)
_INTEREST = (Type.INCOME, Sub.INTEREST)
_CAPITAL_GAIN = (Type.INCOME, Sub.CAPITAL_GAIN)
_REINVESTMENT = (Type.TRADE, Sub.REINVESTMENT)
_ACCOUNT_FEE = (Type.FEE, Sub.ACCOUNT_FEE)
_MARGIN_INTEREST = (Type.FEE, Sub.MARGIN_INTEREST)
_TAX = (Type.FEE, Sub.TAX)
_ADJUSTMENT = (Type.ADJUSTMENT, Sub.ADJUSTMENT)
_UNKNOWN = (Type.OTHER, Sub.UNKNOWN)

# Type: (money in, money out). The last rows are of older answers and of exports.
_BY_TYPE: Mapping[str, tuple[Kind, Kind]] = {
    "ACH_RECEIPT": (_DEPOSIT, _WITHDRAWAL),
    "ACH_DISBURSEMENT": (_DEPOSIT, _WITHDRAWAL),
    "CASH_RECEIPT": (_DEPOSIT, _WITHDRAWAL),
    "CASH_DISBURSEMENT": (_DEPOSIT, _WITHDRAWAL),
    "ELECTRONIC_FUND": (_DEPOSIT, _WITHDRAWAL),
    "WIRE_IN": ((Type.TRANSFER, Sub.WIRE_IN), (Type.TRANSFER, Sub.WIRE_OUT)),
    "WIRE_OUT": ((Type.TRANSFER, Sub.WIRE_IN), (Type.TRANSFER, Sub.WIRE_OUT)),
    "JOURNAL": ((Type.TRANSFER, Sub.JOURNAL),) * 2,
    "MEMORANDUM": (_ADJUSTMENT,) * 2,
    "SMA_ADJUSTMENT": (_ADJUSTMENT,) * 2,
    "MONEY_MARKET": ((Type.TRANSFER, Sub.INTERNAL),) * 2,
    "MARGIN_CALL": (_UNKNOWN,) * 2,
    "DIVIDEND": (_DIVIDEND,) * 2,
    "INTEREST": (_INTEREST, _MARGIN_INTEREST),
    "CAPITAL_GAINS": (_CAPITAL_GAIN,) * 2,
    "DIVIDEND_REINVEST": (_REINVESTMENT,) * 2,
    "CHECK": (_DEPOSIT, (Type.SPENDING, Sub.CHECK)),
    "INTERNAL_TRANSFER": ((Type.TRANSFER, Sub.TRANSFER_IN), (Type.TRANSFER, Sub.TRANSFER_OUT)),
    "SERVICE_FEE": (_ACCOUNT_FEE,) * 2,
    "ADR_FEE": ((Type.FEE, Sub.OTHER_FEE),) * 2,
    "MARGIN_INTEREST": (_MARGIN_INTEREST,) * 2,
    "FOREIGN_TAX_WITHHELD": (_TAX,) * 2,
    "ADJUSTMENT": (_ADJUSTMENT,) * 2,
    "CORPORATE_ACTION": (_ADJUSTMENT,) * 2,
}
# The first words that stand in the description decide.
_INCOME_WORDS: Mapping[str, Kind] = {
    "TAX": _TAX,
    "FEE": (Type.FEE, Sub.OTHER_FEE),
    "MARGIN INT": _MARGIN_INTEREST,
    "CAP GAIN": _CAPITAL_GAIN,
    "CAPITAL GAIN": _CAPITAL_GAIN,
    "DIVIDEND": _DIVIDEND,
    "DIV": _DIVIDEND,
    "INTEREST": _INTEREST,
    "INT": _INTEREST,
    "RETURN OF CAPITAL": (Type.INCOME, Sub.DISTRIBUTION),
}
_DELIVERY_WORDS: Mapping[str, Kind] = {
    "EXPIRATION": (Type.TRADE, Sub.EXPIRATION),
    "EXPIRED": (Type.TRADE, Sub.EXPIRATION),
    "ASSIGNMENT": (Type.TRADE, Sub.ASSIGNMENT),
    "ASSIGNED": (Type.TRADE, Sub.ASSIGNMENT),
    "EXERCISE": (Type.TRADE, Sub.EXERCISE),
    "EXERCISED": (Type.TRADE, Sub.EXERCISE),
    "SPLIT": (Type.TRADE, Sub.SPLIT),
    "REINVEST": _REINVESTMENT,
    "REINVESTMENT": _REINVESTMENT,
}
_STATUSES = {"VALID": Status.POSTED, "PENDING": Status.PENDING, "INVALID": Status.REMOVED}
_ACCOUNTS = {
    **dict.fromkeys(
        ("CASH", "MARGIN", "INDIVIDUAL", "JOINT", "TRUST", "CUSTODIAL", "CORPORATE", "LLC", "PARTNERSHIP"),
        AccountType.BROKERAGE,
    ),
    **dict.fromkeys(("IRA", "TRADITIONAL_IRA", "ROLLOVER_IRA", "SEP_IRA", "SIMPLE_IRA"), AccountType.IRA),
    **dict.fromkeys(("TRADITIONAL", "ROLLOVER", "SEP", "SIMPLE"), AccountType.IRA),
    **dict.fromkeys(("ROTH", "ROTH_IRA"), AccountType.ROTH_IRA),
    **dict.fromkeys(("401K", "ROTH_401K"), AccountType.PLAN_401K),
    "403B": AccountType.PLAN_403B,
    "HSA": AccountType.HSA,
}


def kind_of(kind: str, amount: Decimal, units: Decimal | None, effect: str, text: str) -> Kind:
    """The type and subtype; `units` are those of the security moved, None where none is, `effect` opens or closes."""
    kind, words = kind.upper(), " ".join(text.upper().replace(",", " ").split())
    if kind == "TRADE":
        return _spoken(words, _DELIVERY_WORDS) or (Type.TRADE, traded(units or -amount, effect))
    if kind == "RECEIVE_AND_DELIVER":
        moved = (Type.TRANSFER, Sub.TRANSFER_IN if (units or amount) >= 0 else Sub.TRANSFER_OUT)
        return _spoken(words, _DELIVERY_WORDS) or moved
    if kind == "DIVIDEND_OR_INTEREST":
        return income(amount, units, words)
    pair = _BY_TYPE.get(kind)
    if pair is None:
        return _UNKNOWN
    return pair[0] if amount >= 0 else pair[1]


def traded(units: Decimal, effect: str) -> Sub:
    """A trade: more units or fewer, of a position that it opens or closes."""
    if units >= 0:
        return Sub.BUY_TO_COVER if effect.upper() == "CLOSING" else Sub.BUY
    return Sub.SHORT_SELL if effect.upper() == "OPENING" else Sub.SELL


def income(amount: Decimal, units: Decimal | None, words: str) -> Kind:
    """A dividend where a security pays it and nothing is said, interest where cash does."""
    if units and amount <= 0:
        return _REINVESTMENT
    said = _spoken(words, _INCOME_WORDS)
    if said == _INTEREST and amount < 0:
        return _MARGIN_INTEREST
    if said:
        return said
    if units is None:
        return _INTEREST if amount >= 0 else _MARGIN_INTEREST
    return _DIVIDEND


def status_of(status: str) -> Status:
    """A status; what Schwab itself does not know is not yet booked."""
    return _STATUSES.get(status.upper(), Status.PENDING)


def account_type(kind: str) -> AccountType:
    return _ACCOUNTS.get(kind.upper(), AccountType.OTHER)


def _spoken(words: str, meanings: Mapping[str, Kind]) -> Kind | None:
    padded = f" {words} "
    return next((kind for phrase, kind in meanings.items() if f" {phrase} " in padded), None)
