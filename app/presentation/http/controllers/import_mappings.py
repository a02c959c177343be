"""Statement formats and saved CSV mappings over HTTP."""

from litestar import Controller, Response
from litestar.params import FromPath, JSONBody

from app.application.imports.list_import_formats import ImportFormatList, ListImportFormats
from app.application.imports.list_import_mappings import ListImportMappings
from app.application.imports.mapping_views import ImportMappingPage, ImportMappingView
from app.application.imports.remove_import_mapping import RemoveImportMapping
from app.application.imports.save_import_mapping import (
    MappingNameTaken,
    MappingUnusable,
    SaveImportMapping,
    TooManyMappings,
)
from app.core.errors import NotFound
from app.core.ids import ImportMappingId
from app.core.paging import CursorInvalid
from app.presentation.http.answer import answer, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked
from app.presentation.http.route import Body, Public

imports = Area("Imports", "imports")


class ImportMappingController(Controller):
    @imports.get("/import-formats", auth=Public())
    async def list_import_formats(self, dispatch: Dispatch) -> Response[ImportFormatList]:
        """List the statement formats that are read, and the limits of files."""
        return answer(await dispatch(ListImportFormats()))

    @imports.get("/import-mappings", errors=(CursorInvalid,))
    async def list_import_mappings(self, dispatch: Dispatch, page: PageAsked) -> Response[ImportMappingPage]:
        """List your CSV mappings, in the order they were saved."""
        return answer_page(await dispatch(ListImportMappings(**page)), "import_mappings")

    @imports.post(
        "/import-mappings",
        location="/import-mappings/{id}",
        body=Body.JSON,
        errors=(MappingNameTaken, MappingUnusable, TooManyMappings),
    )
    async def create_import_mapping(
        self, data: JSONBody[SaveImportMapping], dispatch: Dispatch
    ) -> Response[ImportMappingView]:
        """Save under a name how a bank's CSV files are read, for files that no preset knows.

        Send the name as `mapping` with the file.
        """
        return answer(await dispatch(data))

    @imports.delete("/import-mappings/{mapping_id:uuid}", errors=(NotFound,))
    async def delete_import_mapping(self, mapping_id: FromPath[ImportMappingId], dispatch: Dispatch) -> None:
        """Forget one of your CSV mappings. What was imported with it stays."""
        answer(await dispatch(RemoveImportMapping(mapping_id=mapping_id)))
