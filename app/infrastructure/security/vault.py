"""Account numbers: matched by HMAC, kept under AES-256-GCM. And what opens connections, likewise encrypted."""

import hmac

import msgspec

from app.core.ids import AccountId, ConnectionId, UserId
from app.domain.connections.provider import Credentials
from app.domain.protocols.ledger import AccountNumber
from app.domain.protocols.secrets import KeyRing
from app.infrastructure.security.sealing import seal, unseal


class KeyedAccountNumberVault:
    """Numbers are found by their keyed hash, and shown to nobody; a sealed one is bound to its user and account."""

    def __init__(self, credentials: KeyRing, fingerprints: KeyRing) -> None:
        self._credentials = credentials
        self._fingerprints = fingerprints

    def fingerprints(self, number: AccountNumber) -> list[bytes]:
        """The number's keyed hash under every key still known, the current key's first."""
        said = f"{number.bank_code}\x1f{number.number}\x1f{number.currency}".encode()
        return [hmac.digest(key.secret, said, "sha256") for key in self._fingerprints.keys]

    def seal(self, number: AccountNumber, user_id: UserId, account_id: AccountId) -> bytes:
        bound = user_id.bytes + account_id.bytes
        return seal(self._credentials, f"{number.bank_code}\x1f{number.number}".encode(), bound)

    def rebind(self, sealed: bytes, user_id: UserId, source_id: AccountId, target_id: AccountId) -> bytes:
        """A sealed number, bound to another account of its user."""
        number = unseal(self._credentials, sealed, user_id.bytes + source_id.bytes)
        return seal(self._credentials, number, user_id.bytes + target_id.bytes)


class KeyedCredentialVault:
    """What opens a connection, bound to it and its user."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, credentials: Credentials, user_id: UserId, connection_id: ConnectionId) -> bytes:
        content = msgspec.json.encode(dict(credentials.values))
        return seal(self._ring, content, connection_id.bytes + user_id.bytes)

    def open(self, sealed: bytes, user_id: UserId, connection_id: ConnectionId) -> Credentials:
        content = unseal(self._ring, sealed, connection_id.bytes + user_id.bytes)
        return Credentials(msgspec.json.decode(content, type=dict[str, str]))
