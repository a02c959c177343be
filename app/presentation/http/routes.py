"""The route registry: every operation of the API, with who may call it and what it may answer.

A controller method becomes an operation by `@route(META)`. Policy is read from here by the middleware; a test holds
that the registry and the application's routes are the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

from dishka.integrations.litestar import inject
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from app.application.identity.create_session import EmailUnverified
from app.application.identity.errors import ConfirmationRequired, CredentialsWrong, EmailInvalid, MailTokenInvalid
from app.application.identity.refresh_tokens import RefreshTokenInvalid
from app.application.identity.register_user import EmailTaken
from app.application.imports.errors import AccountOther, AccountUnnamed
from app.application.ledger.list_account_transactions import DateRangeInvalid
from app.core.errors import (
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    Unauthorized,
    Unavailable,
    UnsupportedMedia,
)
from app.core.paging import CursorInvalid
from app.domain.identity.password import PasswordTooWeak
from app.domain.imports.statement import StatementFormatUnknown, StatementUnreadable
from app.presentation.http.problems import LinkBroken, Problem, status_of

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Public:
    """Anyone may call it."""


@dataclass(frozen=True, slots=True)
class Requires:
    """A logged-in user whose role may do this to such a resource."""

    resource: str
    action: str


class Body(Enum):
    """What a request carries, hence its media type and its limit of size."""

    NONE = None
    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"
    UPLOAD = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMetadata:
    method: HttpMethod
    path: str
    operation_id: str
    tag: str
    auth: Public | Requires
    status: int = 200
    body: Body = Body.NONE
    errors: tuple[type[DomainError], ...] = ()
    documented: bool = True
    is_page: bool = False  # people see it in a browser, its refusals as well

    @property
    def refusals(self) -> Iterator[type[DomainError]]:
        """All errors it may answer: its own, and those that follow from its policy and body."""
        yield from self.errors
        yield Invalid  # Litestar checks parameters of every route
        yield Unavailable
        if isinstance(self.auth, Requires):
            yield from (Unauthorized, Forbidden)
        if self.body is not Body.NONE:
            yield from (TooLarge, UnsupportedMedia)


CREATE_USER = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/users",
    operation_id="create_user",
    tag="Users",
    auth=Public(),
    status=201,
    body=Body.JSON,
    errors=(EmailInvalid, PasswordTooWeak, EmailTaken),
)
GET_CURRENT_USER = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/users/me",
    operation_id="get_current_user",
    tag="Users",
    auth=Requires("users", "read"),
)
CREATE_EMAIL_VERIFICATION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/email-verifications",
    operation_id="create_email_verification",
    tag="Users",
    auth=Public(),
    status=201,
    body=Body.JSON,
    errors=(MailTokenInvalid,),
)
CREATE_SESSION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/sessions",
    operation_id="create_session",
    tag="Sessions",
    auth=Public(),
    status=201,
    body=Body.JSON,
    errors=(CredentialsWrong, EmailUnverified),
)
UPDATE_CURRENT_USER = RouteMetadata(
    method=HttpMethod.PATCH,
    path=f"{API}/users/me",
    operation_id="update_current_user",
    tag="Users",
    auth=Requires("users", "write"),
    body=Body.JSON,
)
DELETE_CURRENT_USER = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/users/me",
    operation_id="delete_current_user",
    tag="Users",
    auth=Requires("users", "write"),
    status=204,
    errors=(ConfirmationRequired,),
)
CHANGE_PASSWORD = RouteMetadata(
    method=HttpMethod.PUT,
    path=f"{API}/users/me/password",
    operation_id="change_password",
    tag="Users",
    auth=Requires("password", "write"),
    status=204,
    body=Body.JSON,
    errors=(CredentialsWrong, PasswordTooWeak),
)
CREATE_EMAIL_VERIFICATION_TOKEN = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/email-verification-tokens",
    operation_id="create_email_verification_token",
    tag="Users",
    auth=Public(),
    status=201,
    body=Body.JSON,
)
CREATE_PASSWORD_RESET_TOKEN = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/password-reset-tokens",
    operation_id="create_password_reset_token",
    tag="Users",
    auth=Public(),
    status=201,
    body=Body.JSON,
)
CREATE_PASSWORD_RESET = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/password-resets",
    operation_id="create_password_reset",
    tag="Users",
    auth=Public(),
    status=201,
    body=Body.JSON,
    errors=(MailTokenInvalid, PasswordTooWeak),
)
LIST_SESSIONS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/sessions",
    operation_id="list_sessions",
    tag="Sessions",
    auth=Requires("sessions", "read"),
    errors=(CursorInvalid,),
)
DELETE_OTHER_SESSIONS = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/sessions",
    operation_id="delete_other_sessions",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    status=204,
)
GET_SESSION = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/sessions/{{session_id:uuid}}",
    operation_id="get_session",
    tag="Sessions",
    auth=Requires("sessions", "read"),
    errors=(NotFound,),
)
DELETE_SESSION = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/sessions/{{session_id:uuid}}",
    operation_id="delete_session",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    status=204,
    errors=(NotFound,),
)
DELETE_CURRENT_SESSION = RouteMetadata(
    method=HttpMethod.DELETE,
    path=f"{API}/sessions/current",
    operation_id="delete_current_session",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    status=204,
)
CONFIRM_SESSION = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/sessions/current/confirmations",
    operation_id="create_session_confirmation",
    tag="Sessions",
    auth=Requires("sessions", "write"),
    status=201,
    body=Body.JSON,
    errors=(CredentialsWrong,),
)
CREATE_TOKENS = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/tokens",
    operation_id="create_tokens",
    tag="Sessions",
    auth=Public(),
    status=201,
    body=Body.JSON,
    errors=(RefreshTokenInvalid,),
)
CREATE_IMPORT = RouteMetadata(
    method=HttpMethod.POST,
    path=f"{API}/imports",
    operation_id="create_import",
    tag="Imports",
    auth=Requires("imports", "write"),
    status=201,
    body=Body.UPLOAD,
    errors=(StatementUnreadable, StatementFormatUnknown, AccountUnnamed, AccountOther, NotFound),
)
LIST_IMPORTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/imports",
    operation_id="list_imports",
    tag="Imports",
    auth=Requires("imports", "read"),
    errors=(CursorInvalid,),
)
GET_IMPORT = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/imports/{{import_id:uuid}}",
    operation_id="get_import",
    tag="Imports",
    auth=Requires("imports", "read"),
    errors=(NotFound,),
)
LIST_ACCOUNTS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts",
    operation_id="list_accounts",
    tag="Accounts",
    auth=Requires("accounts", "read"),
    errors=(CursorInvalid,),
)
GET_ACCOUNT = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts/{{account_id:uuid}}",
    operation_id="get_account",
    tag="Accounts",
    auth=Requires("accounts", "read"),
    errors=(NotFound,),
)
LIST_ACCOUNT_TRANSACTIONS = RouteMetadata(
    method=HttpMethod.GET,
    path=f"{API}/accounts/{{account_id:uuid}}/transactions",
    operation_id="list_account_transactions",
    tag="Transactions",
    auth=Requires("transactions", "read"),
    errors=(CursorInvalid, DateRangeInvalid, NotFound),
)
GET_LIVENESS = RouteMetadata(
    method=HttpMethod.GET, path="/health/live", operation_id="get_liveness", tag="System", auth=Public()
)
GET_READINESS = RouteMetadata(
    method=HttpMethod.GET, path="/health/ready", operation_id="get_readiness", tag="System", auth=Public()
)
GET_JWKS = RouteMetadata(
    method=HttpMethod.GET, path="/.well-known/jwks.json", operation_id="get_jwks", tag="System", auth=Public()
)
GET_PROBLEM = RouteMetadata(
    method=HttpMethod.GET,
    path="/problems/{code:str}",
    operation_id="get_problem",
    tag="System",
    auth=Public(),
    errors=(NotFound,),
)
# The pages that links in mail open. Reading one changes nothing, as scanners of mail open links too.
SHOW_EMAIL_VERIFICATION = RouteMetadata(
    method=HttpMethod.GET,
    path="/verify-email/{token:str}",
    operation_id="show_email_verification",
    tag="Pages",
    auth=Public(),
    errors=(LinkBroken,),
    documented=False,
    is_page=True,
)
SUBMIT_EMAIL_VERIFICATION = RouteMetadata(
    method=HttpMethod.POST,
    path="/verify-email/{token:str}",
    operation_id="submit_email_verification",
    tag="Pages",
    auth=Public(),
    body=Body.FORM,
    errors=(LinkBroken,),
    documented=False,
    is_page=True,
)
SHOW_PASSWORD_RESET = RouteMetadata(
    method=HttpMethod.GET,
    path="/reset-password/{token:str}",
    operation_id="show_password_reset",
    tag="Pages",
    auth=Public(),
    errors=(LinkBroken,),
    documented=False,
    is_page=True,
)
SUBMIT_PASSWORD_RESET = RouteMetadata(
    method=HttpMethod.POST,
    path="/reset-password/{token:str}",
    operation_id="submit_password_reset",
    tag="Pages",
    auth=Public(),
    body=Body.FORM,
    errors=(LinkBroken, PasswordTooWeak),
    documented=False,
    is_page=True,
)
# Litestar serves these itself; they are no part of the API they describe.
SCHEMA = RouteMetadata(
    method=HttpMethod.GET, path="/schema", operation_id="schema", tag="System", auth=Public(), documented=False
)

ROUTES = tuple(value for value in list(globals().values()) if isinstance(value, RouteMetadata))


def route(meta: RouteMetadata) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Turn a controller method into the operation `meta` describes, with Dishka's injection applied."""

    def decorate(method: Callable[..., Any]) -> HTTPRouteHandler:
        return HTTPRouteHandler(
            meta.path,
            http_method=meta.method,
            status_code=meta.status,
            name=meta.operation_id,
            operation_id=meta.operation_id,
            tags=[meta.tag],
            summary=(method.__doc__ or "").strip().partition("\n")[0].rstrip("."),
            responses=_problems(meta),
            include_in_schema=meta.documented,
            security=[{"bearer": []}] if isinstance(meta.auth, Requires) else None,
            opt={"route": meta},
            request_max_body_size=None,  # the policy middleware limits bodies, by settings
        )(inject(method))

    return decorate


def _problems(meta: RouteMetadata) -> dict[int, ResponseSpec]:
    """What OpenAPI says of the refusals: one response a status, naming the codes."""
    codes: dict[int, list[str]] = {}
    for error in dict.fromkeys(meta.refusals):
        codes.setdefault(status_of(error), []).append(error.code)
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=f"{HTTPStatus(status).phrase}: {', '.join(names)}",
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status, names in sorted(codes.items())
    }
