"""What Alpaca's activities are. Promises an answer for any type, known or not."""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.ledger.security import AssetClass
from app.domain.ledger.transaction import TransactionStatus as Status
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type
from app.infrastructure.providers.kit import is_option

type Kind = tuple[Type, Sub]

_MONEY = ((Type.TRANSFER, Sub.DEPOSIT), (Type.TRANSFER, Sub.WITHDRAWAL))
_MOVED = ((Type.TRANSFER, Sub.TRANSFER_IN), (Type.TRANSFER, Sub.TRANSFER_OUT))
_WIRE = ((Type.TRANSFER, Sub.WIRE_IN), (Type.TRANSFER, Sub.WIRE_OUT))
_JOURNAL = ((Type.TRANSFER, Sub.JOURNAL),) * 2
_DIVIDEND = ((Type.INCOME, Sub.DIVIDEND),) * 2
_CAPITAL_GAIN = ((Type.INCOME, Sub.CAPITAL_GAIN),) * 2
_DISTRIBUTION = ((Type.INCOME, Sub.DISTRIBUTION),) * 2
_INTEREST = ((Type.INCOME, Sub.INTEREST), (Type.FEE, Sub.MARGIN_INTEREST))
_FEE = ((Type.FEE, Sub.OTHER_FEE),) * 2
_TAX = ((Type.FEE, Sub.TAX),) * 2
_ADJUSTMENT = ((Type.ADJUSTMENT, Sub.ADJUSTMENT),) * 2
_SPLIT = ((Type.TRADE, Sub.SPLIT),) * 2
_TRADE = ((Type.TRADE, Sub.SELL), (Type.TRADE, Sub.BUY))
_UNKNOWN = (Type.OTHER, Sub.UNKNOWN)

# Type: (money or units in, out).
_BY_TYPE: Mapping[str, tuple[Kind, Kind]] = {
    "ACATC": _MOVED,
    "ACATS": _MOVED,
    "ACH": _MONEY,
    "CFEE": _FEE,
    "CIL": _DISTRIBUTION,
    "CSD": _MONEY,
    "CSW": _MONEY,
    "DIV": _DIVIDEND,
    "DIVCGL": _CAPITAL_GAIN,
    "DIVCGS": _CAPITAL_GAIN,
    "DIVFT": _TAX,
    "DIVNRA": _TAX,
    "DIVROC": _DISTRIBUTION,
    "DIVTXEX": _DIVIDEND,
    "DIVWH": _TAX,
    "FEE": _FEE,
    "FXTRD": ((Type.TRANSFER, Sub.INTERNAL),) * 2,
    "INT": _INTEREST,
    "INTNRA": _TAX,
    "INTPNL": _INTEREST,
    "INTTW": _TAX,
    "JNL": _JOURNAL,
    "JNLC": _JOURNAL,
    "JNLS": _JOURNAL,
    "MA": _ADJUSTMENT,
    "MEM": _ADJUSTMENT,
    "NC": _ADJUSTMENT,
    "OCT": _MOVED,
    "OPASN": ((Type.TRADE, Sub.ASSIGNMENT),) * 2,
    "OPCA": _ADJUSTMENT,
    "OPCSH": ((Type.TRADE, Sub.EXERCISE),) * 2,
    "OPEXC": ((Type.TRADE, Sub.EXERCISE),) * 2,
    "OPEXP": ((Type.TRADE, Sub.EXPIRATION),) * 2,
    "OPTRD": _TRADE,
    "PTC": _FEE,
    "PTR": _FEE,
    "REO": _FEE,
    "REORG": _ADJUSTMENT,
    "SC": _ADJUSTMENT,
    "SPIN": _ADJUSTMENT,
    "SPLIT": _SPLIT,
    "SSO": _ADJUSTMENT,
    "SSP": _SPLIT,
    "SWP": ((Type.TRANSFER, Sub.INTERNAL),) * 2,
    "TRANS": _MONEY,
    "VOF": _FEE,
    "WH": _TAX,
    "WIRE": _WIRE,
}
_SIDES = {"buy": Sub.BUY, "sell": Sub.SELL, "sell_short": Sub.SHORT_SELL, "buy_to_cover": Sub.BUY_TO_COVER}
_STATUSES = {
    **dict.fromkeys(("", "executed", "complete", "completed", "settled", "correct"), Status.POSTED),
    **dict.fromkeys(("canceled", "cancelled", "rejected", "failed", "voided"), Status.REMOVED),
}
_ASSETS = {"us_equity": AssetClass.EQUITY, "us_option": AssetClass.OPTION, "crypto": AssetClass.CRYPTOCURRENCY}


def kind_of(kind: str, moved: Decimal) -> Kind:
    """An activity that is no fill; `moved` is its money or, where it has none, its units."""
    pair = _BY_TYPE.get(kind.upper())
    if pair is None:
        return _UNKNOWN
    return pair[0] if moved >= 0 else pair[1]


def side_of(side: str) -> Sub:
    return _SIDES.get(side.lower(), Sub.UNKNOWN)


def status_of(status: str) -> Status:
    """A status; what is not known to be done is pending."""
    return _STATUSES.get(status.lower(), Status.PENDING)


def asset_class(symbol: str, stated: str = "") -> AssetClass:
    """What is traded: as stated, else as its symbol looks. Crypto is a pair, as BTC/USD."""
    if stated:
        return _ASSETS.get(stated.lower(), AssetClass.OTHER)
    if "/" in symbol:
        return AssetClass.CRYPTOCURRENCY
    return AssetClass.OPTION if is_option(symbol) else AssetClass.EQUITY
