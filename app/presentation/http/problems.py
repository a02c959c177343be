"""Every refusal and fault as an RFC 9457 problem, whatever its origin; nothing internal leaks.

`type` is `/problems/<code>`, a page of this API that explains the code. Where people look at pages, so is the problem.
"""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from app.core.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    Invalid,
    KeyReused,
    NotFound,
    OutOfServiceError,
    PreconditionFailed,
    RateLimited,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)
from app.presentation.http.pages import page

log = logging.getLogger(__name__)


class MethodNotAllowed(DomainError):
    """This resource has no such method."""


class RequestRunning(Conflict):
    """The first request with this idempotency key still runs."""


class LinkBroken(Invalid):
    """This link does not work."""


class InternalError(DomainError):
    """Something broke here; it has been logged under the trace id."""


STATUS: dict[type[DomainError], int] = {
    Invalid: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    Conflict: 409,
    PreconditionFailed: 412,
    TooLarge: 413,
    UnsupportedMedia: 415,
    KeyReused: 422,
    RateLimited: 429,
    InternalError: 500,
    Unavailable: 503,
}
KINDS = {status: kind for kind, status in STATUS.items()}
AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
NAMED = re.compile(r"field `(?P<name>[^`]+)`")


class FieldProblem(msgspec.Struct, frozen=True):
    """One fault of the input: a JSON pointer or parameter name, a code, and what is wrong."""

    field: str
    code: str
    detail: str


class Problem(msgspec.Struct, frozen=True):
    """A problem as RFC 9457 has it, with faults by field and the trace id under which it was logged."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem]
    trace_id: str


class RefusedError(HTTPException):
    """Carries a domain error to the renderer, with the headers that belong to it. Who must wait is told how long."""

    def __init__(self, error: DomainError, headers: Mapping[str, str] | None = None) -> None:
        wait = error.retry_after_seconds
        told = dict(headers or {}) | ({"Retry-After": str(wait)} if wait else {})
        super().__init__(status_code=status_of(type(error)), headers=told)
        self.error = error


def status_of(error: type[DomainError]) -> int:
    """The status of an error's kind."""
    return next(STATUS[kind] for kind in error.__mro__ if kind in STATUS)


def render(request: Request[Any, Any, Any], exception: Exception) -> Response[Any]:
    """The one exception handler of the application."""
    error, headers = understood(exception)
    status = status_of(type(error))
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("Unhandled exception", exc_info=exception)
    if status == HTTPStatus.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    problem = Problem(
        type=f"/problems/{error.code}",
        title=title(type(error)),
        status=status,
        detail=error.detail or title(type(error)),
        instance=request.scope["path"],
        errors=[FieldProblem(fault.field, fault.code, fault.detail) for fault in error.errors],
        trace_id=request.scope["state"].get("trace_id", ""),
    )
    if is_page(request):
        return page("problem", status, headers, problem=problem)
    return Response(problem, status_code=status, media_type="application/problem+json", headers=headers)


def is_page(request: Request[Any, Any, Any]) -> bool:
    """Whether the request's route, if it found one, answers pages."""
    opt: dict[str, Any] = getattr(request.scope.get("route_handler"), "opt", {})
    return "route" in opt and opt["route"].is_page


def title(error: type[DomainError]) -> str:
    """An error's docstring."""
    return (error.__doc__ or error.code).strip()


def understood(exception: Exception) -> tuple[DomainError, dict[str, str]]:
    """What an exception means to the caller, and the headers that go with it."""
    match exception:
        case RefusedError():
            return exception.error, dict(exception.headers or {})
        case OutOfServiceError():
            return Unavailable(detail="Try again in a moment."), {"Retry-After": str(exception.retry_after_seconds)}
        case ValidationException():
            return parameters(exception), {}
        case msgspec.DecodeError() | RecursionError():
            return undecodable(exception), {}
        case HTTPException(status_code=status, detail=detail):
            kind = KINDS.get(status, Invalid if status < HTTPStatus.INTERNAL_SERVER_ERROR else InternalError)
            return kind(detail=detail if kind is Invalid else ""), dict(exception.headers or {})
        case _:
            return InternalError(), {}


def undecodable(exception: Exception) -> Invalid:
    """A body that is no JSON, or not what the operation takes."""
    if not isinstance(exception, msgspec.ValidationError):
        return Invalid(detail="Send a JSON body; this one cannot be read.")
    fault = pointed(str(exception))
    return Invalid(detail=f"{fault.field}: {fault.detail}", errors=(fault,))


def pointed(message: str) -> FieldError:
    """Msgspec's message as a field error: `Expected ... - at `$.legs[1].amount`` blames `/legs/1/amount`."""
    place = AT.search(message)
    path = re.sub(r"\[(\d+)\]", r"/\1", place["path"].replace(".", "/")) if place else ""
    text = message[: place.start()] if place else message
    if named := NAMED.search(text):
        path = f"{path}/{named['name']}"
    return FieldError(field=path or "/", code="invalid", detail=text)


def parameters(exception: ValidationException) -> Invalid:
    """Litestar's list of wrong parameters."""
    found = exception.extra if isinstance(exception.extra, list) else []
    errors = tuple(
        FieldError(field=str(item.get("key", "")), code="invalid", detail=str(item.get("message", "")))
        for item in found
    )
    return Invalid(detail="; ".join(f"{error.field}: {error.detail}" for error in errors), errors=errors)
