"""Key rings: sets of keys, each with an id, of which one is current. And secrets that others gave us, as they are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Ring(StrEnum):
    """What keys are for. All are 32 bytes."""

    JWT = "jwt"  # Ed25519 seed: signs access tokens
    CREDENTIALS = "credentials"  # AES-256: account numbers and credentials
    FINGERPRINT = "fingerprint"  # HMAC: matches account numbers
    MAIL = "mail"  # HMAC: secrets sent by mail
    REFRESH = "refresh"  # HMAC: derives a refresh token from the one before
    CURSOR = "cursor"  # HMAC: page cursors
    AUDIT = "audit"  # Ed25519 seed: signs checkpoints of the audit trail


# What is stored stays readable, findable and proven only with the keys it was made with: these rings never lose one.
LASTING = frozenset({Ring.CREDENTIALS, Ring.FINGERPRINT, Ring.AUDIT})


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys, the current one first; the others still open or prove what was made with them."""

    keys: tuple[Key, ...]

    @property
    def current(self) -> Key:
        return self.keys[0]

    def key(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.id == key_id), None)

    def rotated(self, new: Key, keep: int | None = None) -> "KeyRing":
        """The ring with a new current key, and all or only `keep` of those before it."""
        return KeyRing((new, *self.keys[:keep]))


class SecretsProtocol(Protocol):
    """Where key rings come from: read when the process starts, so that `ring` waits for nothing."""

    def ring(self, ring: Ring) -> KeyRing:
        """The ring. Raises `SecretMissingError`, which says how to provide it."""

    def text(self, name: str) -> str:
        """A password or the like that somebody else gave us. Raises `SecretMissingError`."""


class SecretMissingError(Exception):
    """A secret is missing or malformed; says which and how to provide it."""
