"""A user's way to the institution and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.core.errors import Forbidden
from app.core.ids import AuthorizationId, ConnectionId, UserId

LIFE = timedelta(minutes=10)


class AuthorizationInvalid(Forbidden):
    """This return from the institution belongs to no request of this browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """Begun once, opened by one browser, ended once by that browser, all within `LIFE`.

    `url` is the institution's page, `code_verifier` PKCE's; these and `kept` are stored encrypted. `renews` tells that
    a connection is renewed in place.
    """

    id: AuthorizationId
    connection_id: ConnectionId
    user_id: UserId
    provider_slug: str
    renews: bool
    expires_at: datetime
    url: str = field(repr=False)
    code_verifier: str = field(repr=False)
    kept: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An authorization of which nobody knows yet: `url` starts it by `link`, `state` ends it."""

    authorization: Authorization
    link: str = field(repr=False)
    state: str = field(repr=False)
    url: str = field(repr=False)
