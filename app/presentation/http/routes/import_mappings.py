"""Operations on what statement files are read with."""

from litestar.enums import HttpMethod

from app.application.imports.save_import_mapping import MappingNameTaken, MappingUnusable, TooManyMappings
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Public, Requires, RouteMetadata

LIST_IMPORT_FORMATS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/import-formats",
    operation_id="list_import_formats",
    tag="Imports",
    auth=Public(),
    limit=LimitPolicy.API_READ,
)
LIST_IMPORT_MAPPINGS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/import-mappings",
    operation_id="list_import_mappings",
    tag="Imports",
    auth=Requires("imports", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
CREATE_IMPORT_MAPPING = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/import-mappings",
    operation_id="create_import_mapping",
    tag="Imports",
    auth=Requires("imports", "write"),
    limit=LimitPolicy.API_WRITE,
    status=201,
    location=f"{API}/import-mappings/{{id}}",
    body=Body.JSON,
    errors=(MappingNameTaken, MappingUnusable, TooManyMappings),
)
DELETE_IMPORT_MAPPING = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/import-mappings/{{mapping_id:uuid}}",
    operation_id="delete_import_mapping",
    tag="Imports",
    auth=Requires("imports", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
    errors=(NotFound,),
)
