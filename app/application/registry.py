"""Each command and query has one handler, declared above it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Protocol, cast, dataclass_transform

from msgspec import Struct, StructMeta, field

from app.core.result import Result
from app.domain.events.registry import EVENTS, WORKFLOWS, Phase


class MessageMeta(StructMeta):
    """Makes every subclass frozen, keyword-only and strict: msgspec inherits not all of these by itself."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any) -> type:
        strict = {"frozen": True, "kw_only": True, "forbid_unknown_fields": True}
        return super().__new__(cls, name, bases, namespace, **strict | config)


# The decorator tells the type checker what the metaclass does.
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Immutable(Struct, metaclass=MessageMeta, frozen=True, kw_only=True):
    """A frozen struct that refuses unknown fields."""


class Command[R](Immutable):
    """An intention to change something; its handler answers R."""


class Query[R](Immutable):
    """A question; its handler answers R and changes nothing."""


type Message[R] = Command[R] | Query[R]


class Handler[M, R](Protocol):
    """Does what one message asks. Made anew for each request, its ports injected by their types."""

    async def __call__(self, message: M, /) -> Result[R]:
        """Answer the message; refusals are values, exceptions are faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase:
    handler: type[Handler[Any, Any]]
    workflow: str | None = None


USE_CASES: dict[type[Any], UseCase] = {}


@dataclass_transform(frozen_default=True)
def command[H: type[Handler[Any, Any]]](message: type[Any], *, workflow: type | None) -> Callable[[H], H]:
    """Register the decorated class as the one handler of a command; its annotations are the ports it is given.

    A command with a workflow, which the event of its success names, leaves its attempt and outcome in the event log;
    `None` is for upkeep nobody asked for.
    """
    if workflow is None:
        return _register(message, None)
    name = EVENTS[workflow].workflow
    for phase in (Phase.ATTEMPTED, Phase.FAILED):
        known = {*message.__struct_fields__, "reason"}
        if missing := {field.name for field in fields(WORKFLOWS[name, phase].event)} - known:
            raise TypeError(f"{name}.{phase} wants {', '.join(sorted(missing))}, which {message.__name__} lacks")
    return _register(message, name)


@dataclass_transform(frozen_default=True)
def query[H: type[Handler[Any, Any]]](message: type[Any]) -> Callable[[H], H]:
    """Register the decorated class as the one handler of a query; its annotations are the ports it is given."""
    return _register(message, None)


def _register[H: type[Handler[Any, Any]]](message: type[Any], workflow: str | None) -> Callable[[H], H]:
    def register(handler: H) -> H:
        if message in USE_CASES:
            raise TypeError(f"{message.__name__} already has a handler")
        made = cast(H, dataclass(frozen=True, slots=True)(handler))
        USE_CASES[message] = UseCase(handler=made, workflow=workflow)
        return made

    return register
