"""Jobs: each opens a scope of its own and dispatches a command, like a controller does."""

from collections.abc import Callable
from dataclasses import dataclass

from app.application.access.purge_idempotency_keys import PurgeIdempotencyKeys
from app.application.connections.purge_authorizations import PurgeAuthorizations
from app.application.connections.refresh_tokens import RefreshTokens
from app.application.connections.warn_of_consents import WarnOfConsents
from app.application.events.trim_event_log import TrimEventLog
from app.application.identity.purge_expired_tokens import PurgeExpiredTokens
from app.application.registry import Command
from app.application.syncs.schedule_syncs import ScheduleSyncs
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A command sent by the clock; `cron` finds its schedule in the settings."""

    name: str
    cron: Callable[[Settings], str]
    command: Callable[[], Command[object]]


SCHEDULED = (
    ScheduledJob("schedule_syncs", lambda settings: settings.syncs.schedule_cron, ScheduleSyncs),
    ScheduledJob("refresh_tokens", lambda settings: settings.syncs.refresh_cron, RefreshTokens),
    ScheduledJob("purge_expired_tokens", lambda settings: settings.worker.purge_cron, PurgeExpiredTokens),
    ScheduledJob("purge_idempotency_keys", lambda settings: settings.worker.purge_cron, PurgeIdempotencyKeys),
    ScheduledJob("trim_event_log", lambda settings: settings.worker.trim_cron, TrimEventLog),
    ScheduledJob("warn_of_consents", lambda settings: settings.worker.purge_cron, WarnOfConsents),
    ScheduledJob("purge_authorizations", lambda settings: settings.worker.purge_cron, PurgeAuthorizations),
)
