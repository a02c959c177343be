"""Proving the audit trail."""

from collections.abc import Iterable
from typing import Protocol

from app.domain.audit.checkpoint import Checkpoint, Statement


class CheckpointSigner(Protocol):
    """Signs with the current key of the audit ring; knows what any key of it signed."""

    def sign(self, statement: Statement) -> Checkpoint: ...

    def is_genuine(self, checkpoint: Checkpoint) -> bool: ...


class CheckpointBook(Protocol):
    """Where checkpoints are kept, outside the database."""

    def add(self, checkpoint: Checkpoint) -> None: ...

    def lines(self) -> Iterable[str]:
        """Everything in it, oldest first."""
