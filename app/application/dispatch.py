"""The one place that commits, and that turns a command into attempt and outcome.

Promises: `Attempted` is durable before the handler runs; `Succeeded` (recorded by the handler) commits with its
change or not at all; a refusal or a crash leaves `Failed` and no change, unless the refusal says `keep`. A command
that lost a race in the database runs again, whole, a few times. Costs two small transactions a command, none a query.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import fields
from time import perf_counter
from typing import Any

from msgspec import Struct

from app.application.registry import USE_CASES, Command, Handler, Message
from app.core.errors import OutOfServiceError, PreconditionFailed
from app.core.result import Failure, Result, Success
from app.domain.events.registry import WORKFLOWS, Phase
from app.domain.protocols.events import EventLog
from app.domain.protocols.unit_of_work import UnitOfWork

RUNS_MAX = 3

log = logging.getLogger(__name__)


class Dispatcher:
    """Finds a message's handler in the request's graph and runs it."""

    def __init__(self, resolve: Callable[[Any], Awaitable[Any]]) -> None:
        self._resolve = resolve

    async def __call__[R](self, message: Message[R]) -> Result[R]:
        started = perf_counter()
        use_case = USE_CASES[type(message)]
        handler: Handler[Message[R], R] = await self._resolve(use_case.handler)
        if not isinstance(message, Command):
            return await handler(message)
        work: UnitOfWork = await self._resolve(UnitOfWork)
        events: EventLog = await self._resolve(EventLog)
        result = await _Attempt(message, use_case.workflow, work, events).run(handler)
        outcome = result.error.code if isinstance(result, Failure) else "success"
        facts = {"outcome": outcome, "milliseconds": round((perf_counter() - started) * 1000, 1)}
        log.info(type(message).__name__, extra=facts)
        return result


class _Attempt[R]:
    """One command on its way from attempt to outcome."""

    def __init__(self, message: Command[R], workflow: str | None, work: UnitOfWork, events: EventLog) -> None:
        self._message = message
        self._workflow = workflow
        self._work = work
        self._events = events

    async def run(self, handler: Handler[Any, R]) -> Result[R]:
        await self._record(Phase.ATTEMPTED)
        try:
            result = await self._settled(handler)
        except Exception:
            await self._work.rollback()
            await self._record(Phase.FAILED, reason="internal_error")
            raise
        if isinstance(result, Failure):
            await self._record(Phase.FAILED, reason=result.error.code)
        return result

    async def _settled(self, handler: Handler[Any, R]) -> Result[R]:
        """Run until the change is committed or undone."""
        runs = 0
        while True:
            try:
                return await self._once(handler)
            except Exception as error:
                runs += 1
                if not self._work.lost_race(error):
                    raise
                if runs == RUNS_MAX:
                    raise OutOfServiceError("lost every race in the database") from error
                await self._work.rollback()

    async def _once(self, handler: Handler[Any, R]) -> Result[R]:
        result = await handler(self._message)
        match result:
            case Success(value, pending):
                if self._workflow and not pending and not self._outcome_is_recorded(self._workflow):
                    raise RuntimeError(f"{type(self._message).__name__} succeeded without saying so")
                if not await self._work.settle(value):
                    await self._work.rollback()
                    return Failure(PreconditionFailed(detail="Read it again, and decide again."))
                await self._work.commit()
            case Failure(keep=keep):
                await (self._work.commit() if keep else self._work.rollback())
        return result

    def _outcome_is_recorded(self, workflow: str) -> bool:
        """A handler records its success; or a failure that the caller must not learn of."""
        return any(self._events.holds(WORKFLOWS[workflow, phase].event) for phase in (Phase.SUCCEEDED, Phase.FAILED))

    async def _record(self, phase: Phase, **facts: str) -> None:
        if self._workflow:
            await self._events.append_now(about(self._message, WORKFLOWS[self._workflow, phase].event, **facts))


def about[E](message: Struct, event: type[E], **facts: str) -> E:
    """The event, its fields taken from the message by name."""
    names = [field.name for field in fields(event)]  # type: ignore[arg-type]  # every event is a dataclass
    return event(**{name: facts[name] if name in facts else getattr(message, name) for name in names})
