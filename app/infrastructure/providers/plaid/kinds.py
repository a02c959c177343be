"""What Plaid's transactions, investment transactions, accounts and securities are. An answer for anything."""

from collections.abc import Mapping

from app.domain.ledger.account import AccountType
from app.domain.ledger.security import AssetClass
from app.domain.ledger.transaction import TransactionSubtype as Sub
from app.domain.ledger.transaction import TransactionType as Type

type Kind = tuple[Type, Sub]

_DEPOSIT = (Type.TRANSFER, Sub.DEPOSIT)
_MOVED = ((Type.TRANSFER, Sub.TRANSFER_IN), (Type.TRANSFER, Sub.TRANSFER_OUT))
_MONEY = (_DEPOSIT, (Type.TRANSFER, Sub.WITHDRAWAL))
_BOUGHT = ((Type.SPENDING, Sub.REFUND), (Type.SPENDING, Sub.PURCHASE))
_PAID = ((Type.SPENDING, Sub.REFUND), (Type.SPENDING, Sub.PAYMENT))
_OTHER_FEE = ((Type.FEE, Sub.OTHER_FEE),) * 2
_EARNED = ((Type.INCOME, Sub.UNKNOWN),) * 2

# The detailed category, else the primary one: (money in, money out).
_BY_CATEGORY: Mapping[str, tuple[Kind, Kind]] = {
    "INCOME_DIVIDENDS": ((Type.INCOME, Sub.DIVIDEND),) * 2,
    "INCOME_INTEREST_EARNED": ((Type.INCOME, Sub.INTEREST),) * 2,
    "INCOME_WAGES": ((Type.INCOME, Sub.DIRECT_DEPOSIT),) * 2,
    "INCOME_RETIREMENT_PENSION": ((Type.INCOME, Sub.DIRECT_DEPOSIT),) * 2,
    "INCOME_UNEMPLOYMENT": ((Type.INCOME, Sub.DIRECT_DEPOSIT),) * 2,
    "INCOME_TAX_REFUND": ((Type.INCOME, Sub.REFUND),) * 2,
    "INCOME": _EARNED,
    "TRANSFER_IN_DEPOSIT": _MONEY,
    "TRANSFER_IN": _MOVED,
    "TRANSFER_OUT_WITHDRAWAL": (_DEPOSIT, (Type.TRANSFER, Sub.CASH_WITHDRAWAL)),
    "TRANSFER_OUT": _MOVED,
    "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT": ((Type.TRANSFER, Sub.PAYMENT),) * 2,
    "LOAN_PAYMENTS": _PAID,
    "LOAN_DISBURSEMENTS": _MOVED,
    "BANK_FEES": ((Type.FEE, Sub.ACCOUNT_FEE),) * 2,
    "BANK_FEES_INTEREST_CHARGE": _OTHER_FEE,
    "BANK_FEES_FOREIGN_TRANSACTION_FEES": _OTHER_FEE,
    "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT": ((Type.INCOME, Sub.REFUND), (Type.SPENDING, Sub.TAX)),
    "RENT_AND_UTILITIES": _PAID,
    **dict.fromkeys(
        (
            "ENTERTAINMENT", "FOOD_AND_DRINK", "GENERAL_MERCHANDISE", "GENERAL_SERVICES", "HOME_IMPROVEMENT", "MEDICAL",
            "PERSONAL_CARE", "TRANSPORTATION", "TRAVEL", "GOVERNMENT_AND_NON_PROFIT",
        ),
        _BOUGHT,
    ),
}  # fmt: skip
# `transaction_code`, of banks outside the United States.
_BY_CODE: Mapping[str, tuple[Kind, Kind]] = {
    "adjustment": ((Type.ADJUSTMENT, Sub.ADJUSTMENT),) * 2,
    "atm": (_DEPOSIT, (Type.TRANSFER, Sub.CASH_WITHDRAWAL)),
    "bank charge": ((Type.FEE, Sub.ACCOUNT_FEE),) * 2,
    "bill payment": _PAID,
    "cash": (_DEPOSIT, (Type.TRANSFER, Sub.CASH_WITHDRAWAL)),
    "cashback": ((Type.SPENDING, Sub.REFUND), (Type.TRANSFER, Sub.CASH_WITHDRAWAL)),
    "cheque": (_DEPOSIT, (Type.SPENDING, Sub.CHECK)),
    "direct debit": ((Type.SPENDING, Sub.REFUND), (Type.SPENDING, Sub.DIRECT_DEBIT)),
    "interest": ((Type.INCOME, Sub.INTEREST), (Type.FEE, Sub.OTHER_FEE)),
    "purchase": _BOUGHT,
    "standing order": _PAID,
    "transfer": _MOVED,
}
_DIVIDEND = (Type.INCOME, Sub.DIVIDEND)
_CAPITAL_GAIN = (Type.INCOME, Sub.CAPITAL_GAIN)
_REINVESTMENT = (Type.TRADE, Sub.REINVESTMENT)
_TAX = (Type.FEE, Sub.TAX)
_ADJUSTMENT = (Type.ADJUSTMENT, Sub.ADJUSTMENT)

