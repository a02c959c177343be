"""What an account is and can be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.ids import AccountId, UserId

NO_CURRENCY = "XXX"  # ISO 4217's own


class AccountType(StrEnum):
    BROKERAGE = "brokerage"
    IRA = "ira"
    ROTH_IRA = "roth_ira"
    PLAN_401K = "401k"
    PLAN_403B = "403b"
    HSA = "hsa"
    CHECKING = "checking"
    SAVINGS = "savings"
    MONEY_MARKET = "money_market"
    CD = "cd"
    CREDIT_CARD = "credit_card"
    LINE_OF_CREDIT = "line_of_credit"
    LOAN = "loan"
    MORTGAGE = "mortgage"
    OTHER = "other"

    @property
    def is_liability(self) -> bool:
        """Whether its balance is owed, so that it lowers net worth."""
        return self in _LIABILITIES


_LIABILITIES = frozenset(
    {AccountType.CREDIT_CARD, AccountType.LINE_OF_CREDIT, AccountType.LOAN, AccountType.MORTGAGE},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of a user, as it is when opened; balances follow from statements and syncs."""

    id: AccountId
    user_id: UserId
    name: str
    type: AccountType
    institution: str | None
    number_masked: str | None
    currency: str
    created_at: datetime


def masked(number: str) -> str:
    """An account number as it may be shown: at most its last four characters, and never the half of a short one."""
    shown = min(4, len(number) // 2)
    return "••••" + number[len(number) - shown :]


def canonical_number(number: str) -> str:
    """An account number without the spaces, dots and dashes that people print into it."""
    return "".join(character for character in number.upper() if character.isalnum() or character in "*/")


def account_name(kind: AccountType, institution: str | None) -> str:
    """What a new account is called until its owner renames it."""
    words = str(kind).replace("_", " ").upper() if kind in _ABBREVIATIONS else str(kind).replace("_", " ").capitalize()
    return f"{institution} {words}" if institution else words


_ABBREVIATIONS = frozenset({AccountType.IRA, AccountType.CD, AccountType.HSA})
