"""Processes die at random while clients command: nothing acknowledged is lost, nothing happens twice or for nothing.

A failing run is repeated by FAULTS_SEED; FAULTS_KILLS and FAULTS_COMMANDS make a longer one (30 kills: some five
minutes). The seed decides who dies and after how many commands; what was in flight then is chance.
"""

import asyncio
import email
import email.policy
import os
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from app.application.audit.verify_audit_trail import VerifyAuditTrail, VerifyAuditTrailHandler
from app.core.result import Success
from app.domain.protocols.secrets import Ring
from app.infrastructure.postgres.audit import PostgresAuditReader
from app.infrastructure.security.checkpoints import CheckpointFile, Ed25519CheckpointSigner
from tests.people import PASSWORD, Person, Town, new_email
from tests.running import Program, Server, program, serving
from tests.site import Site
from tests.waiting import until

SEED = int(os.environ.get("FAULTS_SEED") or secrets.randbelow(2**32))
KILLS = int(os.environ.get("FAULTS_KILLS", "8"))
COMMANDS = int(os.environ.get("FAULTS_COMMANDS", "300"))
CLIENTS = 8
SETTLED = """
    select (select count(*) = 0 from outbox)
        and (select min(position) from reaction_cursors) = (select position from log_head)
        and (select count(*) = 0 from parked_events)
"""
EVENTS = "select position, id, user_id, payload from event_log where name = $1 and user_id = any($2)"


@dataclass
class Witness:
    """What clients were told, and what they tried in vain."""

    registered: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    names: dict[UUID, list[tuple[str, bool]]] = field(default_factory=dict)


