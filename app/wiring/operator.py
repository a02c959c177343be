"""Commands sent from a terminal instead of over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from app.application.dispatch import Dispatcher
from app.application.registry import Message
from app.core.errors import OutOfServiceError
from app.core.ids import UserId, uuid7
from app.core.result import Result
from app.domain.identity.actor import OPERATOR, Actor
from app.infrastructure.embedded.errors import EmbeddedServersError
from app.infrastructure.postgres.errors import OUT_OF_SERVICE
from app.presentation.cli.operator import Dispatch
from app.settings import Settings
from app.wiring.container import worker_container
from app.wiring.process import prepared
from app.wiring.servers import Servers


@asynccontextmanager
async def operating(settings: Settings, servers: Servers, name: str) -> AsyncIterator[Dispatch]:
    """Dispatch messages as an operator, each in a scope of its own; mail and the like follow in a process that serves.

    An operator is never told that an address was registered when it was known: the next step would be its owner's.
    """
    frank = replace(settings, auth=replace(settings.auth, conceal_accounts=False))
    container = worker_container(frank, servers)

    async def dispatch(message: Message[Any], on_behalf_of: UserId | None = None) -> Result[Any]:
        actor = Actor(trace_id=str(uuid7()), user_id=on_behalf_of, roles=(OPERATOR,), user_agent=name)
        async with container({Actor: actor}) as scope:
            dispatcher: Dispatcher = await scope.get(Dispatcher)
            return await dispatcher(message)

    try:
        async with prepared(container):
            yield dispatch
    except EmbeddedServersError as error:
        raise OutOfServiceError(str(error)) from error
    except BrokenPipeError:  # whoever reads the output has seen enough
        raise
    except OUT_OF_SERVICE as error:
        raise OutOfServiceError(f"A server does not answer: {error!r}") from error
