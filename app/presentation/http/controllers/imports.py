"""Statement imports over HTTP."""

import os
import re
from typing import Annotated, BinaryIO, cast

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath, HeaderParameter, MultipartBody

from app.application.imports.errors import AccountOther, AccountUnnamed, ImportNotUndoable, MappingUnknown
from app.application.imports.get_import import GetImport
from app.application.imports.import_statement import ImportStatement
from app.application.imports.list_imports import ListImports
from app.application.imports.mapping_views import MappingName
from app.application.imports.policy import ImportPolicy
from app.application.imports.preview_statement import PreviewStatement
from app.application.imports.preview_view import ImportPreview
from app.application.imports.queue_import import QueueImport
from app.application.imports.sent_file import SentFile
from app.application.imports.undo_import import UndoImport
from app.application.imports.undone_view import ImportUndoneView
from app.application.imports.views import ImportPage, ImportView
from app.application.registry import Command, Immutable
from app.core.errors import NotFound
from app.core.ids import AccountId, ImportId
from app.core.paging import CursorInvalid
from app.domain.imports.import_job import printable
from app.domain.imports.statement import StatementFormatUnknown, StatementUnreadable
from app.presentation.http.answer import accepted, answer, answer_json, answer_page
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked
from app.presentation.http.route import Body

RESPOND_ASYNC = "respond-async"
Prefer = Annotated[
    str | None, HeaderParameter(name="Prefer", description="`respond-async` has a worker do it (RFC 7240).")
]


class Upload(Immutable):
    """A statement file, the account it belongs to where the file does not say, and the saved mapping of a CSV file."""

    file: UploadFile
    account_id: AccountId | None = None
    mapping: MappingName | None = None

    def into[M: SentFile](self, message: type[M]) -> M:
        """The message that has the file imported or previewed."""
        return message(
            file_name=printable(self.file.filename),
            source=cast(BinaryIO, self.file.file),  # typing knows no spooled file as one
            account_id=self.account_id,
            mapping=self.mapping,
        )


UNREAD = (StatementUnreadable, StatementFormatUnknown, AccountUnnamed, AccountOther, MappingUnknown, NotFound)

imports = Area("Imports", "imports")


class ImportController(Controller):
    @imports.post("/imports", location="/imports/{id}", body=Body.UPLOAD, is_keyed=True, may_wait=True, errors=UNREAD)
    async def create_import(
        self, data: MultipartBody[Upload], dispatch: Dispatch, policy: FromDishka[ImportPolicy], prefer: Prefer = None
    ) -> Response[ImportView]:
        """Import a statement file, known by its content; `GET /import-formats` lists what is read.

        All statements in the file are read, whole or not at all; rows that cannot be read are listed in `errors`.
        Importing a file again adds nothing. A file over 16 MiB, and any sent with `Prefer: respond-async`, is answered
        202 and imported in the background: ask for the import until its `state` is neither queued nor running.
        """
        is_queued = wants_async(prefer) or size_of(data.file) > policy.at_once_bytes_max
        command: Command[ImportView] = data.into(QueueImport) if is_queued else data.into(ImportStatement)
        done = answer(await dispatch(command))
        return accepted(done, RESPOND_ASYNC if wants_async(prefer) else None) if is_queued else done

    @imports.post("/import-previews", status=200, body=Body.UPLOAD, errors=UNREAD)
    async def preview_import(self, data: MultipartBody[Upload], dispatch: Dispatch) -> Response[ImportPreview]:
        """Tell what importing a statement file would do, row by row, and store nothing."""
        return answer(await dispatch(data.into(PreviewStatement)))

    @imports.get("/imports", errors=(CursorInvalid,))
    async def list_imports(self, dispatch: Dispatch, page: PageAsked) -> Response[ImportPage]:
        """List your imports, newest first."""
        return answer_page(await dispatch(ListImports(**page)), "imports")

    @imports.get("/imports/{import_id:uuid}", has_etag=True, errors=(NotFound,))
    async def get_import(self, import_id: FromPath[ImportId], dispatch: Dispatch) -> Response[ImportView]:
        """Read what came of one of your imports."""
        return answer_json(await dispatch(GetImport(import_id=import_id)))

    @imports.delete("/imports/{import_id:uuid}", status=200, errors=(ImportNotUndoable, NotFound))
    async def undo_import(self, import_id: FromPath[ImportId], dispatch: Dispatch) -> Response[ImportUndoneView]:
        """Undo an import: accounts, transactions, balances and holdings become what they would be without it.

        A row leaves with its last source; rows that another import or sync told since stay and are named.
        """
        return answer(await dispatch(UndoImport(import_id=import_id)))


def wants_async(prefer: str | None) -> bool:
    """Whether the client would rather not wait (RFC 7240)."""
    return any(part.strip().lower() == RESPOND_ASYNC for part in re.split("[,;]", prefer or ""))


def size_of(upload: UploadFile) -> int:
    upload.file.seek(0, os.SEEK_END)
    return upload.file.tell()
