"""What can be refused. A class is a code, its docstring the title, its kind the HTTP status.

The kinds stand here; a use case or entity declares its own errors as subclasses, next to the rule they belong to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One fault of the input: where it is, a code and what to do about it."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainError:
    """Something was refused. `retry_after_seconds` is when it may be tried again, where that is known."""

    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    retry_after_seconds: int = 0
    code: ClassVar[str] = "refused"

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def of(cls, field: str, detail: str) -> Self:
        """The error, blamed on one field: a JSON pointer or a parameter's name."""
        return cls(detail=detail, errors=(FieldError(field=field, code=cls.code, detail=detail),))


class Invalid(DomainError):
    """The input breaks a rule."""


class Unauthorized(DomainError):
    """Log in first."""


class Forbidden(DomainError):
    """You may not do this."""


class NotFound(DomainError):
    """There is no such thing, or it is not yours."""


class Conflict(DomainError):
    """It contradicts what is there."""


class PreconditionFailed(DomainError):
    """It changed since you read it."""


class TooLarge(DomainError):
    """The request is larger than allowed."""


class UnsupportedMedia(DomainError):
    """This kind of content is not read here."""


class KeyReused(DomainError):
    """The idempotency key belongs to another request."""


class RateLimited(DomainError):
    """Too many requests; wait and try again."""


class Unavailable(DomainError):
    """A system this depends on does not answer; try again."""


def error_classes(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every declared error, kinds included."""
    for child in kind.__subclasses__():
        yield child
        yield from error_classes(child)


class OutOfServiceError(Exception):
    """A machine this depends on is down or full. Adapters raise it; it becomes 503 with `Retry-After`."""

    def __init__(self, what: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(what)
        self.retry_after_seconds = retry_after_seconds
