"""SimpleFIN, versions 1 and 2.

A setup token is the claim URL in Base64, good once; what it brings is a URL with a login, which opens all accounts the
user has put together at that server. Servers take a few requests a day, so everything is read for all accounts at once,
and windows are walked backwards as wide as the server lets them be.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

import httpx
import msgspec

from app.domain.connections.faults import (
    ConsentEndedError,
    CredentialsRefusedError,
    UnreadableAnswerError,
)
from app.domain.connections.provider import (
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
    TransactionPage,
    TransactionQuery,
)
from app.domain.ledger.transaction import TransactionStatus
from app.infrastructure.providers.http import Call
from app.infrastructure.providers.kit import KeyProvider, ProviderKit, apart, decoded, each
from app.infrastructure.providers.simplefin import mapping
from app.infrastructure.providers.simplefin.wire import Account, AccountSet, Row

WINDOW_DAYS = 44
_ROW = msgspec.json.Decoder(Row)


class SimpleFinProvider(KeyProvider):
    """Implements `Provider`."""

    description = ProviderDescription(
        slug="simplefin",
        name="SimpleFIN",
        connect_by=ConnectBy.TOKEN,
        capabilities=frozenset({Capability.TRANSACTIONS, Capability.HOLDINGS}),
        feed=Feed.WINDOW,
        history_days_max=365,
        credential_fields=(CredentialField(name="setup_token", label="Setup token"),),
        syncs_per_day_max=4,  # servers take 24 requests a day: the first sync asks eleven times, the next ones thrice
    )

    def __init__(self, kit: ProviderKit) -> None:
        super().__init__(kit)
        self._window_days = int(kit.settings.options.get("window_days", WINDOW_DAYS))

    async def complete(self, answer: ConsentAnswer) -> Grant:
        claim = claim_url(answer.fields.get("setup_token", ""))
        found = await self._kit.client.send(Call(method="POST", url=claim, once=True))
        if not found.is_success:
            raise CredentialsRefusedError(
                "The setup token is unknown or was used before. If it was not you who used it, somebody else may read"
                " your accounts: disable it at the SimpleFIN server, and make a new one.",
            )
        access = urlsplit(found.body.decode("utf-8", "replace").strip())
        if not (access.hostname and access.username and access.password and access.scheme in {"http", "https"}):
            raise UnreadableAnswerError("The SimpleFIN server answers no access URL.")
        url = access._replace(netloc=access.netloc.rpartition("@")[2]).geturl().rstrip("/")
        known = {"url": url, "user": unquote(access.username), "password": unquote(access.password)}
        return Grant(credentials=Credentials(known), external_id=known["user"])

    async def accounts(self, credentials: Credentials) -> AccountListing:
        found = await self._balances(credentials)
        faults = [*mapping.faults(found)]
        accounts = apart(_by_id(found), partial(mapping.account, found), faults.append)
        return AccountListing(accounts=tuple(accounts.values()), faults=tuple(faults))

    async def holdings(self, credentials: Credentials) -> HoldingListing:
        found = await self._balances(credentials)
        faults = [*mapping.faults(found)]
        return HoldingListing(positions=apart(_by_id(found), mapping.positions, faults.append), faults=tuple(faults))

    async def transactions(self, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
        """The newest window first; pending rows come with that one, once."""
        ends_on = date.fromisoformat(query.position) if query.position else query.ends_on
        starts_on = max(query.starts_on, ends_on - timedelta(days=self._window_days - 1))
        params = {"start-date": _epoch(starts_on), "end-date": _epoch(ends_on + timedelta(days=1))}
        is_newest = query.position is None
        found = await self._read(credentials, params | ({"pending": "1"} if is_newest else {}))
        faults: list[AccountFault] = [*mapping.faults(found)]
        rows = [
            row
            for one in found.accounts
            for row in each(
                one.transactions, _ROW, partial(mapping.row, one, mapping.type_of(one)), faults.append, one.id
            )
            if is_newest or row.movement.status is not TransactionStatus.PENDING
        ]
        has_more = starts_on > query.starts_on
        position = str(starts_on - timedelta(days=1)) if has_more else None
        return TransactionPage(rows=tuple(rows), position=position, has_more=has_more, faults=tuple(faults))

    async def _balances(self, credentials: Credentials) -> AccountSet:
        """All accounts without transactions. `balances-only` would leave out holdings, which say what it is."""
        tomorrow = self._kit.clock.now().date() + timedelta(days=1)
        return await self._read(credentials, {"start-date": _epoch(tomorrow)})

    async def _read(self, credentials: Credentials, params: Mapping[str, str]) -> AccountSet:
        known = credentials.values
        call = Call(
            method="GET",
            url=f"{known['url']}/accounts",
            params={**params, "version": "2"},
            login=(known["user"], known["password"]),
            may_redirect=True,
        )
        answer = await self._kit.client.send(call)
        if answer.is_success:
            return decoded(answer.body, AccountSet)
        if answer.status == httpx.codes.PAYMENT_REQUIRED:
            raise ConsentEndedError("The SimpleFIN server wants its subscription paid.")
        if answer.status in {httpx.codes.FORBIDDEN, httpx.codes.UNAUTHORIZED}:
            raise ConsentEndedError("The SimpleFIN server no longer takes this token. Connect with a new one.")
        raise UnreadableAnswerError(f"The SimpleFIN server answers {answer.status}.")


def claim_url(token: str) -> str:
    """The URL a setup token hides."""
    try:
        url = base64.b64decode("".join(token.split()), validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise CredentialsRefusedError("This is no setup token. Copy it whole from the SimpleFIN server.") from error
    if not url.startswith(("https://", "http://")):
        raise CredentialsRefusedError("This is no setup token: it holds no address.")
    return url


def _by_id(found: AccountSet) -> dict[str, Account]:
    return {one.id: one for one in found.accounts}


def _epoch(day: date) -> str:
    return str(int(datetime.combine(day, time(), UTC).timestamp()))
