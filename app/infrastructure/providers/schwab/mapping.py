"""From Schwab's words to ours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from app.domain.connections.faults import UnreadableAnswerError
from app.domain.connections.reading import ProviderAccount, ProviderRow
from app.domain.imports.statement import Movement, Position
from app.domain.ledger.account import masked
from app.domain.ledger.security import Security, Side
from app.infrastructure.providers.kit import amount, balance, instant, multiplier, raw_text, security
from app.infrastructure.providers.schwab.kinds import account_type, kind_of, status_of
from app.infrastructure.providers.schwab.wire import (
    CASH,
    Activity,
    HeldPosition,
    Instrument,
    SecuritiesAccount,
    TransferItem,
    asset_class,
)

ZONE = ZoneInfo("America/New_York")  # Schwab's dates are midnights there
CURRENCY = "USD"


def account(now: datetime, account_id: str, found: SecuritiesAccount) -> ProviderAccount:
    balances = found.current_balances
    cash, whole = balances.cash_balance, balances.liquidation_value
    whole = whole if whole is not None else cash
    usable = balances.available_funds
    usable = usable if usable is not None else balances.cash_available_for_trading
    usable = usable if usable is not None else cash
    return ProviderAccount(
        id=account_id,
        name=f"Schwab {masked(found.account_number)}",
        type=account_type(found.type),
        currency=CURRENCY,
        institution="Charles Schwab",
        number=found.account_number,
        number_masked=masked(found.account_number),
        current=balance(whole, now),
        available=balance(usable, now),
        cash_value=cash,
        holdings_value=None if whole is None or cash is None else whole - cash,
    )


def positions(now: datetime, _: str, found: SecuritiesAccount) -> tuple[Position, ...]:
    return tuple(filter(None, (position(held, now) for held in found.positions)))


def position(held: HeldPosition, now: datetime) -> Position | None:
    """A position; its net is long or short, and nothing is no position."""
    net = amount(held.long_quantity) - amount(held.short_quantity)
    named = security_of(held.instrument)
    if net == 0 or named is None:
        return None
    kind = asset_class(held.instrument)
    size, value = net * multiplier(kind), held.market_value
    return Position(
        locator=f"position {named.symbol or named.cusip}",
        security=named,
        quantity=abs(net),
        currency=CURRENCY,
        side=Side.LONG if net > 0 else Side.SHORT,
        asset_class=kind,
        price=None if value is None else value / size,
        price_as_of=now,
        market_value=value,
        cost_basis_total=None if held.average_price is None else size * held.average_price,
        as_of=now,
    )


def row(account_id: str, found: Activity, raw: msgspec.Raw) -> Iterator[ProviderRow]:
    """An activity. The money of a purchase is one item, its fees are others, and the security is the rest."""
    net, text = amount(found.net_amount), found.description
    moved = next((item for item in found.transfer_items if is_security(item)), None)
    units = moved.amount if moved else None
    kind, sub = kind_of(found.type, net, units, moved.position_effect if moved else "", text)
    fees = sum((abs(item.cost or item.amount) for item in found.transfer_items if item.fee_type), Decimal(0))
    named = security_of(moved.instrument) if moved else None
    yield ProviderRow(
        account_id=account_id,
        movement=Movement(
            locator=f"activity {found.activity_id}",
            bank_id=str(found.activity_id),
            booked_on=booked_on(found),
            transacted_at=instant(found.time).astimezone(UTC) if found.time else None,
            value_on=local_day(found.settlement_date) if found.settlement_date else None,
            amount=net,
            type=kind,
            subtype=sub,
            status=status_of(found.status),
            description=text or (named.name if named and named.name else found.type.replace("_", " ").capitalize()),
            reference=str(found.order_id) if found.order_id else None,
            security=named,
            quantity=units or None,
            unit_price=(moved.price or None) if moved else None,
            fees=fees or None,
            raw=kept(raw),
        ),
    )


def booked_on(found: Activity) -> date:
    if not (found.trade_date or found.time):
        raise UnreadableAnswerError("The activity has no date.")
    return local_day(found.trade_date or found.time)


def local_day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == len("2024-03-28") else instant(text).astimezone(ZONE).date()


def is_security(item: TransferItem) -> bool:
    return not item.fee_type and item.instrument.asset_type.upper() != CASH and bool(item.instrument.asset_type)


def security_of(instrument: Instrument) -> Security | None:
    return security(instrument.symbol.strip(), instrument.description, instrument.cusip)


def kept(raw: msgspec.Raw) -> str:
    """The row's text without the account's number."""
    found = msgspec.json.decode(raw)
    found.pop("accountNumber", None)
    return raw_text(msgspec.Raw(msgspec.json.encode(found)))
