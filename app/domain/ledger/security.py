"""What can be held and traded."""

from dataclasses import dataclass
from enum import StrEnum


class AssetClass(StrEnum):
    EQUITY = "equity"
    ETF = "etf"
    OPTION = "option"
    MUTUAL_FUND = "mutual_fund"
    FIXED_INCOME = "fixed_income"
    FUTURES = "futures"
    CRYPTOCURRENCY = "cryptocurrency"
    CASH_EQUIVALENT = "cash_equivalent"
    OTHER = "other"


class Side(StrEnum):
    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """A security by whatever names its source gives it."""

    symbol: str | None = None
    name: str | None = None
    cusip: str | None = None
    isin: str | None = None
