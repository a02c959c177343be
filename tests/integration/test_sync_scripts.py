"""Whatever happens at the bank, and whenever it is read: in the end the ledger has what the bank has.

`SYNC_SCRIPTS=500` plays more scripts than the hundred that are usual.
"""

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.ids import UserId
from app.domain.connections.sync import SyncState
from app.infrastructure.postgres.users import PostgresUserRepository
from app.sandbox.scenarios import SCENARIOS
from tests.bank_script import BankTools, Script
from tests.values import user

SCRIPTS = int(os.environ.get("SYNC_SCRIPTS", "100"))
SLUGS = ("schwab", "alpaca", "simplefin", "plaid")
DULL = frozenset({"odd_currency", "huge_answer", "held"})  # an account that is no longer read, 40 MB, and time itself


def moves(slug: str) -> st.SearchStrategy[list[tuple[str, int]]]:
    """What happens to rows, what goes wrong, and what Dashtam does, each as likely as the others."""
    possible = {name: play for name, (play, where) in SCENARIOS.items() if slug in where and name not in DULL}
    changes = sorted(name for name, play in possible.items() if play.__module__ == "app.sandbox.changes")
    faults = sorted(possible.keys() - {*changes})
    ours = ["sync", "sync", "killed", "days", "months"]
    names = st.one_of(st.sampled_from(changes), st.sampled_from(faults), st.sampled_from(ours))
    return st.lists(st.tuples(names, st.integers(1, 6)), min_size=1, max_size=8)


scripts = st.sampled_from(SLUGS).flatmap(lambda slug: st.tuples(st.just(slug), moves(slug)))


@given(script=scripts)
@settings(max_examples=SCRIPTS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_in_the_end_the_ledger_has_what_the_bank_has(
    bank: BankTools, engine: AsyncEngine, script: tuple[str, list[tuple[str, int]]]
) -> None:
    slug, steps = script
    someone = user()
    async with AsyncSession(engine) as session, session.begin():
        assert await PostgresUserRepository(session).add(someone)
    play = Script(*bank, UserId(someone.id), slug)
    await play.connect()
    await step(play, "sync", 1)
    for name, number in steps:
        await step(play, name, number)
    await step(play, "healed", 1)
    done = await play.sync() if await play.is_open() else None
    if not await play.is_open():  # only the user can, and does
        await play.renew()
        done = await play.sync()
    assert done
    assert done.state is SyncState.SUCCEEDED, done
    assert await play.shown() == play.truth()


async def step(play: Script, name: str, number: int) -> Any:
    match name:
        case "days" | "months":
            play.time_passes(number * (30 if name == "months" else 1))
        case "sync" | "killed":
            if not await play.is_open():
                play.happens("healed", 1)
                await play.renew()
            done = await play.sync(dies_at=number if name == "killed" else 0)
            assert done.finished_at is not None
            assert (done.state is SyncState.FAILED) == (not any(one.error is None for one in done.accounts))
            if done.state is SyncState.SUCCEEDED:
                assert await play.shown() == play.truth()
        case scenario:
            play.happens(scenario, number)
