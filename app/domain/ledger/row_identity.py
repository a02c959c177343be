"""What a source calls a row: how it finds its own rows again.

Promises: reading a statement or asking a provider again finds the same rows again; two real transactions both stay,
also when a bank gave them one id, or none. The rules, in order:

1. A provider's row is its id within the connection: the provider keeps that id when it amends amount, date or text.
2. A file's row with a bank id is (id, date, amount). Banks reuse ids, so the id alone proves nothing.
3. A row without an id is everything it says: date, amount, type, names, memo, check number and reference.
4. Equal rows of one statement are told apart by their order among themselves: the first, the second, and so on. Two
   statements of one file that overlap are counted apart, so their common rows are the same rows.

Costs one hash a row and remembers one small key a row, for one statement at a time. Rows that another source tells are
found by `row_matching`.
"""

from hashlib import blake2b

from app.domain.imports.statement import Movement


class RowIdentities:
    """Names the rows of one statement, in the order they stand there."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def of(self, row: Movement) -> bytes:
        """16 bytes that are the row's identity within its account."""
        key = _said(row)
        nth = self._seen.get(key, 0)
        self._seen[key] = nth + 1
        return blake2b(key, digest_size=16, salt=nth.to_bytes(16)).digest() if nth else key


def provider_identity(scheme: str, provider_id: str, nth: int = 0) -> bytes:
    """A provider's row. `nth` tells apart rows that the provider gave one id though it means two transactions."""
    key = f"provider\x1f{scheme}\x1f{provider_id}".encode()
    return blake2b(key, digest_size=16, salt=nth.to_bytes(16)).digest()


def _said(row: Movement) -> bytes:
    # normalize() makes 5 and 5.00 one amount: banks do change how they print it.
    parts = [row.booked_on.isoformat(), str(row.amount.normalize())]
    if row.bank_id:
        parts += ["id", row.bank_id]
    else:
        texts = (row.description, row.counterparty, row.memo, row.check_number, row.reference)
        parts += ["row", row.type, *(text or "" for text in texts)]
    return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
