"""What PostgreSQL's refusals mean, by SQLSTATE."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.core.errors import OutOfServiceError

# Raised while the server is away, starting, stopping, full or too slow: not the request's fault, and it may pass.
OUT_OF_SERVICE: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    InterfaceError,
    OperationalError,
    PoolTimeoutError,
)

# 40001 serialization_failure, 40P01 deadlock_detected
RACES = frozenset({"40001", "40P01"})


def out_of_service(error: BaseException) -> OutOfServiceError | None:
    """The error in our words, if it says that the server is away or too slow."""
    found = error.__cause__ if isinstance(error.__cause__, OUT_OF_SERVICE) else error
    return OutOfServiceError(repr(found)) if isinstance(found, OUT_OF_SERVICE) else None


def lost_race(error: BaseException) -> bool:
    """Whether the server gave way to another transaction."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in RACES
