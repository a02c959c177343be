"""Metrics for Prometheus. Requests are counted as they are answered; the rest is measured at each scrape."""

import asyncio
from collections.abc import Iterator

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from app.infrastructure.postgres.relay import Relay
from app.infrastructure.redis.guarded import GuardedRedis

SCRAPE_SECONDS_MAX = 2.0
LATENCY_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

MEASURE_LOG = """
    select (select count(*) from outbox) as unsequenced, cursor.reaction, head.position - cursor.position as behind,
        (select count(*) from parked_events where parked_events.reaction = cursor.reaction) as parked
    from log_head as head, reaction_cursors as cursor
"""
MEASURE_QUEUE = "select entrypoint, status::text, count(*) as jobs from pgqueuer group by entrypoint, status"
MEASURE_SYNCS = """
    select c.provider_slug as provider, s.state as outcome, count(*) as syncs
    from syncs as s join connections as c on c.id = s.connection_id
    where s.finished_at > now() - interval '1 hour' group by 1, 2
"""
MEASURE_CONNECTIONS = "select provider_slug as provider, status, count(*) as connections from connections group by 1, 2"


class PrometheusMetrics:
    """Implements `Metrics`."""

    def __init__(self, pool: asyncpg.Pool, redis: GuardedRedis, relay: Relay) -> None:
        self._pool = pool
        self._redis = redis
        self._relay = relay
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "dashtam_http_requests", "Answers sent.", ("method", "route", "status"), registry=registry
        )
        self._latency = Histogram(
            "dashtam_http_request_seconds",
            "From a request's arrival to the end of its answer.",
            ("method", "route"),
            buckets=LATENCY_SECONDS,
            registry=registry,
        )

        def gauge(name: str, about: str, *labels: str) -> Gauge:
            return Gauge(f"dashtam_{name}", about, labels, registry=registry)

        self._connections = gauge("database_pool_connections", "Connections of this process's pool.", "state")
        self._degraded = gauge("rate_limiter_degraded", "1 while Redis is away and limits are those of this process.")
        self._up = gauge("database_up", "1 if PostgreSQL answered this scrape.")
        self._unsequenced = gauge("event_log_unsequenced_events", "Committed events without a position yet.")
        self._behind = gauge("event_log_lag_events", "Events a reaction has yet to see.", "reaction")
        self._parked = gauge("event_log_parked_events", "Events a reaction could not handle yet.", "reaction")
        self._polled = gauge("event_relay_found_by_polling", "Times that only polling found events: no wake-up came.")
        # What one statement counts: the number last, the labels before it.
        self._counts = (
            (gauge("queue_jobs", "Jobs in the queue.", "entrypoint", "status"), MEASURE_QUEUE),
            (gauge("syncs_ended", "Syncs that ended within the last hour.", "provider", "outcome"), MEASURE_SYNCS),
            (gauge("connections", "Connections to institutions.", "provider", "status"), MEASURE_CONNECTIONS),
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, status).inc()
        self._latency.labels(method, route).observe(seconds)

    async def exposition(self) -> bytes:
        self._degraded.set(self._redis.is_away)
        self._polled.set(self._relay.found_by_polling)
        self._connections.labels("idle").set(self._pool.get_idle_size())
        self._connections.labels("busy").set(self._pool.get_size() - self._pool.get_idle_size())
        self._up.set(await self._measure_database())
        return generate_latest(self._registry)

    async def _measure_database(self) -> bool:
        for stale in self._of_the_database():
            stale.clear()
        try:
            async with asyncio.timeout(SCRAPE_SECONDS_MAX):
                reactions = await self._pool.fetch(MEASURE_LOG)
                counted = [(gauge, await self._pool.fetch(query)) for gauge, query in self._counts]
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        for row in reactions:
            self._unsequenced.set(row["unsequenced"])
            self._behind.labels(row["reaction"]).set(row["behind"])
            self._parked.labels(row["reaction"]).set(row["parked"])
        for gauge, rows in counted:
            for *labels, number in rows:
                gauge.labels(*labels).set(number)
        return True

    def _of_the_database(self) -> Iterator[Gauge]:
        """Those that know nothing while PostgreSQL is away."""
        yield from (self._behind, self._parked, *(gauge for gauge, _ in self._counts))
