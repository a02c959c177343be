"""Connections to PostgreSQL: one engine for writing (SQLAlchemy) and one pool for reading (asyncpg)."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from sqlalchemy import ExceptionContext, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.infrastructure.postgres.errors import out_of_service
from app.settings import DatabaseSettings

type Address = Callable[[], Awaitable[str]]

# PostgreSQL ends what takes too long by itself. If not even that arrives here, the connection is given up after this.
GRACE_SECONDS = 0.5


class Pool(asyncpg.Pool):  # type: ignore[misc]  # asyncpg ships no types
    """Waits for a free connection no longer than it is told; asyncpg itself would wait for ever."""

    wait_seconds: float

    def acquire(self, *, timeout: float | None = None) -> Any:
        return super().acquire(timeout=timeout or self.wait_seconds)


def server_settings(settings: DatabaseSettings, statement_seconds: float) -> dict[str, str]:
    """What every session of ours asks of the server; JSON shows instants in UTC."""
    return {
        "application_name": "dashtam",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(int(statement_seconds * 1000)),
        "idle_in_transaction_session_timeout": str(int(settings.idle_in_transaction_timeout_seconds * 1000)),
    }


async def connect(url: str, settings: DatabaseSettings, **special: str) -> asyncpg.Connection:
    """One connection; `url` may carry SQLAlchemy's driver name, `special` is asked of the server as well."""
    seconds = settings.statement_timeout_seconds
    return await asyncpg.connect(
        plain(url),
        timeout=settings.connect_timeout_seconds,
        command_timeout=None if special.get("statement_timeout") == "0" else seconds + GRACE_SECONDS,
        server_settings=server_settings(settings, seconds) | special,
    )


def make_engine(address: Address, settings: DatabaseSettings) -> AsyncEngine:
    """The engine of the write side. It asks for the server's address when it first connects."""

    async def creator() -> asyncpg.Connection:
        return await connect(await address(), settings)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=creator,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
    )
    event.listen(engine.sync_engine, "handle_error", told_apart)
    event.listen(engine.sync_engine.pool, "checkout", still_open)
    return engine


def still_open(connection: Any, *_: Any) -> None:
    """Have the pool replace a connection that was ended: asyncpg knows, where SQLAlchemy's ping asks the server."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def told_apart(context: ExceptionContext) -> BaseException | None:
    """SQLAlchemy has one bare error for much of what asyncpg tells apart."""
    return out_of_service(context.original_exception)


async def make_pool(url: str, settings: DatabaseSettings) -> Pool:
    """The pool of the read side.

    Whoever borrows a connection sets nothing in its session, so that there is nothing to reset but an open transaction.
    """
    # Left to itself PostgreSQL plans a page anew each time, as it cannot guess the LIMIT: a third of the page's time.
    generic = {"plan_cache_mode": "force_generic_plan"}
    seconds = settings.read_timeout_seconds
    pool = Pool(
        plain(url),
        min_size=1,
        max_size=settings.pool_size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
        loop=None,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        timeout=settings.connect_timeout_seconds,
        command_timeout=seconds + GRACE_SECONDS,
        server_settings=server_settings(settings, seconds) | generic,
        reset=keep_session,
    )
    pool.wait_seconds = settings.pool_timeout_seconds
    return pool


async def keep_session(connection: asyncpg.Connection) -> None:
    """Do nothing: asyncpg has rolled back, and its usual reset costs as much as a short query."""


def plain(url: str) -> str:
    """A URL as asyncpg reads it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
