"""What the words of Alpaca, SimpleFIN and Plaid mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger.account import AccountType
from app.infrastructure.providers.alpaca import kinds as alpaca
from app.infrastructure.providers.plaid import kinds as plaid
from app.infrastructure.providers.simplefin import kinds as simplefin

ALPACA = """
ACATC 5 transfer/transfer_in
ACATC -5 transfer/transfer_out
ACATS 5 transfer/transfer_in
ACH 5 transfer/deposit
CFEE -5 fee/other_fee
CIL 5 income/distribution
CSD 5 transfer/deposit
CSW -5 transfer/withdrawal
DIV 5 income/dividend
DIVCGL 5 income/capital_gain
DIVCGS 5 income/capital_gain
DIVFT -5 fee/tax
DIVNRA -5 fee/tax
DIVROC 5 income/distribution
DIVTXEX 5 income/dividend
DIVWH -5 fee/tax
FEE -5 fee/other_fee
FXTRD -5 transfer/internal
INT 5 income/interest
INT -5 fee/margin_interest
INTPNL 5 income/interest
JNLC 5 transfer/journal
JNLS -5 transfer/journal
MA 5 adjustment/adjustment
MEM 5 adjustment/adjustment
NC 0 adjustment/adjustment
OCT -5 transfer/transfer_out
OPASN -5 trade/assignment
OPCSH 5 trade/exercise
OPEXC 5 trade/exercise
OPEXP 0 trade/expiration
OPTRD -5 trade/buy
PTC -5 fee/other_fee
REO -5 fee/other_fee
REORG 5 adjustment/adjustment
SC 0 adjustment/adjustment
SPIN 5 adjustment/adjustment
SPLIT 5 trade/split
SSO 5 adjustment/adjustment
SSP 5 trade/split
SWP 5 transfer/internal
TRANS -5 transfer/withdrawal
VOF -5 fee/other_fee
WH -5 fee/tax
WIRE 5 transfer/wire_in
EXTRD 5 other/unknown
"""
PLAID = """
INCOME INCOME_WAGES - in income/direct_deposit
INCOME INCOME_DIVIDENDS - in income/dividend
INCOME INCOME_INTEREST_EARNED - in income/interest
INCOME INCOME_OTHER_INCOME - in income/unknown
TRANSFER_IN TRANSFER_IN_DEPOSIT - in transfer/deposit
TRANSFER_IN TRANSFER_IN_ACCOUNT_TRANSFER - in transfer/transfer_in
TRANSFER_OUT TRANSFER_OUT_WITHDRAWAL - out transfer/cash_withdrawal
TRANSFER_OUT TRANSFER_OUT_SAVINGS - out transfer/transfer_out
LOAN_PAYMENTS LOAN_PAYMENTS_CREDIT_CARD_PAYMENT - in transfer/payment
LOAN_PAYMENTS LOAN_PAYMENTS_MORTGAGE_PAYMENT - out spending/payment
BANK_FEES BANK_FEES_ATM_FEES - out fee/account_fee
BANK_FEES BANK_FEES_INTEREST_CHARGE - out fee/other_fee
FOOD_AND_DRINK FOOD_AND_DRINK_COFFEE - out spending/purchase
FOOD_AND_DRINK FOOD_AND_DRINK_COFFEE - in spending/refund
RENT_AND_UTILITIES RENT_AND_UTILITIES_RENT - out spending/payment
GOVERNMENT_AND_NON_PROFIT GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT - out spending/tax
- - atm out transfer/cash_withdrawal
- - interest in income/interest
- - interest out fee/other_fee
- - cheque out spending/check
- - - out other/unknown
"""
INVESTED = """
buy|buy|out trade/buy
sell|sell|in trade/sell
sell|sell short|in trade/short_sell
buy|buy to cover|out trade/buy_to_cover
buy|dividend reinvestment|out trade/reinvestment
cash|dividend|in income/dividend
cash|qualified dividend|in income/dividend
cash|interest|in income/interest
cash|interest|out fee/margin_interest
cash|long-term capital gain|in income/capital_gain
cash|return of principal|in income/distribution
cash|contribution|in transfer/deposit
cash|withdrawal|out transfer/withdrawal
cash|non-resident tax|out fee/tax
fee|account fee|out fee/account_fee
fee|margin expense|out fee/margin_interest
fee|management fee|out fee/other_fee
fee|what comes next|out fee/other_fee
transfer|assignment|out trade/assignment
transfer|exercise|out trade/exercise
transfer|expire|in trade/expiration
transfer|split|in trade/split
transfer|transfer|out transfer/transfer_out
transfer|spin off|in adjustment/adjustment
cancel|what comes next|in other/unknown
"""


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


@pytest.mark.parametrize("line", lines(ALPACA))
def test_alpacas_activities(line: str) -> None:
    kind, moved, expected = line.split()
    assert "/".join(alpaca.kind_of(kind, Decimal(moved))) == expected


def test_alpacas_sides_statuses_and_symbols() -> None:
    sides = {"buy": "buy", "sell": "sell", "sell_short": "short_sell", "buy_to_cover": "buy_to_cover", "?": "unknown"}
    assert {side: str(alpaca.side_of(side)) for side in sides} == sides
    statuses = {"executed": "posted", "": "posted", "correct": "posted", "canceled": "removed", "new one": "pending"}
    assert {status: str(alpaca.status_of(status)) for status in statuses} == statuses
    symbols = {"AAPL": "equity", "BTC/USD": "cryptocurrency", "AAPL240621C00190000": "option"}
    assert {symbol: str(alpaca.asset_class(symbol)) for symbol in symbols} == symbols


@pytest.mark.parametrize("line", lines(PLAID))
def test_plaids_transactions(line: str) -> None:
    primary, detailed, code, way, expected = line.split()
    assert "/".join(plaid.kind_of(primary, detailed, code, is_in=way == "in")) == expected


@pytest.mark.parametrize("line", lines(INVESTED))
def test_plaids_investment_transactions(line: str) -> None:
    said, _, expected = line.rpartition(" ")
    kind, subtype, way = said.split("|")
    assert "/".join(plaid.investment_kind_of(kind, subtype, is_in=way == "in")) == expected


@pytest.mark.parametrize(
    ("kind", "subtype", "expected"),
    [
        ("depository", "checking", AccountType.CHECKING),
        ("depository", "cash management", AccountType.CHECKING),
        ("depository", "money market", AccountType.MONEY_MARKET),
        ("credit", "credit card", AccountType.CREDIT_CARD),
        ("credit", "paypal", AccountType.CREDIT_CARD),
        ("loan", "mortgage", AccountType.MORTGAGE),
        ("loan", "student", AccountType.LOAN),
        ("investment", "roth", AccountType.ROTH_IRA),
        ("investment", "401k", AccountType.PLAN_401K),
        ("investment", "529", AccountType.BROKERAGE),
        ("other", "", AccountType.OTHER),
    ],
)
def test_plaids_accounts(kind: str, subtype: str, expected: AccountType) -> None:
    assert plaid.account_type(kind, subtype) is expected


@pytest.mark.parametrize(
    ("name", "held", "expected"),
    [
        ("Everyday Checking (1234)", False, AccountType.CHECKING),
        ("Platinum Visa", False, AccountType.CREDIT_CARD),
        ("Company 401(k)", True, AccountType.PLAN_401K),
        ("Roth IRA", True, AccountType.ROTH_IRA),
        ("Home Mortgage", False, AccountType.MORTGAGE),
        ("Acct 77", True, AccountType.BROKERAGE),
        ("Cardinal", False, AccountType.OTHER),
    ],
)
def test_simplefins_accounts_are_what_their_names_say(name: str, held: bool, expected: AccountType) -> None:
    assert simplefin.account_type(name, held) is expected


@pytest.mark.parametrize(
    ("amount", "text", "expected"),
    [
        ("900", "ACME PAYROLL", "income/direct_deposit"),
        ("1.20", "INTEREST PAID", "income/interest"),
        ("-40", "GROCER", "spending/payment"),
        ("-3", "MONTHLY FEE", "fee/account_fee"),
        ("-200", "TRANSFER TO SAVINGS", "transfer/transfer_out"),
    ],
)
def test_simplefins_rows_are_what_their_words_say(amount: str, text: str, expected: str) -> None:
    assert "/".join(simplefin.kind_of(Decimal(amount), AccountType.CHECKING, text)) == expected


@given(kind=st.text(), other=st.text(), amount=st.decimals(allow_nan=False, allow_infinity=False))
def test_there_is_an_answer_for_anything(kind: str, other: str, amount: Decimal) -> None:
    assert alpaca.kind_of(kind, amount)
    assert plaid.kind_of(kind, other, kind, is_in=amount >= 0)
    assert plaid.investment_kind_of(kind, other, is_in=amount >= 0)
    assert plaid.account_type(kind, other)
    assert simplefin.account_type(kind, has_holdings=True)
