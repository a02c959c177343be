"""Identifiers: UUIDv7 (RFC 9562), each kind with its own type."""

import secrets
import time
from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)
AccountId = NewType("AccountId", UUID)
TransactionId = NewType("TransactionId", UUID)
ImportId = NewType("ImportId", UUID)
ImportMappingId = NewType("ImportMappingId", UUID)
TokenId = NewType("TokenId", UUID)
ConnectionId = NewType("ConnectionId", UUID)
AuthorizationId = NewType("AuthorizationId", UUID)
SyncId = NewType("SyncId", UUID)


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits. Sorts by time, hides nothing, is no secret."""
    random = secrets.randbits(74)
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)
