"""An institution in memory: it implements `Provider` for any feed, and can be told to misbehave."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.domain.connections.faults import AccessExpiredError, ConsentEndedError, CredentialsRefusedError, ProviderError
from app.domain.connections.provider import (
    AuthorizationRequest,
    AuthorizationStart,
    Capability,
    ConnectBy,
    ConsentAnswer,
    CredentialField,
    Credentials,
    Feed,
    Grant,
    ProviderDescription,
)
from app.domain.connections.reading import (
    AccountFault,
    AccountListing,
    HoldingListing,
    ProviderAccount,
    ProviderRow,
    RemovedRow,
    TransactionPage,
    TransactionQuery,
)
from app.domain.imports.statement import Position

KEY = "right-key-8f1d"
TOKEN = "access-token-77c2"


@dataclass(slots=True, kw_only=True)
class FakeInstitution:
    """`rows` are what it tells now, by account and id; `log` what it was asked, `before` what happens first."""

    slug: str = "fake"
    connect_by: ConnectBy = ConnectBy.API_KEY
    feed: Feed = Feed.ACCOUNT_WINDOW
    capabilities: frozenset[Capability] = frozenset(Capability)
    page_size: int = 2
    external_id: str | None = None
    access_for: timedelta | None = None
    consent_for: timedelta | None = None
    accounts_told: list[ProviderAccount] = field(default_factory=list)
    rows: list[ProviderRow] = field(default_factory=list)
    changes: list[ProviderRow | RemovedRow] = field(default_factory=list)
    positions: dict[str, tuple[Position, ...]] = field(default_factory=dict)
    faults: list[AccountFault] = field(default_factory=list)
    broken: ProviderError | None = None
    log: list[str] = field(default_factory=list)
    before: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    syncs_per_day_max: int = 24
    tokens: int = 0

    @property
    def description(self) -> ProviderDescription:
        return ProviderDescription(
            slug=self.slug,
            name=f"Bank of {self.slug}",
            connect_by=self.connect_by,
            capabilities=self.capabilities,
            feed=self.feed,
            history_days_max=730,
            syncs_per_day_max=self.syncs_per_day_max,
            credential_fields=(CredentialField(name="key", label="Key"),)
            if self.connect_by is not ConnectBy.OAUTH
            else (),
        )

    async def start(self, request: AuthorizationRequest) -> AuthorizationStart:
        await self._asked("start")
        return AuthorizationStart(
            url=f"https://bank.example/consent?state={request.state}&challenge={request.code_challenge}",
            kept={"link": "kept-link-51aa"},
        )

    async def complete(self, answer: ConsentAnswer) -> Grant:
        await self._asked("complete")
        if self.broken:
            raise self.broken
        if KEY not in answer.fields.values():
            raise CredentialsRefusedError("The key is wrong.")
        return self._grant()

    async def refresh(self, credentials: Credentials) -> Grant:
        await self._asked("refresh")
        if self.broken:
            raise self.broken
        if not credentials.values["token"].startswith(TOKEN):
            raise ConsentEndedError("Revoked.")
        return self._grant()

    async def revoke(self, credentials: Credentials) -> None:
        await self._asked("revoke")
        self._check(credentials)

    async def accounts(self, credentials: Credentials) -> AccountListing:
        await self._asked("accounts")
        self._check(credentials)
        return AccountListing(accounts=tuple(self.accounts_told), faults=tuple(self.faults))

    async def transactions(self, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
        await self._asked("page")
        self._check(credentials)
        if self.feed is Feed.CURSOR:
            return self._changes_after(int(query.position or 0))
        found = [
            row
            for row in self.rows
            if query.starts_on <= row.movement.booked_on <= query.ends_on and query.account_id in {None, row.account_id}
        ]
        at = int(query.position or 0)
        more = at + self.page_size < len(found)
        return TransactionPage(
            rows=tuple(found[at : at + self.page_size]),
            position=str(at + self.page_size) if more else None,
            has_more=more,
        )

    async def holdings(self, credentials: Credentials) -> HoldingListing:
        await self._asked("holdings")
        self._check(credentials)
        return HoldingListing(
            positions={account.id: self.positions.get(account.id, ()) for account in self.accounts_told}
        )

    def _changes_after(self, at: int) -> TransactionPage:
        part = self.changes[at : at + self.page_size]
        return TransactionPage(
            rows=tuple(change for change in part if isinstance(change, ProviderRow)),
            removed=tuple(change for change in part if isinstance(change, RemovedRow)),
            position=str(at + len(part)),
            has_more=at + len(part) < len(self.changes),
        )

    def _grant(self) -> Grant:
        now = datetime.now(UTC)
        self.tokens += 1
        return Grant(
            credentials=Credentials({"token": f"{TOKEN}-{self.tokens}"}),
            access_expires_at=now + self.access_for if self.access_for else None,
            consent_expires_at=now + self.consent_for if self.consent_for else None,
            external_id=self.external_id,
        )

    async def _asked(self, what: str) -> None:
        self.log.append(what)
        if what in self.before:
            await self.before[what]()

    def _check(self, credentials: Credentials) -> None:
        if self.broken:
            raise self.broken
        token = credentials.values["token"]
        if not token.startswith(TOKEN):
            raise ConsentEndedError("Revoked.")
        if token != f"{TOKEN}-{self.tokens}":
            raise AccessExpiredError("Expired.")


@dataclass(slots=True)
class FakeProviders:
    """Implements `Providers`."""

    known: dict[str, FakeInstitution] = field(default_factory=dict)

    def all(self) -> list[ProviderDescription]:
        return [institution.description for institution in self.known.values()]

    def get(self, slug: str) -> FakeInstitution | None:
        return self.known.get(slug)
