"""Tell why a worker could not import a file."""

from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.ids import ImportId
from app.core.result import Result, Success
from app.domain.imports.statement import RowFault
from app.domain.protocols.import_jobs import ImportJobs


class FailImport(Command[None]):
    import_id: ImportId
    code: str
    detail: str


@command(FailImport, workflow=None)
class FailImportHandler:
    jobs: ImportJobs
    clock: Clock

    async def __call__(self, message: FailImport) -> Result[None]:
        if await self.jobs.take(message.import_id):
            fault = RowFault(locator="file", code=message.code, detail=message.detail)
            await self.jobs.fail(message.import_id, fault, self.clock.now())
        return Success(None)
