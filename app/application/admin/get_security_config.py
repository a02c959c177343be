"""Read which tokens are asked for."""

from app.application.admin.views import AdministrationReader
from app.application.registry import Query, query
from app.core.result import Result, Success


class GetSecurityConfig(Query[bytes]):
    pass


@query(GetSecurityConfig)
class GetSecurityConfigHandler:
    reader: AdministrationReader

    async def __call__(self, _: GetSecurityConfig) -> Result[bytes]:
        return Success(await self.reader.security_config())