# The subtypes of investment transactions whose meaning does not hang on the sign.
_INVESTED: Mapping[str, Kind] = {
    "assignment": (Type.TRADE, Sub.ASSIGNMENT),
    "buy": (Type.TRADE, Sub.BUY),
    "buy to cover": (Type.TRADE, Sub.BUY_TO_COVER),
    "exercise": (Type.TRADE, Sub.EXERCISE),
    "expire": (Type.TRADE, Sub.EXPIRATION),
    "sell": (Type.TRADE, Sub.SELL),
    "sell short": (Type.TRADE, Sub.SHORT_SELL),
    "split": (Type.TRADE, Sub.SPLIT),
    **dict.fromkeys(("dividend", "qualified dividend", "non-qualified dividend"), _DIVIDEND),
    **dict.fromkeys(("interest", "interest receivable"), (Type.INCOME, Sub.INTEREST)),
    **dict.fromkeys(("long-term capital gain", "short-term capital gain", "unqualified gain"), _CAPITAL_GAIN),
    **dict.fromkeys(("distribution", "return of principal", "stock distribution"), (Type.INCOME, Sub.DISTRIBUTION)),
    **dict.fromkeys(
        (
            "dividend reinvestment", "interest reinvestment", "long-term capital gain reinvestment",
            "short-term capital gain reinvestment",
        ),
        _REINVESTMENT,
    ),
    **dict.fromkeys(("tax", "tax withheld", "non-resident tax"), _TAX),
    **dict.fromkeys(("adjustment", "merger", "spin off", "rebalance", "request"), _ADJUSTMENT),
    "account fee": (Type.FEE, Sub.ACCOUNT_FEE),
    "margin expense": (Type.FEE, Sub.MARGIN_INTEREST),
    **dict.fromkeys(
        ("fund fee", "legal fee", "management fee", "miscellaneous fee", "transfer fee", "trust fee"),
        (Type.FEE, Sub.OTHER_FEE),
    ),
}  # fmt: skip
_INVESTED_BY_SIGN: Mapping[str, tuple[Kind, Kind]] = {
    **dict.fromkeys(("contribution", "deposit", "withdrawal", "pending credit", "pending debit"), _MONEY),
    **dict.fromkeys(("transfer", "send"), _MOVED),
    "trade": ((Type.TRADE, Sub.SELL), (Type.TRADE, Sub.BUY)),
    "loan payment": _PAID,
}
_INVESTED_BY_TYPE: Mapping[str, tuple[Kind, Kind]] = {
    "buy": ((Type.TRADE, Sub.BUY),) * 2,
    "sell": ((Type.TRADE, Sub.SELL),) * 2,
    "fee": _OTHER_FEE,
    "transfer": _MOVED,
    "cash": _MONEY,
}
_UNKNOWN = ((Type.OTHER, Sub.UNKNOWN),) * 2
_ACCOUNTS: Mapping[str, AccountType] = {
    "checking": AccountType.CHECKING,
    "savings": AccountType.SAVINGS,
    "money market": AccountType.MONEY_MARKET,
    "cd": AccountType.CD,
    "hsa": AccountType.HSA,
    "credit card": AccountType.CREDIT_CARD,
    "mortgage": AccountType.MORTGAGE,
    "home equity": AccountType.LINE_OF_CREDIT,
    "line of credit": AccountType.LINE_OF_CREDIT,
    "401k": AccountType.PLAN_401K,
    "roth 401k": AccountType.PLAN_401K,
    "403b": AccountType.PLAN_403B,
    "ira": AccountType.IRA,
    "sep ira": AccountType.IRA,
    "simple ira": AccountType.IRA,
    "roth": AccountType.ROTH_IRA,
}
_ACCOUNTS_BY_TYPE: Mapping[str, AccountType] = {
    "depository": AccountType.CHECKING,
    "credit": AccountType.CREDIT_CARD,
    "loan": AccountType.LOAN,
    "investment": AccountType.BROKERAGE,
    "brokerage": AccountType.BROKERAGE,
}
_ASSETS: Mapping[str, AssetClass] = {
    "cash": AssetClass.CASH_EQUIVALENT,
    "cryptocurrency": AssetClass.CRYPTOCURRENCY,
    "derivative": AssetClass.OPTION,
    "equity": AssetClass.EQUITY,
    "etf": AssetClass.ETF,
    "fixed income": AssetClass.FIXED_INCOME,
    "mutual fund": AssetClass.MUTUAL_FUND,
}


def kind_of(primary: str, detailed: str, code: str, *, is_in: bool) -> Kind:
    """A bank transaction, by its category, else by the bank's own code."""
    pair = _BY_CATEGORY.get(detailed) or _BY_CATEGORY.get(primary) or _BY_CODE.get(code) or _UNKNOWN
    return pair[0] if is_in else pair[1]


def investment_kind_of(kind: str, subtype: str, *, is_in: bool) -> Kind:
    """An investment transaction. Interest that is paid is margin interest."""
    subtype = subtype.lower()
    if subtype == "interest" and not is_in:
        return (Type.FEE, Sub.MARGIN_INTEREST)
    if subtype in _INVESTED:
        return _INVESTED[subtype]
    pair = _INVESTED_BY_SIGN.get(subtype) or _INVESTED_BY_TYPE.get(kind.lower()) or _UNKNOWN
    return pair[0] if is_in else pair[1]


def account_type(kind: str, subtype: str) -> AccountType:
    return _ACCOUNTS.get(subtype) or _ACCOUNTS_BY_TYPE.get(kind, AccountType.OTHER)


def asset_class(kind: str) -> AssetClass:
    return _ASSETS.get(kind.lower(), AssetClass.OTHER)
