"""Imports that wait for a worker, and their files."""

from datetime import datetime
from typing import BinaryIO, Protocol

from app.core.ids import ImportId
from app.domain.imports.import_job import ImportJob
from app.domain.imports.statement import RowFault
from app.domain.imports.statement_import import StatementImport


class ImportJobs(Protocol):
    """A job and its file exist from the request that brings them until the import has ended, encrypted."""

    async def queue(self, job: ImportJob, source: BinaryIO) -> None:
        """Keep the file and have a worker import it. The import is stored already; all commits together."""

    async def take(self, import_id: ImportId) -> ImportJob | None:
        """The job, held until the transaction ends; None if it is done.

        Whoever comes second waits: a worker that is thought dead may be alive. The import is `running` from here on,
        also for others to see.
        """

    async def fetch(self, job: ImportJob, target: BinaryIO) -> None:
        """Write the job's file into an open one."""

    async def finish(self, done: StatementImport) -> None:
        """Store what came of it and forget the job with its file."""

    async def fail(self, import_id: ImportId, fault: RowFault, at: datetime) -> None:
        """Store why nothing came of it and forget the job with its file."""
