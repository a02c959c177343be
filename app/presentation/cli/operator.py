"""How the command line sends commands: as an operator, and with refusals told in a line."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

import click
import msgspec
from litestar import Litestar

from app.application.registry import Message
from app.core.errors import DomainError, OutOfServiceError
from app.core.result import Failure, Result
from app.domain.protocols.secrets import SecretMissingError
from app.presentation.http.problems import title
from app.settings import SettingsError

type Dispatch = Callable[[Message[Any]], Awaitable[Result[Any, DomainError]]]
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


def value[T](result: Result[T, DomainError]) -> T:
    if isinstance(result, Failure):
        error = result.error
        details = [error.detail, *(fault.detail for fault in error.errors)]
        raise click.ClickException(" ".join(filter(None, dict.fromkeys([title(type(error)), *details]))))
    return result.value


@contextmanager
def explained() -> Iterator[None]:
    """What an operator can mend is told in a line; exit code 1."""
    try:
        yield
    except (OutOfServiceError, SecretMissingError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
