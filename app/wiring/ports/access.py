"""Who may do what, and how often."""

import asyncpg
from dishka import Provider, Scope, provide

from app.domain.protocols.idempotency import IdempotencyKeys
from app.domain.protocols.identity import Authorizer
from app.domain.protocols.limits import RateLimiter
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.domain.protocols.sessions import AccessTokens, SessionGate
from app.infrastructure.postgres.idempotency import PostgresIdempotencyKeys
from app.infrastructure.redis.limits import RedisRateLimiter
from app.infrastructure.security.permissions import CasbinAuthorizer
from app.presentation.http.policy import Policy
from app.settings import Settings
from app.wiring.rules import rules


class AccessProvider(Provider):
    scope = Scope.APP

    authorizer = provide(CasbinAuthorizer, provides=Authorizer)
    rate_limits = provide(RedisRateLimiter)

    @provide
    def idempotency_keys(self, pool: asyncpg.Pool, secrets: SecretsProtocol) -> PostgresIdempotencyKeys:
        return PostgresIdempotencyKeys(pool, secrets.ring(Ring.FINGERPRINT), secrets.ring(Ring.CREDENTIALS))

    @provide
    def keys(self, keys: PostgresIdempotencyKeys) -> IdempotencyKeys:
        return keys

    @provide
    def limiter(self, limits: RedisRateLimiter) -> RateLimiter:
        return limits

    @provide
    def policy(
        self,
        tokens: AccessTokens,
        sessions: SessionGate,
        limiter: RateLimiter,
        authorizer: Authorizer,
        settings: Settings,
    ) -> Policy:
        return Policy(tokens, sessions, limiter, authorizer, rules(settings))
