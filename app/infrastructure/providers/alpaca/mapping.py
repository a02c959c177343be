"""From Alpaca's words to ours."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from app.domain.connections.faults import UnreadableAnswerError
from app.domain.connections.reading import ProviderAccount, ProviderRow
from app.domain.imports.statement import Movement, Position
from app.domain.ledger.account import AccountType, masked
from app.domain.ledger.security import Security, Side
from app.domain.ledger.transaction import TransactionType
from app.infrastructure.providers.alpaca.kinds import asset_class, kind_of, side_of, status_of
from app.infrastructure.providers.alpaca.wire import Activity, HeldPosition, TradingAccount
from app.infrastructure.providers.kit import amount, balance, currency, day, instant, multiplier, raw_text, security

ZONE = ZoneInfo("America/New_York")
FILL = "FILL"
BUYS = frozenset({"buy", "buy_to_cover"})


def account(found: TradingAccount, now: datetime) -> ProviderAccount:
    """The one account of a key. Its value is its equity; what it may withdraw is its cash, not its buying power."""
    whole = found.equity if found.equity is not None else found.cash
    return ProviderAccount(
        id=found.id,
        name=f"Alpaca {masked(found.account_number)}" if found.account_number else "Alpaca",
        type=AccountType.BROKERAGE,
        currency=currency(found.currency),
        institution="Alpaca",
        number=found.account_number or None,
        number_masked=masked(found.account_number) if found.account_number else None,
        current=balance(whole, now),
        available=balance(found.cash, now),
        cash_value=found.cash,
        holdings_value=None if whole is None or found.cash is None else whole - found.cash,
    )


def position(held: HeldPosition, now: datetime) -> Position | None:
    """A position; Alpaca's short quantities are negative, their values too."""
    if amount(held.qty) == 0:
        return None
    is_short = held.side == "short" or held.qty < 0
    kind = asset_class(held.symbol, held.asset_class)
    sign = -1 if is_short else 1
    return Position(
        locator=f"position {held.symbol}",
        security=Security(symbol=held.symbol),
        quantity=abs(held.qty),
        currency="USD",
        side=Side.SHORT if is_short else Side.LONG,
        asset_class=kind,
        price=held.current_price,
        price_as_of=now,
        market_value=None if held.market_value is None else sign * abs(held.market_value),
        cost_basis_total=None if held.cost_basis is None else sign * abs(held.cost_basis),
        as_of=now,
    )


def row(account_id: str, found: Activity, raw: msgspec.Raw) -> Iterator[ProviderRow]:
    """An activity: a fill, whose money is its price times its units, or what else moves money and units."""
    movement = fill(found) if found.activity_type == FILL else other(found)
    movement.raw = raw_text(raw)
    yield ProviderRow(account_id=account_id, movement=movement)


def fill(found: Activity) -> Movement:
    if found.price is None or found.qty is None or not found.transaction_time:
        raise UnreadableAnswerError("A fill lacks its price, quantity or time.")
    at, size = instant(found.transaction_time), abs(amount(found.qty))
    money = size * amount(found.price) * multiplier(asset_class(found.symbol))
    is_buy = found.side.lower() in BUYS
    return Movement(
        locator=f"activity {found.id}",
        bank_id=found.id,
        booked_on=at.astimezone(ZONE).date(),
        transacted_at=at.astimezone(UTC),
        amount=-money if is_buy else money,
        type=TransactionType.TRADE,
        subtype=side_of(found.side),
        description=f"{found.side.replace('_', ' ').capitalize()} {found.symbol}",
        reference=found.order_id or None,
        security=security(found.symbol, None, found.cusip),
        quantity=size if is_buy else -size,
        unit_price=found.price,
    )


def other(found: Activity) -> Movement:
    money = amount(found.net_amount or Decimal(0))
    kind, sub = kind_of(found.activity_type, money or found.qty or Decimal(0))
    return Movement(
        locator=f"activity {found.id}",
        bank_id=found.id,
        booked_on=day(found.date) if found.date else instant(found.transaction_time).astimezone(ZONE).date(),
        amount=money,
        type=kind,
        subtype=sub,
        status=status_of(found.status),
        description=found.description or found.activity_type,
        security=security(found.symbol, None, found.cusip),
        quantity=amount(found.qty) if found.qty else None,
        unit_price=found.price,
    )
