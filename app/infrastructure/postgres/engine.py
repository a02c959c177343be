"""Connections to PostgreSQL: one engine for writing (SQLAlchemy) and one pool for reading (asyncpg)."""

from collections.abc import Awaitable, Callable

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.settings import DatabaseSettings

type Address = Callable[[], Awaitable[str]]


def server_settings(settings: DatabaseSettings) -> dict[str, str]:
    """What every session of ours asks of the server; JSON shows instants in UTC."""
    return {
        "application_name": "dashtam",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(int(settings.statement_timeout_seconds * 1000)),
        "idle_in_transaction_session_timeout": str(int(settings.idle_in_transaction_timeout_seconds * 1000)),
    }


async def connect(url: str, settings: DatabaseSettings, **special: str) -> asyncpg.Connection:
    """One connection; `url` may carry SQLAlchemy's driver name, `special` is asked of the server as well."""
    asked = server_settings(settings) | special
    return await asyncpg.connect(plain(url), timeout=settings.connect_timeout_seconds, server_settings=asked)


def make_engine(address: Address, settings: DatabaseSettings) -> AsyncEngine:
    """The engine of the write side. It asks for the server's address when it first connects."""

    async def creator() -> asyncpg.Connection:
        return await connect(await address(), settings)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=creator,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
        pool_pre_ping=True,
    )


async def make_pool(url: str, settings: DatabaseSettings) -> asyncpg.Pool:
    """The pool of the read side.

    Whoever borrows a connection sets nothing in its session, so that there is nothing to reset but an open transaction.
    """
    # Left to itself PostgreSQL plans a page anew each time, as it cannot guess the LIMIT: a third of the page's time.
    generic = {"plan_cache_mode": "force_generic_plan"}
    return await asyncpg.create_pool(
        plain(url),
        min_size=1,
        max_size=settings.pool_size,
        timeout=settings.connect_timeout_seconds,
        server_settings=server_settings(settings) | generic,
        reset=keep_session,
    )


async def keep_session(connection: asyncpg.Connection) -> None:
    """Do nothing: asyncpg has rolled back, and its usual reset costs as much as a short query."""


def plain(url: str) -> str:
    """A URL as asyncpg reads it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
