"""From Plaid's words to ours: signs turned, liabilities owed made negative."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from app.domain.connections.reading import ProviderAccount, ProviderRow, RemovedRow
from app.domain.imports.statement import Movement, Position
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import Security, Side
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.providers.kit import amount, balance, currency, day, instant, raw_text, security
from app.infrastructure.providers.plaid import wire
from app.infrastructure.providers.plaid.kinds import account_type, asset_class, investment_kind_of, kind_of


def account(now: datetime, _: str, found: wire.Account) -> ProviderAccount:
    """Plaid states what is owed as positive, and as available what may still be borrowed, which is no balance."""
    kind, held = account_type(found.type, found.subtype or ""), found.balances
    is_owed = kind.is_liability or found.type in {"credit", "loan"}
    as_of = instant(held.last_updated_datetime).astimezone(UTC) if held.last_updated_datetime else now
    current = -held.current if held.current is not None and is_owed else held.current
    return ProviderAccount(
        id=found.account_id,
        name=found.name or found.official_name or "Account",
        type=kind if kind is not AccountType.OTHER or not is_owed else AccountType.LOAN,
        currency=currency(held.iso_currency_code or held.unofficial_currency_code),
        number_masked=f"••••{found.mask[-4:]}" if found.mask else None,
        current=balance(current, as_of),
        available=balance(None if is_owed else held.available, as_of),
    )


def row(found: wire.Transaction, raw: msgspec.Raw) -> Iterator[ProviderRow]:
    money = -amount(found.amount)
    category = found.personal_finance_category or wire.Category()
    kind, sub = kind_of(category.primary, category.detailed, found.transaction_code or "", is_in=money >= 0)
    yield ProviderRow(
        account_id=found.account_id,
        pending_id=found.pending_transaction_id,
        movement=Movement(
            locator=f"transaction {found.transaction_id}",
            bank_id=found.transaction_id,
            booked_on=day(found.date),
            transacted_at=instant(found.datetime).astimezone(UTC) if found.datetime else None,
            amount=money,
            type=kind,
            subtype=sub,
            status=TransactionStatus.PENDING if found.pending else TransactionStatus.POSTED,
            description=found.original_description or found.name or "",
            counterparty=found.merchant_name,
            check_number=found.check_number,
            raw=raw_text(raw),
        ),
    )


def investment_row(
    securities: Mapping[str, wire.Security],
    remove: Callable[[RemovedRow], None],
    found: wire.InvestmentTransaction,
    raw: msgspec.Raw,
) -> Iterator[ProviderRow]:
    """A row; one that cancels another removes that."""
    if found.cancel_transaction_id:
        remove(RemovedRow(account_id=found.account_id, id=found.cancel_transaction_id))
    money = -amount(found.amount)
    kind, sub = investment_kind_of(found.type, found.subtype, is_in=money >= 0)
    traded = securities.get(found.security_id or "")
    yield ProviderRow(
        account_id=found.account_id,
        movement=Movement(
            locator=f"investment transaction {found.investment_transaction_id}",
            bank_id=found.investment_transaction_id,
            booked_on=day(found.date),
            amount=money,
            type=kind,
            subtype=sub,
            description=found.name,
            security=named(traded) if traded else None,
            quantity=found.quantity or None,
            unit_price=found.price or None,
            fees=abs(found.fees) if found.fees else None,
            raw=raw_text(raw),
        ),
    )


def positions(
    answer: wire.HoldingsAnswer,
    securities: Mapping[str, wire.Security],
    now: datetime,
    account_id: str,
    _: wire.Account,
) -> tuple[Position, ...]:
    own = (held for held in answer.holdings if held.account_id == account_id)
    return tuple(filter(None, (position(held, securities, now) for held in own)))


def position(held: wire.Holding, securities: Mapping[str, wire.Security], now: datetime) -> Position | None:
    """A position; cost basis is the total. Plaid's quantity of a short is negative."""
    known = securities.get(held.security_id)
    what = named(known) if known else None
    if amount(held.quantity) == 0 or what is None or known is None:
        return None
    return Position(
        locator=f"holding {held.security_id}",
        security=what,
        quantity=abs(held.quantity),
        currency=currency(held.iso_currency_code or held.unofficial_currency_code),
        side=Side.SHORT if held.quantity < 0 else Side.LONG,
        asset_class=asset_class("cash" if known.is_cash_equivalent else known.type or ""),
        price=held.institution_price,
        price_as_of=instant(held.institution_price_as_of) if held.institution_price_as_of else None,
        market_value=_signed(held.institution_value, held.quantity),
        cost_basis_total=_signed(held.cost_basis, held.quantity),
        as_of=now,
    )


def named(found: wire.Security) -> Security | None:
    return security(found.ticker_symbol, found.name, found.cusip, found.isin)


def _signed(value: Decimal | None, quantity: Decimal) -> Decimal | None:
    if value is None:
        return None
    return abs(value) if quantity > 0 else -abs(value)
