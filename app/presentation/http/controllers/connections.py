"""Connections over HTTP."""

from typing import Annotated, Literal

from litestar import Controller, Response
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, UnsetType

from app.application.connections.create_connection import CreateConnection
from app.application.connections.delete_connection import DeleteConnection
from app.application.connections.errors import (
    INSTITUTION,
    ConnectionBusy,
    CredentialsIncomplete,
    ProviderUnknown,
    RefreshNeedless,
)
from app.application.connections.fields import AliasText, CredentialTexts
from app.application.connections.get_connection import GetConnection
from app.application.connections.list_connection_accounts import ListConnectionAccounts
from app.application.connections.list_connections import ListConnections
from app.application.connections.pause_connection import PauseConnection
from app.application.connections.refresh_connection_token import RefreshConnectionToken
from app.application.connections.renew_connection import RenewConnection
from app.application.connections.resume_connection import ResumeConnection
from app.application.connections.update_connection import UpdateConnection
from app.application.connections.views import ConnectionPage, ConnectionStarted, ConnectionView
from app.application.ledger.views import AccountPage
from app.application.registry import Immutable
from app.core.errors import NotFound
from app.core.ids import ConnectionId
from app.core.paging import CursorInvalid
from app.domain.connections.connection import ConnectionUnready
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.answer import answer, answer_page, unwrapped
from app.presentation.http.area import Area
from app.presentation.http.parameters import Dispatch, PageAsked
from app.presentation.http.route import Body, Requires

Data = Annotated[
    Literal["keep", "purge"],
    QueryParameter(
        name="data", description="What becomes of the data that came from here alone: `keep` or `purge` (delete) it."
    ),
]


class ConnectionChanges(Immutable):
    """What is left out stays; an alias of null takes it away."""

    alias: AliasText | UnsetType | None = UNSET


class Renewal(Immutable):
    """New credentials, for providers that are not connected on the institution's own page."""

    credentials: CredentialTexts | None = None


NOTHING_NEW = Renewal()


connections = Area("Connections", "connections")


class ConnectionController(Controller):
    @connections.get("/connections", errors=(CursorInvalid,))
    async def list_connections(self, dispatch: Dispatch, page: PageAsked) -> Response[ConnectionPage]:
        """List your connections, in the order they were made."""
        return answer_page(await dispatch(ListConnections(**page)), "connections")

    @connections.post(
        "/connections",
        limit=LimitPolicy.PROVIDER_CONNECT,
        location="/connections/{id}",
        body=Body.JSON,
        is_keyed=True,
        errors=(ProviderUnknown, CredentialsIncomplete, *INSTITUTION),
    )
    async def create_connection(
        self, data: JSONBody[CreateConnection], dispatch: Dispatch
    ) -> Response[ConnectionStarted]:
        """Connect an institution.

        With `connect_by` oauth, open `authorization_url` in the user's browser within `expires_in` seconds; the
        connection is active when the user has come back. Otherwise send what `credential_fields` ask for.
        """
        return answer(await dispatch(data))

    @connections.get("/connections/{connection_id:uuid}", has_etag=True, errors=(NotFound,))
    async def get_connection(
        self, connection_id: FromPath[ConnectionId], dispatch: Dispatch
    ) -> Response[ConnectionView]:
        """Read one of your connections, and what you must do next for it."""
        return answer(await dispatch(GetConnection(connection_id=connection_id)))

    @connections.patch("/connections/{connection_id:uuid}", body=Body.JSON, has_etag=True, errors=(NotFound,))
    async def update_connection(
        self, connection_id: FromPath[ConnectionId], data: JSONBody[ConnectionChanges], dispatch: Dispatch
    ) -> Response[ConnectionView]:
        """Call a connection something else."""
        return answer(await dispatch(UpdateConnection(connection_id=connection_id, alias=data.alias)))

    @connections.delete("/connections/{connection_id:uuid}", errors=(NotFound,))
    async def delete_connection(
        self, connection_id: FromPath[ConnectionId], dispatch: Dispatch, what_data: Data = "keep"
    ) -> None:
        """Disconnect: revoked at the institution where that can be done, the credentials erased.

        With `keep` the connection stays as disconnected and its data as it is; with `purge` both go, but for what a
        file or another connection also told.
        """
        unwrapped(await dispatch(DeleteConnection(connection_id=connection_id, purge=what_data == "purge")))

    @connections.put("/connections/{connection_id:uuid}/pause", errors=(NotFound, ConnectionUnready))
    async def pause_connection(
        self, connection_id: FromPath[ConnectionId], dispatch: Dispatch
    ) -> Response[ConnectionView]:
        """Pause a connection: nothing is synced until it is resumed."""
        return answer(await dispatch(PauseConnection(connection_id=connection_id)))

    @connections.delete("/connections/{connection_id:uuid}/pause", errors=(NotFound, ConnectionUnready))
    async def resume_connection(self, connection_id: FromPath[ConnectionId], dispatch: Dispatch) -> None:
        """Sync a paused connection again."""
        unwrapped(await dispatch(ResumeConnection(connection_id=connection_id)))

    @connections.get(
        "/connections/{connection_id:uuid}/accounts",
        auth=Requires("accounts", "read"),
        errors=(CursorInvalid, NotFound),
    )
    async def list_connection_accounts(
        self, connection_id: FromPath[ConnectionId], dispatch: Dispatch, page: PageAsked
    ) -> Response[AccountPage]:
        """List the accounts that the connection's data goes to."""
        query = ListConnectionAccounts(connection_id=connection_id, **page)
        return answer_page(await dispatch(query), "accounts")

    @connections.post(
        "/connections/{connection_id:uuid}/authorizations",
        limit=LimitPolicy.PROVIDER_CONNECT,
        location="/connections/{id}",
        body=Body.JSON,
        body_optional=True,
        errors=(NotFound, ConnectionUnready, ProviderUnknown, CredentialsIncomplete, *INSTITUTION),
    )
    async def create_connection_authorization(
        self, connection_id: FromPath[ConnectionId], dispatch: Dispatch, data: JSONBody[Renewal] = NOTHING_NEW
    ) -> Response[ConnectionStarted]:
        """Renew the consent of a connection in place, as when it was made."""
        command = RenewConnection(connection_id=connection_id, credentials=data.credentials)
        return answer(await dispatch(command))

    @connections.post(
        "/connections/{connection_id:uuid}/token-refreshes",
        limit=LimitPolicy.PROVIDER_SYNC,
        location="/connections/{id}",
        errors=(NotFound, ConnectionUnready, ConnectionBusy, RefreshNeedless, *INSTITUTION),
    )
    async def create_connection_token_refresh(
        self, connection_id: FromPath[ConnectionId], dispatch: Dispatch
    ) -> Response[ConnectionView]:
        """Refresh the connection's access now, instead of when it runs out."""
        return answer(await dispatch(RefreshConnectionToken(connection_id=connection_id)))
