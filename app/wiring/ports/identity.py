"""People, their sessions and tokens."""

from dishka import Provider, Scope, provide
from msgspec import convert
from sqlalchemy.ext.asyncio import AsyncSession

from app.application.identity.policy import IdentityPolicy
from app.application.identity.views import SessionReader, UserReader
from app.domain.protocols.identity import (
    CommonPasswords,
    CredentialReader,
    LoginFailureRepository,
    MailSecrets,
    MailTokenRepository,
    PasswordHasher,
    TokenVersions,
    UserRepository,
)
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.domain.protocols.sessions import (
    AccessTokens,
    DeviceNames,
    PublicKeys,
    RefreshSecrets,
    RefreshTokenRepository,
    SessionGate,
    SessionRepository,
)
from app.infrastructure.postgres.credentials import (
    PostgresCredentialReader,
    PostgresLoginFailureRepository,
    PostgresMailTokenRepository,
    PostgresTokenVersions,
)
from app.infrastructure.postgres.readers import PostgresSessionReader, PostgresUserReader
from app.infrastructure.postgres.sessions import PostgresRefreshTokenRepository, PostgresSessionRepository
from app.infrastructure.postgres.users import PostgresUserRepository
from app.infrastructure.redis.sessions import RedisSessionGate
from app.infrastructure.security.devices import UserAgentDeviceNames
from app.infrastructure.security.passwords import Argon2PasswordHasher, ListedPasswords
from app.infrastructure.security.tokens import Ed25519PublicKeys, EdDsaAccessTokens, HmacMailSecrets, HmacRefreshSecrets
from app.settings import Settings


class IdentityProvider(Provider):
    scope = Scope.APP

    common_passwords = provide(ListedPasswords, provides=CommonPasswords)
    user_reader = provide(PostgresUserReader, provides=UserReader)
    session_reader = provide(PostgresSessionReader, provides=SessionReader)
    credential_reader = provide(PostgresCredentialReader, provides=CredentialReader)
    device_names = provide(UserAgentDeviceNames, provides=DeviceNames)
    session_gate = provide(RedisSessionGate, provides=SessionGate)

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
    def hasher(self, settings: Settings) -> PasswordHasher:
        return Argon2PasswordHasher(settings.auth.password_hash_queue_max)

    @provide
    def identity_policy(self, settings: Settings) -> IdentityPolicy:
        return convert(settings.auth, IdentityPolicy, from_attributes=True)


class IdentityRequestProvider(Provider):
    scope = Scope.REQUEST

    users = provide(PostgresUserRepository, provides=UserRepository)
    mail_tokens = provide(PostgresMailTokenRepository, provides=MailTokenRepository)
    refresh_tokens = provide(PostgresRefreshTokenRepository, provides=RefreshTokenRepository)
    token_versions = provide(PostgresTokenVersions, provides=TokenVersions)
    sessions = provide(PostgresSessionRepository, provides=SessionRepository)

    @provide
    def login_failures(self, session: AsyncSession, secrets: SecretsProtocol) -> LoginFailureRepository:
        return PostgresLoginFailureRepository(session, secrets.ring(Ring.FINGERPRINT))
