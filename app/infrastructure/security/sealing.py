"""AES-256-GCM under a key ring, each text bound to where it belongs. Sealed: `v1.`, key id, `.`, nonce, ciphertext."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.protocols.secrets import KeyRing

NONCE_BYTES = 12  # NIST SP 800-38D
VERSION = b"v1."


class SealBrokenError(Exception):
    """What is stored was not sealed here, was moved, changed, or its key is gone."""


def seal(ring: KeyRing, content: bytes, bound: bytes) -> bytes:
    key = ring.current
    nonce = secrets.token_bytes(NONCE_BYTES)
    return prefix(key.id) + nonce + AESGCM(key.secret).encrypt(nonce, content, bound)


def unseal(ring: KeyRing, sealed: bytes, bound: bytes) -> bytes:
    version, key_id, rest = [*sealed.split(b".", 2), b"", b""][:3]
    key = ring.key(key_id.decode("ascii", "replace"))
    if version + b"." != VERSION or key is None:
        raise SealBrokenError("sealed under a key that the ring does not have")
    try:
        return AESGCM(key.secret).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound)
    except InvalidTag as error:
        raise SealBrokenError("changed, or moved from where it belongs") from error


def prefix(key_id: str) -> bytes:
    """How everything begins that is sealed under the key."""
    return VERSION + key_id.encode() + b"."
