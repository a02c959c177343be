"""Where a word is written down."""

import asyncio
import base64
import binascii
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import asyncpg

TABLES = "select quote_ident(tablename) from pg_tables where schemaname = 'public' order by 1"


async def tables_with(pool: asyncpg.Pool, word: str) -> list[str]:
    """The tables of which some row holds the word: as text, its bytes, or the bytes that it encodes."""
    patterns = [f"%{form}%" for form in forms(word)]
    tables = [name for (name,) in await pool.fetch(TABLES)]
    assert len(tables) > 10
    found = "select exists (select from {} as t where t::text ilike any($1))"
    return [table for table in tables if await pool.fetchval(found.format(table), patterns)]


def logs_with(folder: Path, word: str) -> list[str]:
    """The logs of servers that hold the word."""
    logs = [*folder.glob("*.log")]
    assert logs
    return [log.name for log in logs if any(form in log.read_text("utf-8", "replace") for form in forms(word))]


def forms(word: str) -> set[str]:
    """How a row's text or a line shows the word; bytes are shown in hexadecimal digits."""
    found = {word, word.encode().hex()}
    with suppress(binascii.Error, ValueError):
        found.add(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).hex())
    return {form for form in found if form}


async def written_down(pool: asyncpg.Pool, folder: Path, words: Iterable[str], *others: str) -> set[str]:
    """Those of the words that stand in some row of some table, in a log of ours, or in one of the other texts."""
    found = folder / "search"
    found.mkdir(exist_ok=True)
    for number, text in enumerate(others):
        (found / f"text-{number}").write_text(text, "utf-8")
    query = "select * from {}"
    async with pool.acquire() as connection:
        for (table,) in await connection.fetch(TABLES):
            await connection.copy_from_query(query.format(table), output=found / f"{table}.rows")
    patterns = found / "patterns"
    patterns.write_text("\n".join(form for word in words for form in (word, word.encode().hex())), "utf-8")
    places = [
        *found.glob("text-*"),
        *found.glob("*.rows"),
        *(log for log in folder.glob("*.log") if log.name != "sandbox.log"),
    ]
    search = ["grep", "-a", "-i", "-o", "-H", "-F", "-f", str(patterns), *map(str, places)]
    grep = await asyncio.create_subprocess_exec(*search, stdout=asyncio.subprocess.PIPE)
    told, _ = await grep.communicate()
    return {line.removeprefix(f"{folder}/") for line in told.decode("utf-8", "replace").splitlines()}
