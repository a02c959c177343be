"""What a provider is, asks for and grants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ConnectBy(StrEnum):
    """How a user connects."""

    OAUTH = "oauth"  # consents on the institution's page and comes back
    API_KEY = "api_key"
    TOKEN = "token"  # noqa: S105  # a way to connect, no token


class Capability(StrEnum):
    TRANSACTIONS = "transactions"
    HOLDINGS = "holdings"
    REFRESH = "refresh"  # access is short-lived and renewed without the user
    REVOKE = "revoke"  # ends the consent at the institution too


class Feed(StrEnum):
    """How transactions are read."""

    CURSOR = "cursor"  # changes since a cursor, for all accounts at once; removals are told
    WINDOW = "window"  # all rows of a span of days, for all accounts at once; what is missing from it is gone
    ACCOUNT_WINDOW = "account_window"  # as window, account by account


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialField:
    """What the user types in; `is_secret` hides it on the screen."""

    name: str
    label: str
    is_secret: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDescription:
    """What the catalogue shows and the sync engine must know of a provider.

    `history_days_max` is how far back a first reading may ask, `overlap_days` how many days before the last reading a
    window begins so that late and amended rows are seen, `syncs_per_day_max` how many of one connection the
    institution bears, whoever asks,
    `consent_days` how long a consent lasts whatever is refreshed (None: until revoked).
    """

    slug: str
    name: str
    connect_by: ConnectBy
    capabilities: frozenset[Capability]
    feed: Feed
    history_days_max: int
    credential_fields: tuple[CredentialField, ...] = ()
    overlap_days: int = 14
    syncs_per_day_max: int = 24
    consent_days: int | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a connection: texts by name, opaque to all but their provider. Stored encrypted, printed never."""

    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a user granted. A new one replaces the old whole.

    `access_expires_at` is when to refresh (None: never), `consent_expires_at` when only the user can renew it.
    `external_id` names the consent at the provider, to recognise the same one granted again.
    """

    credentials: Credentials
    access_expires_at: datetime | None = None
    consent_expires_at: datetime | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """Asks for a consent. `renews` are the credentials of a connection whose consent is renewed in place.

    `user_ref` is a stable pseudonym of the user; `code_challenge` is PKCE's, S256.
    """

    state: str
    redirect_uri: str
    code_challenge: str
    user_ref: str
    renews: Credentials | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationStart:
    """Where to send the user, and what to keep for `complete`; `kept` is as secret as credentials."""

    url: str
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAnswer:
    """What came of it. `fields` is the callback's query, or what the user typed into the credential fields.

    The state has been checked. The rest is for OAuth only and as it was at the start.
    """

    fields: Mapping[str, str] = field(repr=False)
    redirect_uri: str = ""
    code_verifier: str = field(default="", repr=False)
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)
    renews: Credentials | None = None
