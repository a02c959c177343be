from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.application.dispatch import RUNS_MAX, Dispatcher
from app.application.identity.get_current_user import GetCurrentUser, GetCurrentUserHandler
from app.application.identity.purge_expired_tokens import Purged, PurgeExpiredTokens, PurgeExpiredTokensHandler
from app.application.identity.verify_email import EmailVerified, VerifyEmail, VerifyEmailHandler
from app.core.errors import Conflict, NotFound, OutOfServiceError
from app.core.ids import UserId, uuid7
from app.core.result import Failure, Success
from app.domain.events.identity import EmailVerificationSucceeded
from app.domain.events.registry import WORKFLOWS, Phase
from app.domain.protocols.events import EventLog
from app.domain.protocols.unit_of_work import UnitOfWork
from tests.fakes.events import FakeEventLog, FakeUnitOfWork, LostRaceError

EmailVerificationFailed = WORKFLOWS["email_verification", Phase.FAILED].event
ATTEMPTED = WORKFLOWS["email_verification", Phase.ATTEMPTED].event()
USER = UserId(uuid7())
SUCCEEDED = EmailVerificationSucceeded(user_id=USER, email="ada@example.com")
DONE = Success(EmailVerified(user_id=USER))
COMMAND = VerifyEmail(token="0" * 64)

type Handling = Callable[[Any], Awaitable[Any]]


class Dispatched:
    """A dispatcher whose every handler is `handle`, and what became of the log and the unit of work.

    Without `handle` a command succeeds, after it lost some races.
    """

    def __init__(self, handle: Handling | None = None, *refusals: Exception, races: int = 0) -> None:
        self.log = FakeEventLog()
        self.work = FakeUnitOfWork(self.log, refusals)
        self._races = races
        handlers = (VerifyEmailHandler, PurgeExpiredTokensHandler, GetCurrentUserHandler)
        known: dict[Any, Any] = dict.fromkeys(handlers, handle or self._succeed)
        self._known = known | {EventLog: self.log, UnitOfWork: self.work}

    async def __call__(self, message: Any = COMMAND) -> Any:
        return await Dispatcher(self._resolve)(message)

    async def _resolve(self, wanted: Any) -> Any:
        return self._known[wanted]

    async def _succeed(self, _: object) -> object:
        await self.log.append(SUCCEEDED)
        self._races -= 1
        if self._races >= 0:
            raise LostRaceError
        return DONE


def answering(result: object) -> Handling:
    async def handle(_: object) -> object:
        return result

    return handle


async def test_a_success_commits_with_its_event() -> None:
    run = Dispatched()
    assert await run() == DONE
    assert run.log.durable == [ATTEMPTED, SUCCEEDED]
    assert (run.work.commits, run.work.rollbacks) == (1, 0)


async def test_the_attempt_is_durable_before_the_handler_runs() -> None:
    seen: list[object] = []

    async def handle(_: object) -> Failure[NotFound]:
        seen.extend(run.log.durable)
        return Failure(NotFound())

    run = Dispatched(handle)
    await run()
    assert seen == [ATTEMPTED]


async def test_a_refusal_changes_nothing_and_is_recorded_with_its_reason() -> None:
    async def handle(_: object) -> Failure[Conflict]:
        await run.log.append(SUCCEEDED)
        return Failure(Conflict())

    run = Dispatched(handle)
    assert await run() == Failure(Conflict())
    assert run.log.durable == [ATTEMPTED, EmailVerificationFailed(reason="conflict")]
    assert (run.work.commits, run.work.rollbacks) == (0, 1)


async def test_a_refusal_that_keeps_commits() -> None:
    run = Dispatched(answering(Failure(Conflict(), keep=True)))
    await run()
    assert run.log.durable == [ATTEMPTED, EmailVerificationFailed(reason="conflict")]
    assert (run.work.commits, run.work.rollbacks) == (1, 0)


async def test_a_crash_changes_nothing_and_is_recorded_without_its_words() -> None:
    async def handle(_: object) -> None:
        await run.log.append(SUCCEEDED)
        raise ZeroDivisionError("secret words")

    run = Dispatched(handle)
    with pytest.raises(ZeroDivisionError):
        await run()
    assert run.log.durable == [ATTEMPTED, EmailVerificationFailed(reason="internal_error")]
    assert (run.work.commits, run.work.rollbacks) == (0, 1)


async def test_a_success_that_says_nothing_is_a_fault() -> None:
    run = Dispatched(answering(DONE))
    with pytest.raises(RuntimeError, match="VerifyEmail succeeded without saying so"):
        await run()
    assert run.log.durable == [ATTEMPTED, EmailVerificationFailed(reason="internal_error")]
    assert run.work.commits == 0


async def test_a_commit_that_fails_is_no_success() -> None:
    run = Dispatched(None, ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        await run()
    assert run.log.durable == [ATTEMPTED, EmailVerificationFailed(reason="internal_error")]


@pytest.mark.parametrize("lost", range(RUNS_MAX))
async def test_a_lost_race_is_run_again(lost: int) -> None:
    run = Dispatched(races=lost)
    assert await run() == DONE
    assert run.log.durable == [ATTEMPTED, SUCCEEDED]
    assert run.work.rollbacks == lost


async def test_a_race_lost_while_committing_is_run_again() -> None:
    run = Dispatched(None, LostRaceError())
    assert await run() == DONE
    assert run.log.durable == [ATTEMPTED, SUCCEEDED]


async def test_whoever_loses_every_race_is_asked_to_try_again() -> None:
    run = Dispatched(races=RUNS_MAX)
    with pytest.raises(OutOfServiceError):
        await run()
    assert run.log.durable == [ATTEMPTED, EmailVerificationFailed(reason="internal_error")]
    assert run.work.commits == 0


async def test_upkeep_leaves_no_trace_in_the_log() -> None:
    purged = Success(Purged(mail_tokens=1, sessions=2))
    run = Dispatched(answering(purged))
    assert await run(PurgeExpiredTokens()) == purged
    assert run.log.durable == []
    assert run.work.commits == 1


async def test_a_query_neither_commits_nor_leaves_a_trace() -> None:
    run = Dispatched(answering(Failure(NotFound())))
    assert await run(GetCurrentUser()) == Failure(NotFound())
    assert (run.log.durable, run.work.commits, run.work.rollbacks) == ([], 0, 0)
