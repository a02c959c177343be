"""The event log and what follows from it."""

import asyncpg
from dishka import Provider, Scope, alias, provide

from app.application.events.policy import EventPolicy
from app.application.events.views import EventReader
from app.application.identity.policy import IdentityPolicy
from app.application.reactions.email import EmailReaction, Writing
from app.application.reactions.log import LogReaction
from app.application.reactions.session import SessionReaction
from app.domain.protocols.events import EventLog, EventLogTrimmer, LogWaker, ParkedEvents
from app.domain.protocols.identity import MailSecrets
from app.domain.protocols.mail import Mailer
from app.domain.protocols.secrets import SecretsProtocol
from app.infrastructure.email.outbox import OutboxMailer
from app.infrastructure.email.smtp import SmtpMailer
from app.infrastructure.postgres.audit import PostgresAuditTrail
from app.infrastructure.postgres.event_log import PostgresEventReader, PostgresLogTrimmer, PostgresParkedEvents
from app.infrastructure.postgres.relay import Reactions, Relay
from app.infrastructure.postgres.unit_of_work import PostgresEventLog
from app.infrastructure.redis.waker import RedisLogWaker
from app.settings import Environment, Settings, SettingsError
from app.wiring.servers import Servers


class EventsProvider(Provider):
    scope = Scope.APP

    redis_waker = provide(RedisLogWaker)
    waker = alias(source=RedisLogWaker, provides=LogWaker)
    session_reaction = provide(SessionReaction)
    reader = provide(PostgresEventReader, provides=EventReader)
    trimmer = provide(PostgresLogTrimmer, provides=EventLogTrimmer)

    @provide
    def event_policy(self, settings: Settings) -> EventPolicy:
        return EventPolicy(retention_days=settings.events.retention_days)

    @provide
    def relay(self, pool: asyncpg.Pool, waker: LogWaker, reactions: Reactions) -> Relay:
        return Relay(pool, waker, reactions)

    @provide
    def reactions(self, audit: PostgresAuditTrail, session: SessionReaction, email: EmailReaction) -> Reactions:
        """Those that may be slow come last."""
        return Reactions((audit, session, LogReaction(), email))

    @provide
    def email(self, settings: Settings, mailer: Mailer, secrets: MailSecrets, policy: IdentityPolicy) -> EmailReaction:
        return EmailReaction(mailer, Writing(settings.http.public_url, secrets, policy))

    @provide
    def mailer(self, servers: Servers, settings: Settings, secrets: SecretsProtocol) -> Mailer:
        if settings.email.smtp_url:
            return SmtpMailer(settings.email, secrets)
        if settings.environment is Environment.PRODUCTION:
            raise SettingsError("Production sends its mail: set email.smtp_url (DASHTAM_EMAIL__SMTP_URL).")
        return OutboxMailer(servers.data_dir / "outbox", settings.email.sender)


class EventsRequestProvider(Provider):
    scope = Scope.REQUEST

    postgres_events = provide(PostgresEventLog)
    events = alias(source=PostgresEventLog, provides=EventLog)
    parked = provide(PostgresParkedEvents, provides=ParkedEvents)
