"""From SimpleFIN's words to ours. Its instants are epoch seconds; their dates are taken in UTC, as no zone is told."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from app.core.errors import DomainError
from app.domain.connections.faults import ConsentEnded, InstitutionUnavailable, UnreadableAnswerError
from app.domain.connections.reading import AccountFault, ProviderAccount, ProviderRow
from app.domain.imports.statement import Movement, Position
from app.domain.ledger.account import AccountType
from app.domain.ledger.security import AssetClass, Security, Side
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.providers.kit import amount, balance, currency, raw_text
from app.infrastructure.providers.simplefin.kinds import account_type, kind_of
from app.infrastructure.providers.simplefin.wire import Account, AccountSet, Holding, Row, Trouble

_DIGITS = re.compile(r"\(\D*(\d{4})\)\s*$")
_NEEDS_USER = ("con.auth", "gen.auth")


def account(answer: AccountSet, _: str, found: Account) -> ProviderAccount:
    as_of = instant_of(found.balance_date) if found.balance_date else None
    digits = _DIGITS.search(found.name)
    held = [amount(one.market_value) for one in found.holdings if one.market_value is not None]
    return ProviderAccount(
        id=found.id,
        name=found.name or "Account",
        type=type_of(found),
        currency=currency(found.currency),
        institution=institution(found, answer),
        number_masked=f"••••{digits[1]}" if digits else None,
        current=balance(found.balance, as_of),
        available=balance(found.available_balance, as_of),
        holdings_value=sum(held, Decimal(0)) if held else None,
    )


def type_of(found: Account) -> AccountType:
    return account_type(found.name, bool(found.holdings))


def institution(found: Account, answer: AccountSet) -> str | None:
    """The bank's name: with the account in version 1, with its connection in version 2."""
    if found.org:
        return found.org.name or found.org.domain
    return next((one.org_name or one.name for one in answer.connections if one.conn_id == found.conn_id), None)


def positions(_: str, found: Account) -> tuple[Position, ...]:
    return tuple(filter(None, (position(held, found) for held in found.holdings)))


def position(held: Holding, owner: Account) -> Position | None:
    """A position. `cost_basis` is the total; zero means that it is not known."""
    if amount(held.shares) == 0 or not (held.symbol or held.description):
        return None
    as_of = instant_of(owner.balance_date) if owner.balance_date else None
    value = held.market_value
    return Position(
        locator=f"holding {held.id or held.symbol}",
        security=Security(symbol=held.symbol or None, name=held.description or None),
        quantity=abs(held.shares),
        currency=currency(held.currency or owner.currency),
        side=Side.SHORT if held.shares < 0 else Side.LONG,
        asset_class=AssetClass.OTHER,
        price=None if value is None else value / held.shares,
        price_as_of=as_of,
        market_value=value,
        cost_basis_total=held.cost_basis or None,
        as_of=as_of,
    )


def row(owner: Account, kind: AccountType, found: Row, raw: msgspec.Raw) -> Iterator[ProviderRow]:
    """A row. A pending one may have no posting date yet."""
    at, is_pending = found.posted or found.transacted_at or 0, found.pending or not found.posted
    if not at:
        raise UnreadableAnswerError("The row has no date.")
    money = amount(found.amount)
    category, sub = kind_of(money, kind, f"{found.description} {found.memo or ''}")
    yield ProviderRow(
        account_id=owner.id,
        movement=Movement(
            locator=f"transaction {found.id}",
            bank_id=found.id,
            booked_on=instant_of(at).date(),
            transacted_at=instant_of(found.transacted_at) if found.transacted_at else None,
            amount=money,
            type=category,
            subtype=sub,
            status=TransactionStatus.PENDING if is_pending else TransactionStatus.POSTED,
            description=found.description,
            counterparty=found.payee or None,
            memo=found.memo or None,
            raw=raw_text(raw),
        ),
    )


def faults(answer: AccountSet) -> tuple[AccountFault, ...]:
    """What could not be read, account by account; version 1 says it in words only, of accounts unknown.

    Words and data come together: an account that is answered and named by no error was read.
    """
    if answer.errlist is not None:
        return tuple(fault for trouble in answer.errlist for fault in _of(trouble, answer))
    detail = "The institution reports that some accounts could not be brought up to date."
    return (AccountFault(account_id=None, error=InstitutionUnavailable(detail=detail)),) if answer.errors else ()


def _of(trouble: Trouble, answer: AccountSet) -> Iterator[AccountFault]:
    error = _error(trouble.code)
    if trouble.account_id:
        yield AccountFault(account_id=trouble.account_id, error=error)
    elif named := [one.id for one in answer.accounts if trouble.conn_id and one.conn_id == trouble.conn_id]:
        yield from (AccountFault(account_id=name, error=error) for name in named)
    else:
        yield AccountFault(account_id=None, error=error)


def _error(code: str) -> DomainError:
    if code.startswith(_NEEDS_USER):
        return ConsentEnded(detail="Log in to this institution again on the SimpleFIN server's pages.")
    return InstitutionUnavailable(detail="The SimpleFIN server could not bring this up to date.")


def instant_of(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise UnreadableAnswerError("A time is out of range.") from error
