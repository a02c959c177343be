"""The settings that identity's rules take as numbers."""

from dataclasses import dataclass

from app.domain.identity.session import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPolicy:
    password_length_min: int
    verification_hours: int
    reset_minutes: int
    mails_per_hour: int
    session_days: int
    refresh_idle_days: int
    confirmation_seconds: int
    rotation_grace_seconds: int
    conceal_accounts: bool
    default_tier: Tier
