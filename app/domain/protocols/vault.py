"""Account numbers: matched by keyed hash, kept encrypted, shown to nobody."""

from typing import Protocol

from app.core.ids import AccountId, UserId
from app.domain.protocols.ledger import AccountNumber


class AccountNumberVault(Protocol):
    """Hashes and encrypts account numbers under rotatable keys."""

    def fingerprints(self, number: AccountNumber) -> list[bytes]:
        """The number's keyed hash under every key still known, the current key's first."""

    def seal(self, number: AccountNumber, user_id: UserId, account_id: AccountId) -> bytes:
        """The encrypted number, bound to its user and account: moved elsewhere it cannot be opened."""

    def rebind(self, sealed: bytes, user_id: UserId, source_id: AccountId, target_id: AccountId) -> bytes:
        """A sealed number, bound to another account of its user."""
