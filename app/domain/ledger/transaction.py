"""What a transaction can be."""

from enum import StrEnum


class TransactionType(StrEnum):
    TRADE = "trade"
    TRANSFER = "transfer"
    INCOME = "income"
    SPENDING = "spending"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    OTHER = "other"


class TransactionSubtype(StrEnum):
    BUY = "buy"
    SELL = "sell"
    SHORT_SELL = "short_sell"
    BUY_TO_COVER = "buy_to_cover"
    EXERCISE = "exercise"
    ASSIGNMENT = "assignment"
    EXPIRATION = "expiration"
    REINVESTMENT = "reinvestment"
    SPLIT = "split"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    WIRE_IN = "wire_in"
    WIRE_OUT = "wire_out"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    INTERNAL = "internal"
    DIRECT_DEPOSIT = "direct_deposit"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    CAPITAL_GAIN = "capital_gain"
    DISTRIBUTION = "distribution"
    PURCHASE = "purchase"
    PAYMENT = "payment"
    REFUND = "refund"
    CHECK = "check"
    CASH_WITHDRAWAL = "cash_withdrawal"
    DIRECT_DEBIT = "direct_debit"
    TAX = "tax"
    COMMISSION = "commission"
    ACCOUNT_FEE = "account_fee"
    MARGIN_INTEREST = "margin_interest"
    OTHER_FEE = "other_fee"
    ADJUSTMENT = "adjustment"
    JOURNAL = "journal"
    UNKNOWN = "unknown"


class TransactionStatus(StrEnum):
    PENDING = "pending"
    POSTED = "posted"
    REMOVED = "removed"
