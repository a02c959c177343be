"""Where the messages of an operator's commands arrive, without a server."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import click
from click.testing import CliRunner, Result
from litestar import Litestar
from litestar.cli._utils import LitestarEnv, LitestarGroup
from litestar.datastructures import State

from app.application.registry import Message
from app.core.errors import DomainError, OutOfServiceError
from app.core.ids import UserId
from app.core.result import Failure, Success
from app.settings import ROOT

type Answer = Callable[..., Any]


class Office:
    """Where an operator's messages arrive; refuses those it is told to."""

    def __init__(self, answers: Mapping[type[Message[Any]], Any]) -> None:
        self._answers = answers
        self.refusals: dict[type[Message[Any]], DomainError] = {}
        self.is_open = True
        self.received: list[Message[Any]] = []
        self.operators: list[str] = []
        self.users: list[UserId | None] = []

    @asynccontextmanager
    async def operating(self, name: str) -> AsyncIterator[Answer]:
        self.operators.append(name)
        if not self.is_open:
            raise OutOfServiceError("The servers are away.")
        yield self.dispatch

    async def dispatch(self, message: Message[Any], on_behalf_of: UserId | None = None) -> Any:
        self.received.append(message)
        self.users.append(on_behalf_of)
        refusal = self.refusals.get(type(message))
        return Failure(refusal) if refusal else Success(self._answers.get(type(message)))

    def run(self, command: click.Command, *arguments: str, typed: str = "") -> Result:
        """Run it as `litestar` would, which gives it the application."""
        cli = LitestarGroup()
        cli.add_command(command, "command")  # type: ignore[arg-type]  # it takes any
        app = Litestar(openapi_config=None, state=State({"operating": self.operating}))
        env = LitestarEnv(app_path="", app=app, cwd=ROOT)
        return CliRunner().invoke(cli, ("command", *arguments), obj=env, input=typed)
