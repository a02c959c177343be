"""From what a provider told to what changes in the ledger.

Promises: a row that is told again is the same row, however it was amended; a posted row takes the place of the pending
row it names; rows that a whole reading no longer tells are taken back; a row that comes back under a new id, saying
what a vanished one said, is that one; two rows of one reading under one id are two. What was taken back and is told
again by a later reading begins a new life beside the old one, so that nothing stale comes back to life.

Costs memory for one reading, and one look at what is known of the same days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.core.errors import DomainError
from app.domain.connections.reading import AccountFault, ProviderRow, RemovedRow, TransactionPage
from app.domain.imports.statement import Movement
from app.domain.ledger.row_identity import provider_identity

LIVES_MAX = 10
SAME_ID_MAX = 2
LIFE = 1_000


@dataclass(slots=True)
class Reading:
    """The pages of one reading, folded: of a cursor feed the last word on an id counts, of windows every row does."""

    is_cursor: bool
    _rows: dict[tuple[str, str, int], ProviderRow] = field(default_factory=dict)
    _removed: set[tuple[str, str]] = field(default_factory=set)

    def take(self, page: TransactionPage) -> None:
        told: dict[tuple[str, str], int] = {}
        for gone in page.removed:
            self._remove(gone)
        for row in page.rows:
            key = (row.account_id, row.movement.bank_id or "")
            nth = told.get(key, 0) if self.is_cursor else self._next(key)
            told[key] = nth + 1
            self._rows[(*key, nth)] = row
            self._removed.discard(key)

    def rows(self, account_id: str) -> list[tuple[str, int, ProviderRow]]:
        """The account's rows with their ids, and which of those with that id each is."""
        return [(row_id, nth, row) for (account, row_id, nth), row in self._rows.items() if account == account_id]

    def removed(self, account_id: str) -> list[str]:
        return [row_id for account, row_id in self._removed if account == account_id]

    def _next(self, key: tuple[str, str]) -> int:
        nth = 0
        while (*key, nth) in self._rows:
            nth += 1
        return nth

    def _remove(self, gone: RemovedRow) -> None:
        key = (gone.account_id, gone.id)
        nth = 0
        while self._rows.pop((*key, nth), None):
            nth += 1
        self._removed.add(key)


@dataclass(slots=True)
class Read:
    """All pages of a reading: what they told, for which accounts something failed, where the next one begins."""

    reading: Reading
    faults: list[AccountFault] = field(default_factory=list)
    position: str | None = None
    is_from_start: bool = False

    def error(self, account_id: str) -> DomainError | None:
        """What went wrong with the account. A fault that names none concerns all of which no row came."""
        return next(
            (
                fault.error
                for fault in self.faults
                if fault.account_id == account_id or (fault.account_id is None and not self.reading.rows(account_id))
            ),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A row that this connection told before. `is_expected` if a whole reading must tell it again."""

    is_removed: bool
    is_expected: bool
    booked_on: date
    amount: Decimal
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to stage: rows with their identities, which rows take whose place, and what is taken back."""

    rows: Sequence[tuple[bytes, Movement]]
    completes: Mapping[bytes, bytes]
    gone: Sequence[bytes]


@dataclass(slots=True)
class Told:
    """One account's rows of a reading under names that are alive. Ask for `names`, bury the dead, until none is."""

    scheme: str
    told: Sequence[tuple[str, int, ProviderRow]]
    _lives: dict[str, int] = field(default_factory=dict)
    _names: list[bytes] = field(default_factory=list)

    def names(self) -> list[bytes]:
        """In the order of the rows; made once for as long as nobody is buried."""
        self._names = self._names or [self._name(row_id, nth) for row_id, nth, _ in self.told]
        return self._names

    def named(self, row_ids: Iterable[str]) -> list[bytes]:
        """What rows of these ids may be called, in whichever life."""
        return [
            provider_identity(self.scheme, row_id, nth + LIFE * life)
            for row_id in row_ids
            for life in range(LIVES_MAX)
            for nth in range(SAME_ID_MAX)
        ]

    def bury(self, known: Mapping[bytes, KnownRow]) -> bool:
        """Whether some name was that of a removed row, and changed."""
        named = zip(self.names(), self.told, strict=True)
        dead = {row_id for name, (row_id, _, _) in named if (row := known.get(name)) and row.is_removed}
        for row_id in dead:
            self._lives[row_id] = self._lives.get(row_id, 0) + 1
        self._names = [] if dead else self._names
        return bool(dead) and max(self._lives.values()) < LIVES_MAX

    def changes(self, removed: Iterable[str], known: Mapping[bytes, KnownRow], *, is_whole: bool) -> Changes:
        names = self.names()
        rows = [(name, row.movement) for name, (_, _, row) in zip(names, self.told, strict=True)]
        completes = {
            name: self._name(row.pending_id, 0)
            for name, (_, _, row) in zip(names, self.told, strict=True)
            if row.pending_id
        }
        there = {*names}
        gone = [name for name in self.named(removed) if (row := known.get(name)) and not row.is_removed]
        if is_whole:
            gone += [name for name, known_row in known.items() if known_row.is_expected and not known_row.is_removed]
        gone = [name for name in dict.fromkeys(gone) if name not in there]
        completes |= _renamed(rows, known, gone, completes)
        return Changes(rows=rows, completes=completes, gone=gone)

    def _name(self, row_id: str, nth: int) -> bytes:
        return provider_identity(self.scheme, row_id, nth + LIFE * self._lives.get(row_id, 0))


def _renamed(
    rows: Sequence[tuple[bytes, Movement]],
    known: Mapping[bytes, KnownRow],
    gone: Sequence[bytes],
    completes: Mapping[bytes, bytes],
) -> dict[bytes, bytes]:
    """New names of vanished rows that said the very same."""
    vanished: dict[tuple[date, Decimal, str], list[bytes]] = {}
    for name in gone:
        row = known[name]
        vanished.setdefault((row.booked_on, row.amount.normalize(), row.description), []).append(name)
    found: dict[bytes, bytes] = {}
    for name, movement in rows if vanished else ():
        said = (movement.booked_on, movement.amount.normalize(), movement.description)
        if name not in known and name not in completes and vanished.get(said):
            found[name] = vanished[said].pop()
    return found
