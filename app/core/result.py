"""A use case answers Success or Failure; only bugs and broken machines raise."""

from dataclasses import dataclass

from app.core.errors import DomainError, NotFound


@dataclass(frozen=True, slots=True)
class Success[T]:
    """With `pending` the workflow has begun and its outcome follows in another request."""

    value: T
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Failure[E]:
    """A refusal. With `keep`, what the handler changed stays: a failed-login count, a revoked token family."""

    error: E
    keep: bool = False


type Result[T, E = DomainError] = Success[T] | Failure[E]


def found[T](value: T | None) -> Result[T]:
    """What was looked for, if there is any."""
    return Failure(NotFound()) if value is None else Success(value)
