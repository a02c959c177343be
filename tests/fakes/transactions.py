"""Transactions and their sources in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID, uuid4

from app.core.ids import AccountId, UserId
from app.domain.imports.statement import Movement
from app.domain.imports.statement_import import MergeCounts
from app.domain.ledger.row_matching import ComparedRow, MatchedBy, matches
from app.domain.ledger.source import SourceKind
from app.domain.ledger.transaction import TransactionStatus
from app.domain.protocols.ledger import KeptRow, RowDecision, RowSource, RowsTakenBack


@dataclass(kw_only=True)
class Told:
    """What one source said of a transaction."""

    source: RowSource
    identity: bytes
    movement: Movement
    completes: bytes | None = None
    removed: bool = False
    transaction: UUID | None = None  # None until it is decided
    matched_by: MatchedBy = MatchedBy.NEW

    @property
    def key(self) -> tuple[AccountId, bytes]:
        return self.source.account_id, self.identity


@dataclass
class FakeTransactionRepository:
    """Implements `TransactionRepository`."""

    shown: dict[UUID, Movement] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    staged: list[Told] = field(default_factory=list)
    removals: set[tuple[AccountId, bytes]] = field(default_factory=set)
    decided: list[RowDecision] = field(default_factory=list)

    def rows(self, account_id: AccountId) -> list[Movement]:
        """What the account's transactions show."""
        ids = dict.fromkeys(one.transaction for one in self.told if one.source.account_id == account_id)
        return [self.shown[one] for one in ids if one]

    async def stage(
        self,
        source: RowSource,
        rows: Sequence[tuple[bytes, Movement]],
        completes: Mapping[bytes, bytes] = MappingProxyType({}),
    ) -> None:
        self.staged += [
            Told(source=source, identity=identity, movement=movement, completes=completes.get(identity))
            for identity, movement in rows
        ]

    async def stage_removals(self, source: RowSource, identities: Sequence[bytes]) -> None:
        self.removals |= {(source.account_id, identity) for identity in identities}

    async def merge(self) -> Mapping[AccountId, MergeCounts]:
        counts = {one.source.account_id: Counter[str]() for one in self.staged}
        last = {one.key: one for one in self.staged}
        placed = [one for one in self.staged if last[one.key] is one]
        for one in placed:
            self._place(one)
        self._match([one for one in placed if one.transaction is None], {one.transaction for one in placed})
        news = {one.key: one for one in placed if one.transaction is None}
        for one in news.values():
            one.transaction = new = uuid4()
            self.shown[new] = one.movement
        for one in placed:
            pending = news.get((one.source.account_id, one.completes or b""))
            if one.key in news and pending and one.transaction:
                del self.shown[one.transaction]
                one.transaction, one.matched_by = pending.transaction, MatchedBy.PENDING_ID
                del news[one.key]
        self.told += placed
        for one in self.told:
            one.removed |= one.key in self.removals
        changes = {transaction: self._settle(transaction) for transaction in [*self.shown]}
        self.decided = []
        for one in self.staged:
            is_last = last[one.key] is one
            is_new = is_last and one.key in news
            is_changed = is_last and any(changes[known] == "corrected" for known in changes if known == one.transaction)
            counts[one.source.account_id]["new" if is_new else "corrected" if is_changed else "duplicate"] += 1
            self.decided.append(_decision(one, last[one.key], is_new=one.key in news, is_changed=is_changed))
        for transaction, change in changes.items():
            if change == "removed":
                account_id = next(one.source.account_id for one in self.told if one.transaction == transaction)
                counts.setdefault(account_id, Counter())["removed"] += 1
        self.staged.clear()
        self.removals.clear()
        return {account_id: MergeCounts(**count) for account_id, count in counts.items()}

    async def decisions(self, decisions_max: int) -> Sequence[RowDecision]:
        return self.decided[:decisions_max]

    async def take_back(self, user_id: UserId, source_ids: Sequence[UUID], kept_max: int) -> RowsTakenBack:  # noqa: ARG002  # the port's
        taken = [one for one in self.told if one.source.source.id in source_ids]
        before, places = dict(self.shown), {id(one): place for place, one in enumerate(self.told)}
        self.told = [one for one in self.told if one not in taken]
        standing = {one.transaction: one for one in self.told}
        touched = {one.transaction: one for one in taken if one.transaction}
        removed = [transaction for transaction in touched if transaction not in standing]
        for transaction in removed:
            del self.shown[transaction]
        restored = [self._settle(transaction) for transaction in touched if transaction in standing]
        kept = [
            standing[one]
            for one, own in touched.items()
            if one in standing and places[id(standing[one])] > places[id(own)]
        ]
        return RowsTakenBack(
            removed=len(before) - len(self.shown),
            restored=sum(change is not None for change in restored),
            kept=len(kept),
            kept_rows=tuple(
                KeptRow(transaction_id=one.transaction, account_id=one.source.account_id, source=one.source.source)
                for one in kept[:kept_max]
                if one.transaction
            ),
        )

    def _place(self, one: Told) -> None:
        for key, rule in (
            (one.identity, _own_rule(one)),
            (one.completes, MatchedBy.PENDING_ID),
        ):
            known = next((other for other in self.told if other.key == (one.source.account_id, key)), None)
            if known:
                one.transaction, one.matched_by = known.transaction, rule
                one.removed = known.removed and rule is not MatchedBy.PENDING_ID
                return

    def _match(self, unplaced: list[Told], taken: set[UUID | None]) -> None:
        stated = [
            _compared(number, one, one.movement, one.movement.bank_id, schemes={one.source.scheme})
            for number, one in enumerate(unplaced)
        ]
        for number, transaction, rule in [*matches(stated, self._known(taken))]:
            unplaced[number].transaction, unplaced[number].matched_by = transaction, rule

    def _known(self, taken: set[UUID | None]) -> Iterator[ComparedRow[UUID]]:
        for transaction, row in self.shown.items():
            sources = [other for other in self.told if other.transaction == transaction]
            if transaction not in taken and row.status != TransactionStatus.REMOVED:
                ids = [other.movement.bank_id for other in sources]
                yield _compared(transaction, sources[0], row, *ids, schemes={one.source.scheme for one in sources})

    def _settle(self, transaction: UUID) -> str | None:
        sources = [one for one in self.told if one.transaction == transaction]

        def standing(one: Told) -> tuple[bool, bool]:
            return one.removed, one.movement.status is not TransactionStatus.POSTED

        best = min(sources, key=standing)
        leading = [
            one for one in sources if standing(one) == standing(best) and one.source.scheme == best.source.scheme
        ][-1]
        before = self.shown[transaction]
        if leading.removed:
            self.shown[transaction] = replace(before, status=TransactionStatus.REMOVED)
            return None if before.status is TransactionStatus.REMOVED else "removed"
        self.shown[transaction] = leading.movement
        return None if _content(before) == _content(leading.movement) else "corrected"


