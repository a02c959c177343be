"""What a row is, from its TRNTYPE, its sign, the account and, where TRNTYPE says little, a word of its text.

Promises: an answer for any input; a word counts only as a whole word and only for the types that say little.
"""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type

type Kind = tuple[Type, Sub]

_DEPOSIT = (Type.TRANSFER, Sub.DEPOSIT)
_WITHDRAWAL = (Type.TRANSFER, Sub.WITHDRAWAL)
_TRANSFER_IN = (Type.TRANSFER, Sub.TRANSFER_IN)
_TRANSFER_OUT = (Type.TRANSFER, Sub.TRANSFER_OUT)
_CASH = (Type.TRANSFER, Sub.CASH_WITHDRAWAL)
_CARD_PAID = (Type.TRANSFER, Sub.PAYMENT)
_INTEREST = (Type.INCOME, Sub.INTEREST)
_INTEREST_CHARGED = (Type.FEE, Sub.OTHER_FEE)
_DIVIDEND = (Type.INCOME, Sub.DIVIDEND)
_PAYROLL = (Type.INCOME, Sub.DIRECT_DEPOSIT)
_PURCHASE = (Type.SPENDING, Sub.PURCHASE)
_PAYMENT = (Type.SPENDING, Sub.PAYMENT)
_REFUND = (Type.SPENDING, Sub.REFUND)
_CHECK = (Type.SPENDING, Sub.CHECK)
_DIRECT_DEBIT = (Type.SPENDING, Sub.DIRECT_DEBIT)
_FEE = (Type.FEE, Sub.ACCOUNT_FEE)
_UNKNOWN = (Type.OTHER, Sub.UNKNOWN)

# TRNTYPE: (money in, money out).
_BY_TYPE: Mapping[str, tuple[Kind, Kind]] = {
    "CREDIT": (_DEPOSIT, _PAYMENT),
    "DEBIT": (_DEPOSIT, _PAYMENT),
    "HOLD": (_DEPOSIT, _PAYMENT),
    "INT": (_INTEREST, _INTEREST_CHARGED),
    "DIV": (_DIVIDEND, _DIVIDEND),
    "FEE": (_FEE, _FEE),
    "SRVCHG": (_FEE, _FEE),
    "DEP": (_DEPOSIT, _WITHDRAWAL),
    "ATM": (_DEPOSIT, _CASH),
    "CASH": (_DEPOSIT, _CASH),
    "POS": (_REFUND, _PURCHASE),
    "XFER": (_TRANSFER_IN, _TRANSFER_OUT),
    "CHECK": (_DEPOSIT, _CHECK),
    "PAYMENT": (_TRANSFER_IN, _PAYMENT),
    "REPEATPMT": (_TRANSFER_IN, _PAYMENT),
    "DIRECTDEP": (_PAYROLL, _TRANSFER_OUT),  # French banks write it for any SEPA transfer
    "DIRECTDEBIT": (_REFUND, _DIRECT_DEBIT),
}
_ON_CARD: Mapping[str, tuple[Kind, Kind]] = {
    "CREDIT": (_REFUND, _PURCHASE),
    "DEBIT": (_REFUND, _PURCHASE),
    "HOLD": (_REFUND, _PURCHASE),
    "DEP": (_CARD_PAID, _PURCHASE),
    "PAYMENT": (_CARD_PAID, _PURCHASE),
    "REPEATPMT": (_CARD_PAID, _PURCHASE),
    "DIRECTDEBIT": (_CARD_PAID, _PURCHASE),
    "DIRECTDEP": (_CARD_PAID, _PURCHASE),
    "CHECK": (_CARD_PAID, _CASH),
}
_AT_BROKER = dict.fromkeys(("CREDIT", "DEBIT", "DEP", "PAYMENT"), (_DEPOSIT, _WITHDRAWAL))
_PAIRS: Mapping[AccountType, Mapping[str, tuple[Kind, Kind]]] = {
    AccountType.CREDIT_CARD: {**_BY_TYPE, **_ON_CARD},
    AccountType.BROKERAGE: {**_BY_TYPE, **_AT_BROKER},
}
_SAYS_LITTLE = frozenset({"CREDIT", "DEBIT", "HOLD", "DEP"})

# The first word that stands in the text decides: "WIRE TRANSFER FEE" is a fee.
_WORDS_IN: Mapping[str, Kind] = {
    "PAYROLL": _PAYROLL,
    "SALARY": _PAYROLL,
    "DIVIDEND": _DIVIDEND,
    "INTEREST": _INTEREST,
    "REFUND": _REFUND,
    "REVERSAL": _REFUND,
    "WIRE": (Type.TRANSFER, Sub.WIRE_IN),
    "TRANSFER": _TRANSFER_IN,
    "XFER": _TRANSFER_IN,
}
_WORDS_IN_ON_CARD: Mapping[str, Kind] = {
    "REFUND": _REFUND,
    "REVERSAL": _REFUND,
    "AUTOPAY": _CARD_PAID,
    "PAYMENT": _CARD_PAID,
    "PYMT": _CARD_PAID,
}
_WORDS_OUT: Mapping[str, Kind] = {
    "FEE": _FEE,
    "INTEREST": _INTEREST_CHARGED,
    "ATM": _CASH,
    "WITHDRAWAL": _WITHDRAWAL,
    "WIRE": (Type.TRANSFER, Sub.WIRE_OUT),
    "TRANSFER": _TRANSFER_OUT,
    "XFER": _TRANSFER_OUT,
}
_WORDS = frozenset(_WORDS_IN) | frozenset(_WORDS_IN_ON_CARD) | frozenset(_WORDS_OUT)


def kind_of(trntype: str, amount: Decimal, account: AccountType, *texts: str) -> Kind:
    """The type and subtype of a row; the texts are its name and memo."""
    pair = _PAIRS.get(account, _BY_TYPE).get(trntype)
    is_in = not amount.is_signed()
    if pair is None or trntype in _SAYS_LITTLE:
        spoken = " ".join(texts).upper().split()
        if not _WORDS.isdisjoint(spoken):
            is_card = account is AccountType.CREDIT_CARD
            words = _WORDS_OUT if not is_in else _WORDS_IN_ON_CARD if is_card else _WORDS_IN
            for word, kind in words.items():
                if word in spoken:
                    return kind
    if pair is None:
        return _UNKNOWN
    return pair[0] if is_in else pair[1]
