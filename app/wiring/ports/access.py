"""Who may do what, and how often."""

import asyncpg
from dishka import Provider, Scope, alias, provide

from app.domain.protocols.idempotency import IdempotencyKeys
from app.domain.protocols.identity import Authorizer
from app.domain.protocols.limits import RateLimiter
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.infrastructure.postgres.idempotency import PostgresIdempotencyKeys
from app.infrastructure.redis.limits import RedisRateLimiter
from app.infrastructure.security.permissions import CasbinAuthorizer
from app.presentation.http.policy import Policy
from app.presentation.http.rules import Rules
from app.settings import Settings
from app.wiring.rules import rules as ruled


class AccessProvider(Provider):
    scope = Scope.APP

    authorizer = provide(CasbinAuthorizer, provides=Authorizer)
    rate_limits = provide(RedisRateLimiter)
    limiter = alias(source=RedisRateLimiter, provides=RateLimiter)
    keys = alias(source=PostgresIdempotencyKeys, provides=IdempotencyKeys)
    policy = provide(Policy)

    @provide
    def idempotency_keys(self, pool: asyncpg.Pool, secrets: SecretsProtocol) -> PostgresIdempotencyKeys:
        return PostgresIdempotencyKeys(pool, secrets.ring(Ring.FINGERPRINT), secrets.ring(Ring.CREDENTIALS))

    @provide
    def rules(self, settings: Settings) -> Rules:
        return ruled(settings)
