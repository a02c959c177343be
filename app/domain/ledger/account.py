"""What an account can be."""

from enum import StrEnum


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


def masked(number: str) -> str:
    """An account number as it may be shown: its last four characters."""
    return "••••" + number.strip()[-4:]
