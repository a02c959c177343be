"""What SimpleFIN's accounts and rows are: it tells neither, so their words do.

Promises: an answer for any text; a word counts only as a whole word, and the first one of the list that stands there.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionSubtype, TransactionType
from app.infrastructure.statements.row_kinds import kind_of as spoken_kind

_ACCOUNT_WORDS: Mapping[str, AccountType] = {
    "ROTH": AccountType.ROTH_IRA,
    "401K": AccountType.PLAN_401K,
    "403B": AccountType.PLAN_403B,
    "HSA": AccountType.HSA,
    "IRA": AccountType.IRA,
    "MORTGAGE": AccountType.MORTGAGE,
    "HELOC": AccountType.LINE_OF_CREDIT,
    "LINE OF CREDIT": AccountType.LINE_OF_CREDIT,
    "LOAN": AccountType.LOAN,
    "MONEY MARKET": AccountType.MONEY_MARKET,
    "CERTIFICATE": AccountType.CD,
    "CD": AccountType.CD,
    "CHECKING": AccountType.CHECKING,
    "SAVINGS": AccountType.SAVINGS,
    "SAVER": AccountType.SAVINGS,
    "CREDIT CARD": AccountType.CREDIT_CARD,
    "CARD": AccountType.CREDIT_CARD,
    "VISA": AccountType.CREDIT_CARD,
    "MASTERCARD": AccountType.CREDIT_CARD,
    "BROKERAGE": AccountType.BROKERAGE,
    "INVESTMENT": AccountType.BROKERAGE,
    "INDIVIDUAL": AccountType.BROKERAGE,
}


def account_type(name: str, has_holdings: bool) -> AccountType:
    """What an account is, by its name; what holds securities and says nothing is a brokerage account."""
    words = f" {' '.join(re.findall(r'[A-Z0-9]+', name.upper().replace('(K)', 'K').replace('(B)', 'B')))} "
    named = next((kind for word, kind in _ACCOUNT_WORDS.items() if f" {word} " in words), None)
    return named or (AccountType.BROKERAGE if has_holdings else AccountType.OTHER)


def kind_of(amount: Decimal, account: AccountType, text: str) -> tuple[TransactionType, TransactionSubtype]:
    """What a row is: as a statement file's that says no more than in or out."""
    return spoken_kind("CREDIT" if amount >= 0 else "DEBIT", amount, account, text)
