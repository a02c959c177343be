"""A use case answers Success or Failure; only bugs and broken machines raise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Success[T]:
    value: T


@dataclass(frozen=True, slots=True)
class Failure[E]:
    """A refusal. With `keep`, what the handler changed stays: a failed-login count, a revoked token family."""

    error: E
    keep: bool = False


type Result[T, E] = Success[T] | Failure[E]
