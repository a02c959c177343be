"""How the command line sends commands: as an operator, and with refusals told in a line."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Protocol

import click
import msgspec
from litestar import Litestar

from app.application.registry import Message
from app.core.errors import DomainError, OutOfServiceError
from app.core.ids import UserId
from app.core.result import Failure, Result
from app.domain.protocols.secrets import SecretMissingError
from app.presentation.http.problems import title
from app.settings import SettingsError


class Dispatch(Protocol):
    """Sends a message as an operator, on behalf of a user where it is about what is theirs."""

    async def __call__(self, message: Message[Any], on_behalf_of: UserId | None = None) -> Result[Any]: ...


type Operating = Callable[[str], AbstractAsyncContextManager[Dispatch]]


def made[M](message: type[M], **fields: object) -> M:
    """The message, its fields checked as if they had come over HTTP."""
    try:
        return msgspec.convert(fields, message)
    except msgspec.ValidationError as error:
        raise click.ClickException(str(error)) from error


def send(app: Litestar, group: str, *messages: Message[Any]) -> list[Any]:
    """Dispatch one after the other and answer their values. The first refusal ends it, with exit code 1."""
    operating: Operating = app.state.operating

    async def dispatched() -> list[Any]:
        async with operating(f"litestar {group}") as dispatch:
            return [value(await dispatch(message)) for message in messages]

    with explained():
        return asyncio.run(dispatched())


def value[T](result: Result[T]) -> T:
    if isinstance(result, Failure):
        raise click.ClickException(told(result.error))
    return result.value


def told(error: DomainError) -> str:
    """A refusal in a line."""
    details = [error.detail, *(fault.detail for fault in error.errors)]
    return " ".join(filter(None, dict.fromkeys([title(type(error)), *details])))


@contextmanager
def explained() -> Iterator[None]:
    """What an operator can mend is told in a line; exit code 1."""
    try:
        yield
    except (OutOfServiceError, SecretMissingError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
