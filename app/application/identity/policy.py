"""The settings that identity's rules take as numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPolicy:
    password_length_min: int
    verification_hours: int
    session_days: int
