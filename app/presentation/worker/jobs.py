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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob:
    """A command sent by the clock; `cron` finds its schedule in the settings."""

    name: str
    cron: Callable[[Settings], str]
    command: Callable[[], Command[object]]


SCHEDULED = (
    ScheduledJob(name="schedule_syncs", cron=lambda settings: settings.syncs.schedule_cron, command=ScheduleSyncs),
    ScheduledJob(name="refresh_tokens", cron=lambda settings: settings.syncs.refresh_cron, command=RefreshTokens),
    ScheduledJob(
        name="purge_expired_tokens", cron=lambda settings: settings.worker.purge_cron, command=PurgeExpiredTokens
    ),
    ScheduledJob(
        name="purge_idempotency_keys", cron=lambda settings: settings.worker.purge_cron, command=PurgeIdempotencyKeys
    ),
    ScheduledJob(name="trim_event_log", cron=lambda settings: settings.worker.trim_cron, command=TrimEventLog),
    ScheduledJob(name="warn_of_consents", cron=lambda settings: settings.worker.purge_cron, command=WarnOfConsents),
    ScheduledJob(
        name="purge_authorizations", cron=lambda settings: settings.worker.purge_cron, command=PurgeAuthorizations
    ),
)
