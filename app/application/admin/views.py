"""What administrators see, and the port that reads it."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import UNSET

from app.application.registry import Immutable
from app.application.views import TotalCount
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
    live_sessions: int
    created_at: datetime
    updated_at: datetime


class RegisteredUserPage(Immutable):
    users: list[RegisteredUserView]
    has_more: bool
    next_cursor: str | None
    total_count: TotalCount = UNSET


class SecurityConfigView(Immutable):
    """The version that everybody's tokens must have; the one before it may be exchanged until `grace_until`."""

    token_version: int
    previous_version: int
    grace_until: datetime | None
    last_rotation_at: datetime | None
    last_rotation_reason: str | None


class QueuedJobsView(Immutable):
    """Jobs of one kind in one state; `oldest_at` is since when the oldest has been in the queue."""

    name: str
    state: str
    count: int
    oldest_at: datetime


class ScheduleView(Immutable):
    name: str
    cron: str
    state: str
    last_run_at: datetime | None
    next_run_at: datetime


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
