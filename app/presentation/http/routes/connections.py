"""Operations on providers and the connections to them."""

from litestar.enums import HttpMethod

from app.application.connections.errors import (
    ConnectionBusy,
    CredentialsIncomplete,
    ProviderUnknown,
    RefreshNeedless,
)
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.domain.connections.connection import ConnectionUnready
from app.domain.connections.faults import (
    ConsentEnded,
    CredentialsRefused,
    InstitutionBusy,
    InstitutionUnavailable,
    InstitutionUnreadable,
    ProviderNotConfigured,
)
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.route import API, Body, Requires, RouteMetadata

INSTITUTION = (
    ConsentEnded,
    CredentialsRefused,
    InstitutionBusy,
    InstitutionUnavailable,
    InstitutionUnreadable,
    ProviderNotConfigured,
)
CONNECTION = f"{API}/connections/{{connection_id:uuid}}"

LIST_PROVIDERS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/providers",
    operation_id="list_providers",
    tag="Providers",
    auth=Requires("providers", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
GET_PROVIDER = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/providers/{{slug:str}}",
    operation_id="get_provider",
    tag="Providers",
    auth=Requires("providers", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
)
LIST_CONNECTIONS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/connections",
    operation_id="list_connections",
    tag="Connections",
    auth=Requires("connections", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid,),
)
CREATE_CONNECTION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/connections",
    operation_id="create_connection",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.PROVIDER_CONNECT,
    status=201,
    location=f"{API}/connections/{{id}}",
    body=Body.JSON,
    errors=(ProviderUnknown, CredentialsIncomplete, *INSTITUTION),
    is_keyed=True,
)
GET_CONNECTION = RouteMetadata(
    method=HttpMethod.GET,
    path=CONNECTION,
    operation_id="get_connection",
    tag="Connections",
    auth=Requires("connections", "read"),
    limit=LimitPolicy.API_READ,
    errors=(NotFound,),
    has_etag=True,
)
UPDATE_CONNECTION = RouteMetadata(
    method=HttpMethod.PATCH,
    path=CONNECTION,
    operation_id="update_connection",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.API_WRITE,
    body=Body.JSON,
    errors=(NotFound,),
    has_etag=True,
)
DELETE_CONNECTION = RouteMetadata(
    method=HttpMethod.DELETE,
    path=CONNECTION,
    operation_id="delete_connection",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
    errors=(NotFound,),
)
PAUSE_CONNECTION = RouteMetadata(
    method=HttpMethod.PUT,
    path=f"{CONNECTION}/pause",
    operation_id="pause_connection",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.API_WRITE,
    errors=(NotFound, ConnectionUnready),
)
RESUME_CONNECTION = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{CONNECTION}/pause",
    operation_id="resume_connection",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.API_WRITE,
    status=204,
    errors=(NotFound, ConnectionUnready),
)
LIST_CONNECTION_ACCOUNTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{CONNECTION}/accounts",
    operation_id="list_connection_accounts",
    tag="Connections",
    auth=Requires("accounts", "read"),
    limit=LimitPolicy.API_READ,
    errors=(CursorInvalid, NotFound),
)
CREATE_AUTHORIZATION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{CONNECTION}/authorizations",
    operation_id="create_connection_authorization",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.PROVIDER_CONNECT,
    status=201,
    location=f"{API}/connections/{{id}}",
    body=Body.JSON,
    body_optional=True,
    errors=(NotFound, ConnectionUnready, ProviderUnknown, CredentialsIncomplete, *INSTITUTION),
)
CREATE_TOKEN_REFRESH = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{CONNECTION}/token-refreshes",
    operation_id="create_connection_token_refresh",
    tag="Connections",
    auth=Requires("connections", "write"),
    limit=LimitPolicy.PROVIDER_SYNC,
    status=201,
    location=f"{API}/connections/{{id}}",
    errors=(NotFound, ConnectionUnready, ConnectionBusy, RefreshNeedless, *INSTITUTION),
)
