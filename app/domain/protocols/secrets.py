"""Key rings: sets of keys, each with an id, of which one is current."""

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


class SecretsProtocol(Protocol):
    """Where key rings come from."""

    def ring(self, ring: Ring) -> KeyRing:
        """The ring. Raises `SecretMissingError`, which says how to provide it."""


class SecretMissingError(Exception):
    """A key ring is missing or malformed; says which and how to provide it."""
