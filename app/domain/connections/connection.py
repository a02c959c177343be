"""A user's tie to an institution: its states, and what the user must do next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.errors import Conflict
from app.core.ids import ConnectionId, UserId
from app.core.result import Failure, Result, Success
from app.domain.connections.provider import Grant

WARNED_BEFORE = timedelta(days=2)
SYNC_AWAITED = timedelta(hours=6)  # until then a queued sync will have planned the next one itself


class ConnectionUnready(Conflict):
    """The connection is in a state in which this cannot be done."""


class ConnectionStatus(StrEnum):
    PENDING = "pending"  # the user has not come back from the institution yet
    ACTIVE = "active"
    PAUSED = "paused"  # the user wants no syncs for now
    EXPIRED = "expired"  # the consent's time is over
    REVOKED = "revoked"  # the institution let Dashtam in no longer
    FAILED = "failed"  # the first consent came to nothing
    DISCONNECTED = "disconnected"


class UserAction(StrEnum):
    AUTHORIZE = "authorize"  # go to the institution and consent
    RENEW = "renew"  # the consent ended: POST /connections/{id}/authorizations
    RENEW_SOON = "renew_soon"  # it still works, but not for long


ENDED = frozenset({ConnectionStatus.EXPIRED, ConnectionStatus.REVOKED, ConnectionStatus.FAILED})
CONNECTED = frozenset({ConnectionStatus.ACTIVE, ConnectionStatus.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """`external_id` is the provider's name of the consent; `access_expires_at` and `consent_expires_at` as in `Grant`.

    `next_sync_at` is when the schedule comes to it; None while it is not synced by itself.
    """

    id: ConnectionId
    user_id: UserId
    provider_slug: str
    alias: str | None
    status: ConnectionStatus
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    access_expires_at: datetime | None = None
    consent_expires_at: datetime | None = None
    last_sync_at: datetime | None = None
    next_sync_at: datetime | None = None

    def user_action(self, now: datetime) -> UserAction | None:
        """What the user must do next."""
        if self.status is ConnectionStatus.PENDING:
            return UserAction.AUTHORIZE
        if self.status in ENDED:
            return UserAction.RENEW
        ends = self.consent_expires_at if self.status in CONNECTED else None
        return UserAction.RENEW_SOON if ends and ends - now < WARNED_BEFORE else None

    def granted(self, grant: Grant, now: datetime) -> "Connection":
        """Connected, anew or still, and a sync queued for it; a paused one stays paused."""
        return replace(
            self,
            status=ConnectionStatus.PAUSED if self.status is ConnectionStatus.PAUSED else ConnectionStatus.ACTIVE,
            external_id=grant.external_id or self.external_id,
            access_expires_at=grant.access_expires_at,
            consent_expires_at=grant.consent_expires_at,
            next_sync_at=None if self.status is ConnectionStatus.PAUSED else now + SYNC_AWAITED,
            updated_at=now,
        )

    def paused(self, now: datetime) -> Result["Connection", ConnectionUnready]:
        if self.status not in CONNECTED:
            return self._unready()
        return Success(replace(self, status=ConnectionStatus.PAUSED, next_sync_at=None, updated_at=now))

    def resumed(self, now: datetime) -> Result["Connection", ConnectionUnready]:
        if self.status not in CONNECTED:
            return self._unready()
        return Success(replace(self, status=ConnectionStatus.ACTIVE, next_sync_at=now, updated_at=now))

    def renamed(self, alias: str | None, now: datetime) -> "Connection":
        return replace(self, alias=alias, updated_at=now)

    def disconnected(self, now: datetime) -> "Connection":
        return replace(
            self,
            status=ConnectionStatus.DISCONNECTED,
            access_expires_at=None,
            consent_expires_at=None,
            next_sync_at=None,
            updated_at=now,
        )

    def ended(self, now: datetime) -> "Connection":
        """The institution lets us in no longer: because the time is over, or because somebody ended it."""
        is_over = self.consent_expires_at is not None and self.consent_expires_at <= now
        status = ConnectionStatus.EXPIRED if is_over else ConnectionStatus.REVOKED
        return replace(self, status=status, next_sync_at=None, updated_at=now)

    def failed(self, now: datetime) -> "Connection":
        """The first consent came to nothing."""
        return replace(self, status=ConnectionStatus.FAILED, updated_at=now)

    def renewable(self) -> Result["Connection", ConnectionUnready]:
        """Whether a new consent may take the place of the old one."""
        return self._unready() if self.status is ConnectionStatus.DISCONNECTED else Success(self)

    def syncable(self) -> Result["Connection", ConnectionUnready]:
        return Success(self) if self.status is ConnectionStatus.ACTIVE else self._unready()

    def _unready(self) -> Failure[ConnectionUnready]:
        return Failure(ConnectionUnready(detail=f"The connection is {self.status}."))