class Fleet:
    """Two API processes and a worker, each of which may die and come back."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._running: dict[str, tuple[object, Program]] = {}
        self.towns: dict[str, Town] = {}

    @property
    def roles(self) -> list[str]:
        return ["api-1", "api-2", "worker"]

    async def start(self, role: str, transport: httpx.AsyncBaseTransport) -> None:
        log = self._site.folder / f"{role}.log"
        context = program(self._site.environ, log, "worker") if role == "worker" else serving(self._site.environ, log)
        running = await asyncio.to_thread(context.__enter__)
        self._running[role] = (context, running)
        if isinstance(running, Server):
            self.towns[role] = Town(running.base_url, self._site.outbox, transport)

    async def kill(self, role: str) -> None:
        """SIGKILL, to it and all that it started."""
        self.towns.pop(role, None)
        context, running = self._running.pop(role)
        await asyncio.to_thread(running.kill)
        await asyncio.to_thread(context.__exit__, None, None, None)  # type: ignore[attr-defined]  # a context manager

    async def stop(self) -> None:
        for context, _ in self._running.values():
            await asyncio.to_thread(context.__exit__, None, None, None)  # type: ignore[attr-defined]  # as above


@asynccontextmanager
async def fleet_of(site: Site, transport: httpx.AsyncBaseTransport) -> AsyncIterator[Fleet]:
    fleet = Fleet(site)
    try:
        await asyncio.gather(*(fleet.start(role, transport) for role in fleet.roles))
        yield fleet
    finally:
        await fleet.stop()


class Client:
    """Registers people and renames itself, one after the other, at whichever API process is there."""

    def __init__(self, number: int, person: Person, fleet: Fleet, witness: Witness) -> None:
        self._person = person
        self._fleet = fleet
        self._witness = witness
        self._random = random.Random(f"{SEED} client {number}")
        self._count = 0

    async def command(self) -> None:
        self._count += 1
        await (self._register() if self._random.random() < 1 / 3 else self._rename())

    async def _register(self) -> None:
        address = new_email()
        self._witness.tried.add(address)
        if await self._sent("POST", "/users", "", {"email": address, "password": PASSWORD}):
            self._witness.registered.add(address)

    async def _rename(self) -> None:
        name = f"name {self._count}"
        done = await self._sent("PATCH", "/users/me", self._person.access_token, {"name": name})
        self._witness.names.setdefault(self._person.user_id, []).append((name, done))

    async def _sent(self, method: str, path: str, token: str, body: dict[str, str]) -> bool:
        """Whether it was acknowledged."""

        async def some_server() -> bool:
            return bool(self._fleet.towns)

        await until(some_server, "an API process")
        town = self._random.choice([*self._fleet.towns.values()])
        try:
            answer = await town.client(token).request(method, f"/api/v1{path}", json=body)
        except httpx.TransportError:
            return False
        assert answer.is_success or answer.status_code == 503, answer.text
        return answer.is_success


async def suffer(site: Site, transport: httpx.AsyncBaseTransport, witness: Witness) -> None:
    """So many commands, while so many processes are killed; a part of the commands is in flight at each kill."""
    chance = random.Random(SEED)
    async with fleet_of(site, transport) as fleet:
        town = fleet.towns["api-1"]
        people = [await town.person() for _ in range(CLIENTS)]
        clients = [Client(number, person, fleet, witness) for number, person in enumerate(people)]
        share = COMMANDS // (KILLS + 1)
        for kill in range(KILLS + 1):
            count = share if kill < KILLS else COMMANDS - share * KILLS
            done = asyncio.Semaphore(0)

            async def work(client: Client, times: int, done: asyncio.Semaphore = done) -> None:
                for _ in range(times):
                    await client.command()
                    done.release()

            each, more = divmod(count, CLIENTS)
            tasks = [asyncio.create_task(work(client, each + (at < more))) for at, client in enumerate(clients)]
            if kill < KILLS:
                for _ in range(chance.randrange(count - CLIENTS)):
                    await done.acquire()
                victim = chance.choice(fleet.roles)
                await fleet.kill(victim)
                await asyncio.gather(*tasks, fleet.start(victim, transport))
            await asyncio.gather(*tasks)

        async def settled() -> bool:
            return bool(await site.pool.fetchval(SETTLED))

        await until(settled, "every reaction to come to the end of the log")


@pytest.fixture(scope="module")
async def witness(broken: Site, transport: httpx.AsyncBaseTransport) -> Witness:
    print(f"\nFAULTS_SEED={SEED}")  # noqa: T201  # shown when a test fails
    witness = Witness()
    await suffer(broken, transport, witness)
    return witness


async def test_what_was_acknowledged_is_there(broken: Site, witness: Witness) -> None:
    stored = {row["email"] for row in await broken.pool.fetch("select email from users")}
    assert witness.registered <= stored
    assert len(witness.registered) + sum(done for names in witness.names.values() for _, done in names) > COMMANDS / 2
    for user_id, names in witness.names.items():
        kept = await broken.pool.fetchval("select name from users where id = $1", user_id)
        last = max((at for at, (_, done) in enumerate(names) if done), default=0)
        assert kept in {name for name, _ in names[last:]}, (kept, names)


async def test_every_change_has_its_event_and_every_event_its_change(broken: Site, witness: Witness) -> None:
    people = {row["id"]: row["email"] for row in await broken.pool.fetch("select id, email from users")}
    events = await broken.pool.fetch(EVENTS, "user_registration.succeeded", [*people])
    told = [row["user_id"] for row in events]
    mine = {user_id for user_id, address in people.items() if address in witness.tried}
    assert mine <= {*told}
    assert len({*told}) == len(told)
    orphans = "select count(*) from event_log where name = 'user_registration.succeeded' and user_id <> all($1)"
    assert await broken.pool.fetchval(orphans, [*people]) == 0
    for user_id, names in witness.names.items():
        count = len(await broken.pool.fetch(EVENTS, "profile_update.succeeded", [user_id]))
        assert sum(done for _, done in names) <= count <= len(names)


async def test_positions_are_gapless_and_each_event_is_audited_exactly_once(broken: Site, witness: Witness) -> None:
    assert witness.tried
    gapless = "select count(*) = max(position) and max(position) = (select position from log_head) from event_log"
    assert await broken.pool.fetchval(gapless)
    audited = """
        select (select count(*) from event_log), (select count(*) from audit_records),
            (select count(*) from event_log join audit_records on event_id = id)
    """
    logged, recorded, both = await broken.pool.fetchrow(audited)
    assert logged == recorded == both


async def test_the_audit_trail_is_whole(broken: Site, witness: Witness) -> None:
    assert witness.tried
    signer = Ed25519CheckpointSigner(broken.secrets.ring(Ring.AUDIT))
    book = CheckpointFile(broken.folder / "audit" / "checkpoints")
    handler = VerifyAuditTrailHandler(PostgresAuditReader(broken.pool), book, signer)
    result = await handler(VerifyAuditTrail())
    assert isinstance(result, Success)
    assert result.value.fault is None
    assert result.value.checkpoints > 0


async def test_every_registration_mailed_under_its_events_id_and_nothing_else_did(
    broken: Site, witness: Witness
) -> None:
    assert witness.tried
    events = await broken.pool.fetch("select id, name from event_log")
    mails = {file.stem: message_id(file) for file in broken.outbox.glob("*.eml")}
    registrations = {str(row["id"]) for row in events if row["name"] == "user_registration.succeeded"}
    assert registrations <= {*mails}
    assert {*mails} <= {str(row["id"]) for row in events}
    assert all(found == f"<{stem}@dashtam>" for stem, found in mails.items())


def message_id(file: Path) -> str:
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return str(mail["Message-ID"])
