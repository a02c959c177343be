from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from app.core.ids import AccountId
from app.domain.imports.statement import Position, StatedBalance, StatementClosed
from app.domain.ledger.security import Security
from app.domain.portfolio.stated import dated, stated_balance, stated_holdings
from tests.values import NOW

ACCOUNT = AccountId(uuid4())
ENDS_ON, NEWEST_ON = date(2026, 1, 31), date(2026, 1, 20)
STATED_AT = datetime(2026, 2, 1, 12, tzinfo=UTC)


def balance(as_of: datetime | None = None) -> StatedBalance:
    return StatedBalance(amount=Decimal("1.50"), as_of=as_of)


@pytest.mark.parametrize(
    ("closed", "newest_on", "as_of"),
    [
        (StatementClosed(current=balance(STATED_AT), ends_on=ENDS_ON), NEWEST_ON, STATED_AT),
        (StatementClosed(current=balance(), ends_on=ENDS_ON), NEWEST_ON, datetime(2026, 1, 31, tzinfo=UTC)),
        (StatementClosed(current=balance()), NEWEST_ON, datetime(2026, 1, 20, tzinfo=UTC)),
        (StatementClosed(current=balance()), date.min, NOW),
    ],
)
def test_a_balance_without_a_date_is_of_the_statements_last_day(
    closed: StatementClosed, newest_on: date, as_of: datetime
) -> None:
    assert dated(closed, newest_on, NOW) == as_of


def test_a_statement_without_a_balance_states_none() -> None:
    assert stated_balance(ACCOUNT, "USD", StatementClosed(), NOW) is None


def test_an_available_balance_alone_is_a_balance() -> None:
    stated = stated_balance(ACCOUNT, "USD", StatementClosed(available=balance()), NOW)
    assert stated
    assert (stated.current, stated.available) == (None, Decimal("1.50"))


def test_only_a_value_of_nothing_says_that_nothing_is_held() -> None:
    assert stated_holdings(ACCOUNT, [], StatementClosed(), NOW) is None
    nothing = stated_holdings(ACCOUNT, [], StatementClosed(holdings_value=Decimal("0.00")), NOW)
    assert nothing
    assert nothing.positions == []


def test_holdings_are_as_new_as_the_newest_of_them() -> None:
    positions = [
        Position(locator="", security=Security(symbol="A"), quantity=Decimal(1), currency="USD", as_of=as_of)
        for as_of in (None, STATED_AT)
    ]
    for held, as_of in ((positions, STATED_AT), (positions[:1], NOW)):
        report = stated_holdings(ACCOUNT, held, StatementClosed(), NOW)
        assert report
        assert report.as_of == as_of
