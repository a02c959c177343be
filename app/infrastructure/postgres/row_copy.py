"""Rows in COPY's text format, made in a thread: a large file must not hold up the event loop."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b

from app.domain.imports.statement import Movement
from app.domain.ledger.security import Security
from app.domain.protocols.ledger import RowSource

RAW_LENGTH_MAX = 2_000
# What a source says of a row, in the order of `content`.
CONTENT = (
    "booked_on",
    "amount",
    "value_on",
    "transacted_at",
    "status",
    "type",
    "subtype",
    "currency",
    "description",
    "counterparty",
    "memo",
    "reference",
    "check_number",
    "original_amount",
    "original_currency",
    "symbol",
    "security_name",
    "cusip",
    "isin",
    "quantity",
    "unit_price",
    "fees",
)
ORIGIN = ("user_id", "account_id", "source", "source_id", "scheme")
STAGED = (*ORIGIN, "identity", "completes", "locator", "external_id", "raw", "said", *CONTENT)
NOTHING = Security()
ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\0", ""))


async def once(chunk: bytes) -> AsyncIterator[bytes]:
    """One chunk, as COPY takes its source."""
    yield chunk


def encoded(source: RowSource, rows: Sequence[tuple[bytes, Movement]], completes: Mapping[bytes, bytes]) -> bytes:
    """The rows, columns in the order of `STAGED`."""
    told = source.source
    origin = f"{source.user_id}\t{source.account_id}\t{told.kind}\t{told.id}\t{escaped(source.scheme)}"
    return "".join(_line(origin, source.currency, identity, row, completes) for identity, row in rows).encode()


def _line(origin: str, currency: str, identity: bytes, row: Movement, completes: Mapping[bytes, bytes]) -> str:
    amount, said = str(row.amount), content(row, currency)
    # A digest of what is said, whatever scale the amount is printed in.
    digest = blake2b(f"{row.amount.normalize()}\t{row.booked_on}{said}".encode(), digest_size=16).hexdigest()
    pending = completes.get(identity)
    return (
        f"{origin}\t\\\\x{identity.hex()}\t{binary(pending)}\t{escaped(row.locator)}\t"
        f"{escaped(row.bank_id)}\t{escaped(row.raw and row.raw[:RAW_LENGTH_MAX])}\t\\\\x{digest}\t"
        f"{row.booked_on}\t{amount}{said}\n"
    )


def content(row: Movement, currency: str) -> str:
    """What follows day and amount."""
    security = row.security or NOTHING
    return (
        f"\t{plain(row.value_on)}\t{plain(row.transacted_at)}\t{row.status}\t{row.type}\t{row.subtype}\t{currency}\t"
        f"{escaped(row.description)}\t{escaped(row.counterparty)}\t{escaped(row.memo)}\t{escaped(row.reference)}\t"
        f"{escaped(row.check_number)}\t{plain(row.original_amount)}\t{escaped(row.original_currency)}\t"
        f"{escaped(security.symbol)}\t{escaped(security.name)}\t{escaped(security.cusip)}\t{escaped(security.isin)}\t"
        f"{plain(row.quantity)}\t{plain(row.unit_price)}\t{plain(row.fees)}"
    )


def binary(value: bytes | None) -> str:
    return "\\N" if value is None else f"\\\\x{value.hex()}"


def plain(value: date | datetime | Decimal | str | None) -> str:
    return "\\N" if value is None else str(value)


def escaped(value: str | None) -> str:
    if value is None:
        return "\\N"
    if value.isprintable() and "\\" not in value:  # almost all are
        return value
    for character, escape in ESCAPES:  # twenty times as fast as `translate`, which looks at each character
        value = value.replace(character, escape)
    return value
