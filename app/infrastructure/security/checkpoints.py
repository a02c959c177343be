"""Checkpoints of the audit trail: signed with Ed25519, kept in a file."""

import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.audit.checkpoint import Checkpoint, Statement
from app.domain.protocols.secrets import KeyRing


class Ed25519CheckpointSigner:
    """Implements `CheckpointSigner`."""

    def __init__(self, ring: KeyRing) -> None:
        self._current = ring.current.id
        self._keys = {key.id: Ed25519PrivateKey.from_private_bytes(key.secret) for key in ring.keys}

    def sign(self, statement: Statement) -> Checkpoint:
        signature = self._keys[self._current].sign(str(statement).encode())
        return Checkpoint(statement=statement, key_id=self._current, signature=signature)

    def is_genuine(self, checkpoint: Checkpoint) -> bool:
        key = self._keys.get(checkpoint.key_id)
        if key is None:
            return False
        try:
            key.public_key().verify(checkpoint.signature, str(checkpoint.statement).encode())
        except InvalidSignature:
            return False
        return True


class CheckpointFile:
    """Implements `CheckpointBook`: a line each, safe on the disk. Several processes may write to it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, checkpoint: Checkpoint) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
            output.write(f"{checkpoint}\n".encode())
            output.flush()
            os.fsync(output.fileno())

    def lines(self) -> Iterable[str]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8", errors="replace") as file:
            yield from file
