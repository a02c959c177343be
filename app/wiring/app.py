"""What lives as long as the process: pools, keys and whatever holds no request's state."""

from collections.abc import AsyncIterator

import asyncpg
from dishka import Provider, Scope, provide
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.application.health import HealthProbe
from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import SessionReader, UserReader
from app.application.imports.policy import ImportPolicy
from app.application.imports.views import ImportReader
from app.application.ledger.views import LedgerReader
from app.application.reactions.email import EmailReaction, Writing
from app.application.reactions.session import SessionReaction
from app.core.clock import Clock
from app.core.paging import Cursors
from app.domain.protocols.events import LogWaker
from app.domain.protocols.identity import (
    Authorizer,
    CommonPasswords,
    CredentialReader,
    MailSecrets,
    PasswordHasher,
)
from app.domain.protocols.mail import Mailer
from app.domain.protocols.ownership import OwnershipReader
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.domain.protocols.sessions import AccessTokens, DeviceNames, PublicKeys, RefreshSecrets, SessionGate
from app.domain.protocols.statements import StatementFiles
from app.domain.protocols.vault import AccountNumberVault
from app.infrastructure.clock import SystemClock
from app.infrastructure.email.outbox import OutboxMailer
from app.infrastructure.email.smtp import SmtpMailer
from app.infrastructure.health import ServerHealthProbe
from app.infrastructure.postgres.credentials import PostgresCredentialReader
from app.infrastructure.postgres.engine import make_engine, make_pool
from app.infrastructure.postgres.ownership import PostgresOwnershipReader
from app.infrastructure.postgres.readers import (
    PostgresImportReader,
    PostgresLedgerReader,
    PostgresSessionReader,
    PostgresUserReader,
)
from app.infrastructure.postgres.relay import Relay
from app.infrastructure.redis.client import make_redis
from app.infrastructure.redis.sessions import RedisSessionGate
from app.infrastructure.redis.waker import RedisLogWaker
from app.infrastructure.security.devices import UserAgentDeviceNames
from app.infrastructure.security.passwords import Argon2PasswordHasher, ListedPasswords
from app.infrastructure.security.permissions import CasbinAuthorizer
from app.infrastructure.security.tokens import (
    Ed25519PublicKeys,
    EdDsaAccessTokens,
    HmacMailSecrets,
    HmacRefreshSecrets,
)
from app.infrastructure.security.vault import KeyedAccountNumberVault
from app.infrastructure.statements.files import ThreadedStatementFiles
from app.presentation.http.policy import Policy
from app.settings import Environment, Settings, SettingsError
from app.wiring.servers import Servers


class AppProvider(Provider):
    scope = Scope.APP

    clock = provide(SystemClock, provides=Clock)
    authorizer = provide(CasbinAuthorizer, provides=Authorizer)
    common_passwords = provide(ListedPasswords, provides=CommonPasswords)
    statement_files = provide(ThreadedStatementFiles, provides=StatementFiles)
    ledger_reader = provide(PostgresLedgerReader, provides=LedgerReader)
    import_reader = provide(PostgresImportReader, provides=ImportReader)
    user_reader = provide(PostgresUserReader, provides=UserReader)
    session_reader = provide(PostgresSessionReader, provides=SessionReader)
    credential_reader = provide(PostgresCredentialReader, provides=CredentialReader)
    device_names = provide(UserAgentDeviceNames, provides=DeviceNames)
    ownership_reader = provide(PostgresOwnershipReader, provides=OwnershipReader)
    session_gate = provide(RedisSessionGate, provides=SessionGate)
    health_probe = provide(ServerHealthProbe, provides=HealthProbe)
    redis_waker = provide(RedisLogWaker)

    @provide
    async def engine(self, servers: Servers, settings: Settings) -> AsyncIterator[AsyncEngine]:
        engine = make_engine(servers.database_url, settings.database)
        yield engine
        await engine.dispose()

    @provide
    async def pool(self, servers: Servers, settings: Settings) -> AsyncIterator[asyncpg.Pool]:
        async with await make_pool(await servers.database_url(), settings.database) as pool:
            yield pool

    @provide
    async def redis(self, servers: Servers, settings: Settings) -> AsyncIterator[Redis]:
        async with make_redis((await servers.addresses()).redis_url, settings.redis) as redis:
            yield redis

    @provide
    def waker(self, waker: RedisLogWaker) -> LogWaker:
        return waker

    @provide
    def relay(self, pool: asyncpg.Pool, waker: LogWaker, email: EmailReaction, session: SessionReaction) -> Relay:
        return Relay(pool, waker, [session, email])

    @provide
    def session_reaction(self, gate: SessionGate, clock: Clock) -> SessionReaction:
        return SessionReaction(gate, clock)

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

    @provide
    async def secrets(self, servers: Servers) -> SecretsProtocol:
        return await servers.secrets()

    @provide
    def access_tokens(self, secrets: SecretsProtocol, settings: Settings) -> AccessTokens:
        auth = settings.auth
        ring = secrets.ring(Ring.JWT)
        return EdDsaAccessTokens(ring, issuer=auth.issuer, audience=auth.audience, seconds=auth.access_token_seconds)

    @provide
    def public_keys(self, secrets: SecretsProtocol) -> PublicKeys:
        return Ed25519PublicKeys(secrets.ring(Ring.JWT))

    @provide
    def mail_secrets(self, secrets: SecretsProtocol) -> MailSecrets:
        return HmacMailSecrets(secrets.ring(Ring.MAIL))

    @provide
    def refresh_secrets(self, secrets: SecretsProtocol) -> RefreshSecrets:
        return HmacRefreshSecrets(secrets.ring(Ring.REFRESH))

    @provide
    def vault(self, secrets: SecretsProtocol) -> AccountNumberVault:
        return KeyedAccountNumberVault(secrets.ring(Ring.CREDENTIALS), secrets.ring(Ring.FINGERPRINT))

    @provide
    def cursors(self, secrets: SecretsProtocol) -> Cursors:
        return Cursors(secrets.ring(Ring.CURSOR).current.secret)

    @provide
    def policy(self, tokens: AccessTokens, sessions: SessionGate, authorizer: Authorizer, settings: Settings) -> Policy:
        json_max, upload_max = settings.http.json_body_bytes_max, settings.imports.upload_bytes_max
        return Policy(tokens, sessions, authorizer, json_max=json_max, upload_max=upload_max)

    @provide
    def hasher(self, settings: Settings) -> PasswordHasher:
        return Argon2PasswordHasher(settings.auth.password_hash_queue_max)

    @provide
    def identity_policy(self, settings: Settings) -> IdentityPolicy:
        auth = settings.auth
        return IdentityPolicy(
            password_length_min=auth.password_length_min,
            verification_hours=auth.verification_hours,
            reset_minutes=auth.reset_minutes,
            mails_per_hour=auth.mails_per_hour,
            session_days=auth.session_days,
            refresh_idle_days=auth.refresh_idle_days,
            confirmation_seconds=auth.confirmation_seconds,
            rotation_grace_seconds=auth.rotation_grace_seconds,
            conceal_accounts=auth.conceal_accounts,
            default_tier=auth.default_tier,
        )

    @provide
    def import_policy(self, settings: Settings) -> ImportPolicy:
        return ImportPolicy(row_faults_max=settings.imports.row_faults_max)
