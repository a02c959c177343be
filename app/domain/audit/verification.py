"""Walking the chain from its beginning, beside what checkpoints say of it.

Finds a record that was changed, removed, added or moved, also when all that follows was hashed anew, up to the last
checkpoint. Does not find what was changed before it was hashed, or cut or rewritten after the last checkpoint.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.audit.checkpoint import Checkpoint
from app.domain.audit.record import NOTHING_BEFORE, ChainedRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first position where the trail is not what it was, and how that shows."""

    position: int
    what: str


class Verification:
    """Takes the records in order; after a fault nothing that follows means anything."""

    def __init__(self, checkpoints: Iterable[Checkpoint]) -> None:
        self._said = {each.statement.position: each.statement.hash for each in checkpoints}
        self._hash = NOTHING_BEFORE
        self._proven = 0
        self.position = 0
        self.erased = 0

    def take(self, chained: ChainedRecord) -> Fault | None:
        record, expected = chained.record, self.position + 1
        if record.position != expected:
            return Fault(position=expected, what="This record is missing.")
        if record.hashed(self._hash) != chained.hash:
            what = "This record is not the one that was written here: changed, exchanged, added, or after one removed."
            return Fault(position=expected, what=what)
        if self._said.get(expected, chained.hash) != chained.hash:
            what = f"From here to {expected} the trail was rewritten: a checkpoint says otherwise."
            return Fault(position=self._proven + 1, what=what)
        if self._is_forged(chained):
            return Fault(position=expected, what="The personal data beside this record was changed or added.")
        self.position, self._hash = expected, chained.hash
        self._proven = expected if expected in self._said else self._proven
        self.erased += record.personal_digest is not None and chained.personal is None
        return None

    def end(self) -> Fault | None:
        """What is missing after the last record."""
        last = max(self._said, default=0)
        if last > self.position:
            what = f"The records from here to {last} are missing: a checkpoint says that they were there."
            return Fault(position=self.position + 1, what=what)
        return None

    def _is_forged(self, chained: ChainedRecord) -> bool:
        return chained.personal is not None and chained.personal.digest != chained.record.personal_digest
