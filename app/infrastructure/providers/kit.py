"""What a provider is given, and what all of them need to read answers."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from app.core.clock import Clock
from app.domain.connections.faults import InstitutionUnreadable, NotConfiguredError, UnreadableAnswerError
from app.domain.connections.provider import (
    AuthorizationRequest,
    AuthorizationStart,
    Credentials,
    Grant,
    ProviderDescription,
)
from app.domain.connections.reading import AccountFault, ProviderRow, RemovedRow, TransactionPage
from app.domain.imports.statement import StatedBalance
from app.domain.ledger.security import AssetClass, Security
from app.domain.ledger.transaction import TransactionStatus
from app.domain.protocols.secrets import SecretMissingError, SecretsProtocol
from app.infrastructure.providers.http import InstitutionClient
from app.settings import ProviderSettings

RAW_TEXT_MAX = 2_000
OPTION_MULTIPLIER = Decimal(100)
_OCC = re.compile(r"[A-Z0-9.]{1,6} *\d{6}[CP]\d{8}")
_PLACE = re.compile(r"`(\$[^`]*)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKit:
    """What a provider is made of: a provider is a class with a `description` that takes this."""

    slug: str
    settings: ProviderSettings
    client: InstitutionClient
    clock: Clock
    secrets: SecretsProtocol

    def client_id(self) -> str:
        if not self.settings.client_id:
            raise NotConfiguredError(f"Set providers.{self.slug}.client_id.")
        return self.settings.client_id

    def secret(self) -> str:
        """The client secret: `DASHTAM_SECRET_<SLUG>_SECRET`."""
        try:
            return self.secrets.text(f"{self.slug}_secret")
        except SecretMissingError as error:
            raise NotConfiguredError(str(error)) from error


class KeyProvider:
    """What is the same of all providers whose key the user types in: it opens until its owner ends it there."""

    description: ProviderDescription

    def __init__(self, kit: ProviderKit) -> None:
        self._kit = kit

    async def start(self, request: AuthorizationRequest) -> AuthorizationStart:  # noqa: ARG002  # as the protocol has it
        raise NotConfiguredError(f"{self.description.name} is connected with a key, not by a consent.")

    async def refresh(self, credentials: Credentials) -> Grant:
        """A key does not expire."""
        return Grant(credentials=credentials)

    async def revoke(self, credentials: Credentials) -> None:
        """A key is deleted by its owner, on the institution's own pages."""


def decoded[T](body: bytes | msgspec.Raw, kind: type[T] | msgspec.json.Decoder[T]) -> T:
    """An answer, typed. Says where it is wrong and never what stands there."""
    decoder = kind if isinstance(kind, msgspec.json.Decoder) else msgspec.json.Decoder(kind)
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        place = _PLACE.search(str(error))
        where = f" at {place[1]}" if place else ""
        raise UnreadableAnswerError(f"The answer is not what the protocol says{where}.") from error


def each[Row, T](
    raws: Iterable[msgspec.Raw],
    decoder: msgspec.json.Decoder[Row],
    build: Callable[[Row, msgspec.Raw], Iterable[T]],
    fault: Callable[[AccountFault], Any],
    account_id: str | None,
) -> Iterator[T]:
    """Rows one by one; one that cannot be read is a fault of its account and stops no other."""
    for number, raw in enumerate(raws, 1):
        try:
            yield from build(decoded(raw, decoder), raw)
        except UnreadableAnswerError as error:
            detail = f"Row {number} cannot be read: {error.detail}"
            fault(AccountFault(account_id=account_id, error=InstitutionUnreadable(detail=detail)))


def apart[Told, T](
    told: Mapping[str, Told], build: Callable[[str, Told], T], fault: Callable[[AccountFault], Any]
) -> dict[str, T]:
    """Accounts one by one; one that cannot be read is its own fault and stops no other."""
    built: dict[str, T] = {}
    for account_id, one in told.items():
        try:
            built[account_id] = build(account_id, one)
        except UnreadableAnswerError as error:
            fault(AccountFault(account_id=account_id, error=InstitutionUnreadable(detail=error.detail)))
    return built


def page(
    rows: Iterable[ProviderRow], *, position: str | None, has_more: bool, faults: Iterable[AccountFault]
) -> TransactionPage:
    """A page; what its rows call removed is told as removals."""
    there: list[ProviderRow] = []
    gone: list[RemovedRow] = []
    for row in rows:
        if row.movement.status is TransactionStatus.REMOVED:
            gone.append(RemovedRow(account_id=row.account_id, id=row.movement.bank_id or ""))
        else:
            there.append(row)
    return TransactionPage(
        rows=tuple(there), removed=tuple(gone), position=position, has_more=has_more, faults=tuple(faults)
    )


def balance(value: Decimal | None, as_of: datetime | None) -> StatedBalance | None:
    """A balance, where one is told."""
    return None if value is None else StatedBalance(amount=amount(value), as_of=as_of)


def amount(value: Decimal) -> Decimal:
    """A number that is one: neither NaN nor infinite."""
    if not value.is_finite():
        raise UnreadableAnswerError("An amount is no number.")
    return value


def currency(code: str | None, otherwise: str = "USD") -> str:
    """An ISO 4217 code."""
    code = (code or otherwise).strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise UnreadableAnswerError("A currency is no ISO 4217 code.")
    return code


def instant(text: str) -> datetime:
    """An ISO 8601 instant; UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableAnswerError("A time is no ISO 8601 time.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str) -> date:
    """The calendar date an ISO 8601 text begins with."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise UnreadableAnswerError("A date is no ISO 8601 date.") from error


def raw_text(raw: msgspec.Raw) -> str:
    """A row's own text, as long as it may be kept."""
    return bytes(raw).decode("utf-8", "replace")[:RAW_TEXT_MAX]


def is_option(symbol: str | None) -> bool:
    """Whether a symbol is an option's, in the form of the Options Clearing Corporation: AAPL240621C00190000."""
    return bool(symbol and _OCC.fullmatch(symbol))


def multiplier(asset_class: AssetClass) -> Decimal:
    """Units of the underlying a contract stands for; prices are per unit of the underlying."""
    return OPTION_MULTIPLIER if asset_class is AssetClass.OPTION else Decimal(1)


def security(
    symbol: str | None, name: str | None, cusip: str | None = None, isin: str | None = None
) -> Security | None:
    """A security, if anything names it."""
    if not (symbol or name or cusip or isin):
        return None
    return Security(symbol=symbol or None, name=name or None, cusip=cusip or None, isin=isin or None)
