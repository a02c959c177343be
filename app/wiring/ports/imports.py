"""Statement files."""

from dishka import Provider, Scope, provide

from app.application.imports.policy import ImportPolicy
from app.application.imports.views import ImportReader
from app.domain.protocols.imports import ImportRepository
from app.domain.protocols.statements import StatementFiles
from app.infrastructure.postgres.imports import PostgresImportRepository
from app.infrastructure.postgres.readers import PostgresImportReader
from app.infrastructure.statements.files import ThreadedStatementFiles
from app.settings import Settings


class ImportsProvider(Provider):
    scope = Scope.APP

    statement_files = provide(ThreadedStatementFiles, provides=StatementFiles)
    import_reader = provide(PostgresImportReader, provides=ImportReader)

    @provide
    def import_policy(self, settings: Settings) -> ImportPolicy:
        return ImportPolicy(row_faults_max=settings.imports.row_faults_max)


class ImportsRequestProvider(Provider):
    scope = Scope.REQUEST

    imports = provide(PostgresImportRepository, provides=ImportRepository)
