"""A login, from its start until it ends or expires."""

from dataclasses import dataclass
from datetime import datetime

from app.core.ids import SessionId, TokenId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    id: SessionId
    user_id: UserId
    ip_address: str | None
    user_agent: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationToken:
    """Proves that who registered reads the address. The secret itself is stored nowhere."""

    id: TokenId
    user_id: UserId
    secret_hash: bytes
    expires_at: datetime
