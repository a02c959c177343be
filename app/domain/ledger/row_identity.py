"""Which stated rows are the same transaction.

Promises: reading a statement again finds the same rows again and adds none; two real transactions both stay, also when
a bank gave them one id, or none. The rules, in order:

1. A row with a bank id is (id, date, amount). Banks reuse ids, so the id alone proves nothing.
2. A row without one is everything it says: date, amount, type, names, memo, check number and reference.
3. Equal rows of one statement are told apart by their order among themselves: the first, the second, and so on. Two
   statements of one file that overlap are counted apart, so their common rows are the same rows.

Costs one hash a row and remembers one small key a row, for one statement at a time.
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


def _said(row: Movement) -> bytes:
    # normalize() makes 5 and 5.00 one amount: banks do change how they print it.
    parts = [row.booked_on.isoformat(), str(row.amount.normalize())]
    if row.bank_id:
        parts += ["id", row.bank_id]
    else:
        texts = (row.description, row.counterparty, row.memo, row.check_number, row.reference)
        parts += ["row", row.type, *(text or "" for text in texts)]
    return blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
