"""List the statement formats that are read, and the limits of files."""

from msgspec import convert

from app.application.fields import Count
from app.application.imports.policy import ImportPolicy
from app.application.registry import Immutable, Query, query
from app.core.result import Result, Success
from app.domain.protocols.statements import StatementFiles


class ImportFormatView(Immutable):
    """Files are known by their content; `suffixes` are what they are usually called. Presets need no mapping."""

    code: str
    name: str
    suffixes: list[str]
    presets: list[str]


class ImportLimits(Immutable):
    """Files larger than `at_once_bytes_max` are imported in the background; `row_errors_max` are told of one file."""

    upload_bytes_max: Count
    at_once_bytes_max: Count
    row_errors_max: Count


class ImportFormatList(Immutable):
    import_formats: list[ImportFormatView]
    limits: ImportLimits


class ListImportFormats(Query[ImportFormatList]):
    pass


@query(ListImportFormats)
class ListImportFormatsHandler:
    files: StatementFiles
    policy: ImportPolicy

    async def __call__(self, _: ListImportFormats) -> Result[ImportFormatList]:
        formats = convert(self.files.formats(), list[ImportFormatView], from_attributes=True)
        limits = ImportLimits(
            upload_bytes_max=self.policy.upload_bytes_max,
            at_once_bytes_max=self.policy.at_once_bytes_max,
            row_errors_max=self.policy.row_faults_max,
        )
        return Success(ImportFormatList(import_formats=formats, limits=limits))
