"""What Schwab's activities are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger.account import AccountType
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.providers.schwab.kinds import account_type, kind_of, status_of

TABLE = """
TRADE                  -500  5    OPENING  -                          trade/buy
TRADE                   500 -5    CLOSING  -                          trade/sell
TRADE                   500 -5    OPENING  -                          trade/short_sell
TRADE                  -500  5    CLOSING  -                          trade/buy_to_cover
TRADE                  -500  0    -        -                          trade/buy
RECEIVE_AND_DELIVER       0 -1    CLOSING  Option expiration          trade/expiration
RECEIVE_AND_DELIVER       0 -1    CLOSING  Assignment of option       trade/assignment
RECEIVE_AND_DELIVER       0  1    -        EXERCISE                   trade/exercise
RECEIVE_AND_DELIVER       0  9    -        Stock split 10:1           trade/split
RECEIVE_AND_DELIVER       0  9    -        Transfer of security       transfer/transfer_in
RECEIVE_AND_DELIVER       0 -9    -        Transfer of security       transfer/transfer_out
DIVIDEND_OR_INTEREST     12  none -        Schwab1 Int 03/28          income/interest
DIVIDEND_OR_INTEREST     12  0    -        Qualified Dividend         income/dividend
DIVIDEND_OR_INTEREST     12  0    -        APPLE INC                  income/dividend
DIVIDEND_OR_INTEREST     12  none -        -                          income/interest
DIVIDEND_OR_INTEREST     12  0    -        Long Term Cap Gain         income/capital_gain
DIVIDEND_OR_INTEREST    -12  1    -        Reinvest Shares            trade/reinvestment
DIVIDEND_OR_INTEREST     -3  none -        Margin Int 02/27           fee/margin_interest
DIVIDEND_OR_INTEREST     -3  none -        Interest charged           fee/margin_interest
DIVIDEND_OR_INTEREST     -3  0    -        NRA Tax                    fee/tax
DIVIDEND_OR_INTEREST     -3  0    -        ADR Mgmt Fee               fee/other_fee
ACH_RECEIPT             100  none -        -                          transfer/deposit
ACH_DISBURSEMENT       -100  none -        -                          transfer/withdrawal
CASH_RECEIPT            100  none -        -                          transfer/deposit
CASH_DISBURSEMENT      -100  none -        -                          transfer/withdrawal
ELECTRONIC_FUND         100  none -        -                          transfer/deposit
ELECTRONIC_FUND        -100  none -        -                          transfer/withdrawal
WIRE_IN                 100  none -        -                          transfer/wire_in
WIRE_OUT               -100  none -        -                          transfer/wire_out
JOURNAL                -100  none -        -                          transfer/journal
MEMORANDUM                0  none -        -                          adjustment/adjustment
SMA_ADJUSTMENT            0  none -        -                          adjustment/adjustment
MONEY_MARKET            100  none -        -                          transfer/internal
MARGIN_CALL             100  none -        -                          other/unknown
DIVIDEND                 10  none -        -                          income/dividend
INTEREST                 10  none -        -                          income/interest
INTEREST                -10  none -        -                          fee/margin_interest
CAPITAL_GAINS            10  none -        -                          income/capital_gain
DIVIDEND_REINVEST       -10  1    -        -                          trade/reinvestment
CHECK                   -10  none -        -                          spending/check
INTERNAL_TRANSFER       -10  none -        -                          transfer/transfer_out
SERVICE_FEE             -10  none -        -                          fee/account_fee
MARGIN_INTEREST         -10  none -        -                          fee/margin_interest
ADR_FEE                 -10  none -        -                          fee/other_fee
FOREIGN_TAX_WITHHELD    -10  none -        -                          fee/tax
ADJUSTMENT               10  none -        -                          adjustment/adjustment
CORPORATE_ACTION         10  none -        -                          adjustment/adjustment
WHAT_COMES_NEXT          10  none -        -                          other/unknown
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_each_type_is_what_it_is(line: str) -> None:
    kind, amount, units, effect, *words, expected = line.split()
    found = kind_of(kind, Decimal(amount), None if units == "none" else Decimal(units), effect, " ".join(words))
    assert "/".join(found) == expected


@given(kind=st.text(), text=st.text(), amount=st.decimals(allow_nan=False, allow_infinity=False))
def test_there_is_an_answer_for_anything(kind: str, text: str, amount: Decimal) -> None:
    assert kind_of(kind, amount, None, "", text)


def test_a_status_that_says_nothing_is_not_booked() -> None:
    expected = {"VALID": "posted", "PENDING": "pending", "INVALID": "removed", "UNKNOWN": "pending", "NEW": "pending"}
    assert {status: status_of(status) for status in expected} == {
        status: TransactionStatus(ours) for status, ours in expected.items()
    }


def test_account_types() -> None:
    expected = {"CASH": "brokerage", "MARGIN": "brokerage", "ROTH_IRA": "roth_ira", "401K": "401k", "529": "other"}
    assert {kind: account_type(kind) for kind in expected} == {
        kind: AccountType(ours) for kind, ours in expected.items()
    }
