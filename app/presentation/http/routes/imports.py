"""Operations on imports."""

from litestar.enums import HttpMethod

from app.application.imports.errors import AccountOther, AccountUnnamed, ImportNotUndoable, MappingUnknown
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.imports.statement import StatementFormatUnknown, StatementUnreadable
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Requires, RouteMetadata

CREATE_IMPORT = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/imports",
    operation_id="create_import",
    tag="Imports",
    auth=Requires("imports", "write"),
    limit=LimitPolicy.API_WRITE,
    status=201,
    location=f"{API}/imports/{{id}}",
    body=Body.UPLOAD,
    is_keyed=True,
    may_wait=True,
    errors=(StatementUnreadable, StatementFormatUnknown, AccountUnnamed, AccountOther, MappingUnknown, NotFound),
)
LIST_IMPORTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/imports",
    operation_id="list_imports",
    tag="Imports",
    auth=Requires("imports", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
GET_IMPORT = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/imports/{{import_id:uuid}}",
    operation_id="get_import",
    tag="Imports",
    auth=Requires("imports", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
    has_etag=True,
)
UNDO_IMPORT = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/imports/{{import_id:uuid}}",
    operation_id="undo_import",
    tag="Imports",
    auth=Requires("imports", "write"),
    limit=LimitPolicy.API_WRITE,
    errors=(ImportNotUndoable, NotFound),
)
PREVIEW_IMPORT = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/import-previews",
    operation_id="preview_import",
    tag="Imports",
    auth=Requires("imports", "write"),
    limit=LimitPolicy.API_WRITE,
    body=Body.UPLOAD,
    errors=CREATE_IMPORT.errors,
)
