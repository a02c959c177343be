"""Imports that wait for a worker: their files in parts of 1 MiB, encrypted, and a job of PgQueuer that names them."""

import asyncio
from datetime import datetime
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.imports.views import ImportView
from app.core.ids import ImportId
from app.domain.imports.import_job import ImportJob
from app.domain.imports.statement import RowFault
from app.domain.imports.statement_import import ImportState, StatementImport
from app.domain.protocols.secrets import KeyRing
from app.infrastructure.postgres.tables.import_jobs import ImportFilePartRow, ImportJobRow
from app.infrastructure.postgres.tables.imports import ImportRow
from app.infrastructure.security.sealing import seal, unseal

ENTRYPOINT = "import"
PART_BYTES = 2**20
# As PgQueuer writes it; importing PgQueuer for this would cost every API process half a second.
ENQUEUE = text(
    "insert into pgqueuer (priority, entrypoint, payload, status) values (0, :entrypoint, :payload, 'queued')"
)


class PostgresImportJobs:
    """Implements `ImportJobs`."""

    def __init__(self, session: AsyncSession, engine: AsyncEngine, ring: KeyRing) -> None:
        self._session = session
        self._engine = engine
        self._ring = ring

    async def queue(self, job: ImportJob, source: BinaryIO) -> None:
        row: dict[str, Any] = msgspec.to_builtins(job, builtin_types=(bytes,)) | {
            name: getattr(job, name) for name in ("import_id", "user_id", "account_id")
        }
        await self._session.execute(insert(ImportJobRow), row)
        source.seek(0)
        number = 0
        while part := await asyncio.to_thread(source.read, PART_BYTES):
            sealed = await asyncio.to_thread(seal, self._ring, part, _place(job, number))
            stored = {"import_id": job.import_id, "number": number, "sealed": sealed}
            await self._session.execute(insert(ImportFilePartRow), stored)
            number += 1
        payload = msgspec.json.encode({"id": job.import_id, "user_id": job.user_id})
        await self._session.execute(ENQUEUE, {"entrypoint": ENTRYPOINT, "payload": payload})

    async def take(self, import_id: ImportId) -> ImportJob | None:
        held = select(ImportJobRow).where(ImportJobRow.import_id == import_id).with_for_update()
        row = await self._session.scalar(held)
        if row is None:
            return None
        async with self._engine.begin() as connection:
            await connection.execute(_changed(import_id, state=ImportState.RUNNING))
        return msgspec.convert(row, ImportJob, from_attributes=True)

    async def fetch(self, job: ImportJob, target: BinaryIO) -> None:
        parts = select(ImportFilePartRow.sealed).where(ImportFilePartRow.import_id == job.import_id)
        number = 0
        while sealed := await self._session.scalar(parts.where(ImportFilePartRow.number == number)):
            part = await asyncio.to_thread(unseal, self._ring, sealed, _place(job, number))
            await asyncio.to_thread(target.write, part)
            number += 1

    async def finish(self, done: StatementImport) -> None:
        view = ImportView.of(done)
        await self._end(
            done.id,
            state=done.state,
            format=done.format,
            accounts=msgspec.to_builtins(view.accounts),
            errors=msgspec.to_builtins(view.errors),
            finished_at=done.finished_at,
        )

    async def fail(self, import_id: ImportId, fault: RowFault, at: datetime) -> None:
        told = [msgspec.to_builtins(fault)]
        await self._end(import_id, state=ImportState.FAILED, errors=told, finished_at=at)

    async def _end(self, import_id: ImportId, **values: Any) -> None:
        await self._session.execute(_changed(import_id, **values))
        await self._session.execute(delete(ImportJobRow).where(ImportJobRow.import_id == import_id))


def _changed(import_id: ImportId, **values: Any) -> Any:
    return update(ImportRow).where(ImportRow.id == import_id).values(values)


def _place(job: ImportJob, number: int) -> bytes:
    """What a part is bound to: it opens in its place of its own file only."""
    return job.user_id.bytes + job.import_id.bytes + number.to_bytes(4)
