"""Account numbers: matched by HMAC, kept under AES-256-GCM."""

import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.ids import AccountId, UserId
from app.domain.protocols.ledger import AccountNumber
from app.domain.protocols.secrets import KeyRing

NONCE_BYTES = 12  # NIST SP 800-38D


class KeyedAccountNumberVault:
    """Implements `AccountNumberVault`. Sealed: `v1.`, key id, `.`, nonce, ciphertext with tag."""

    def __init__(self, credentials: KeyRing, fingerprints: KeyRing) -> None:
        self._credentials = credentials
        self._fingerprints = fingerprints

    def fingerprints(self, number: AccountNumber) -> list[bytes]:
        said = f"{number.bank_code}\x1f{number.number}\x1f{number.currency}".encode()
        return [hmac.digest(key.secret, said, "sha256") for key in self._fingerprints.keys]

    def seal(self, number: AccountNumber, user_id: UserId, account_id: AccountId) -> bytes:
        key = self._credentials.current
        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = user_id.bytes + account_id.bytes
        sealed = AESGCM(key.secret).encrypt(nonce, f"{number.bank_code}\x1f{number.number}".encode(), bound)
        return b"v1." + key.id.encode() + b"." + nonce + sealed
