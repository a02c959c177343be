"""What administrators see, and the port that reads it."""

from typing import Protocol
from uuid import UUID

from app.application.fields import Count, Instant
from app.application.registry import Immutable
from app.application.views import Listed
from app.core.ids import UserId
from app.core.paging import Rows, Window


class RegisteredUserView(Immutable):
    """A person; `live_sessions` are those that have neither ended nor expired."""

    id: UUID
    email: str
    name: str | None
    roles: list[str]
    tier: str
    is_active: bool
    email_verified: bool
    live_sessions: Count
    created_at: Instant
    updated_at: Instant


class RegisteredUserPage(Listed):
    users: list[RegisteredUserView]


class SecurityConfigView(Immutable):
    """The version that everybody's tokens must have; the one before it may be exchanged until `grace_until`."""

    token_version: Count
    previous_version: Count
    grace_until: Instant | None
    last_rotation_at: Instant | None
    last_rotation_reason: str | None


class QueuedJobsView(Immutable):
    """Jobs of one kind in one state; `oldest_at` is since when the oldest has been in the queue."""

    name: str
    state: str
    count: Count
    oldest_at: Instant


class ScheduleView(Immutable):
    name: str
    cron: str
    state: str
    last_run_at: Instant | None
    next_run_at: Instant


class JobsView(Immutable):
    """What waits or runs, and what runs by the clock. Schedules appear when a worker first starts."""

    queued: list[QueuedJobsView]
    schedules: list[ScheduleView]


class AdministrationReader(Protocol):
    """Reads what administrators ask for, each as JSON of its view."""

    async def users(self, window: Window, email: str | None) -> Rows:
        """People of `RegisteredUserView`, who registered first before others; only that normalised address if given."""

    async def user(self, user_id: UserId) -> bytes | None:
        """One of them."""

    async def security_config(self) -> bytes: ...

    async def jobs(self) -> bytes: ...
