"""Read what the workers have to do."""

from app.application.admin.views import AdministrationReader
from app.application.registry import Query, query
from app.core.result import Result, Success


class GetJobs(Query[bytes]):
    pass


@query(GetJobs)
class GetJobsHandler:
    reader: AdministrationReader

    async def __call__(self, _: GetJobs) -> Result[bytes]:
        return Success(await self.reader.jobs())