def _decision(one: Told, last: Told, *, is_new: bool, is_changed: bool) -> RowDecision:
    return RowDecision(
        locator=one.movement.locator,
        account_id=one.source.account_id,
        booked_on=one.movement.booked_on,
        amount=one.movement.amount,
        currency=one.source.currency,
        description=one.movement.description,
        transaction_id=None if is_new else last.transaction,
        matched_by=_own_rule(one) if is_new and one is not last else last.matched_by,
        is_changed=is_changed,
    )


def _content(row: Movement) -> Movement:
    return replace(row, locator="", bank_id=None, raw=None, running_balance=None)


def _own_rule(one: Told) -> MatchedBy:
    if one.movement.bank_id is None:
        return MatchedBy.SAME_ROW
    is_file = one.source.source.kind is SourceKind.IMPORT
    return MatchedBy.BANK_ID if is_file else MatchedBy.PROVIDER_ID


def _compared[K](key: K, told: Told, row: Movement, *ids: str | None, schemes: set[str]) -> ComparedRow[K]:
    return ComparedRow(
        key=key,
        kind=(told.source.account_id, told.source.currency, row.amount),
        booked_on=row.booked_on,
        texts=(row.description, row.counterparty, row.memo, row.security.symbol if row.security else None),
        references=(*ids, row.reference),
        check_number=row.check_number,
        is_pending=row.status is TransactionStatus.PENDING,
        schemes=frozenset(schemes),
    )
