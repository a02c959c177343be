"""Statement files."""

from dishka import Provider, Scope, provide
from msgspec import convert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.application.imports.mapping_views import ImportMappingReader
from app.application.imports.policy import ImportPolicy
from app.application.imports.views import ImportReader
from app.domain.protocols.import_jobs import ImportJobs
from app.domain.protocols.import_mappings import ImportMappingRepository
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.secrets import Ring, SecretsProtocol
from app.domain.protocols.statements import StatementFiles
from app.infrastructure.postgres.import_jobs import PostgresImportJobs
from app.infrastructure.postgres.import_mappings import PostgresImportMappingReader, PostgresImportMappingRepository
from app.infrastructure.postgres.imports import PostgresImportRepository
from app.infrastructure.postgres.readers import PostgresImportReader
from app.infrastructure.statements.files import ThreadedStatementFiles
from app.settings import Settings


class ImportsProvider(Provider):
    scope = Scope.APP

    statement_files = provide(ThreadedStatementFiles, provides=StatementFiles)
    mapping_reader = provide(PostgresImportMappingReader, provides=ImportMappingReader)
    import_reader = provide(PostgresImportReader, provides=ImportReader)

    @provide
    def import_policy(self, settings: Settings) -> ImportPolicy:
        return convert(settings.imports, ImportPolicy, from_attributes=True)


class ImportsRequestProvider(Provider):
    scope = Scope.REQUEST

    mappings = provide(PostgresImportMappingRepository, provides=ImportMappingRepository)
    imports = provide(PostgresImportRepository, provides=ImportRepository)

    @provide
    def import_jobs(self, session: AsyncSession, engine: AsyncEngine, secrets: SecretsProtocol) -> ImportJobs:
        return PostgresImportJobs(session, engine, secrets.ring(Ring.CREDENTIALS))
