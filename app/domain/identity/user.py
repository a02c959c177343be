"""A person who uses Dashtam."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.ids import UserId
from app.domain.identity.session import Tier


class Role(StrEnum):
    READONLY = "readonly"
    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: UserId
    email: str
    password_hash: str
    roles: tuple[Role, ...] = (Role.USER,)
    name: str | None = None
    tier: Tier = Tier.PLUS
    is_active: bool = True
    verified_at: datetime | None = None
    created_at: datetime

    @property
    def is_admin(self) -> bool:
        """Whether the user may administer."""
        return self.is_active and Role.ADMIN in self.roles


def normalised_email(text: str) -> str | None:
    """The one spelling under which an address is stored and looked up; None if it cannot be one.

    NFKC, case folded, the domain in its ASCII form (IDNA); no provider's own rules about dots or plus signs. Folding
    makes capitals of Cherokee letters, which is why it is lowered too.
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold().lower()
    local, at, domain = unicodedata.normalize("NFKC", folded).rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = host.split(".")
    clean = local and not any(character.isspace() or not character.isprintable() for character in local)
    if not (at and clean and len(labels) > 1 and all(labels)) or "@" in local:
        return None
    if not all(label.replace("-", "").isalnum() for label in labels):
        return None
    return f"{local}@{host}" if len(local) + len(host) < 254 else None  # noqa: PLR2004  # RFC 5321: 254 octets
