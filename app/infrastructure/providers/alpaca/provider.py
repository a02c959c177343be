"""Alpaca.

A key opens one account. Activities are paged upwards by the id of the last row, until a page is empty: a short one may
be followed by more. Windows are asked a day wider at both ends, since Alpaca searches by instants.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

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
from app.infrastructure.providers.alpaca import mapping
from app.infrastructure.providers.alpaca.wire import Activity, HeldPosition, TradingAccount
from app.infrastructure.providers.http import Call
from app.infrastructure.providers.kit import KeyProvider, decoded, each, page

PAGE_ROWS = 100
_ACTIVITY = msgspec.json.Decoder(Activity)
_REFUSED = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})


class ActivityId(msgspec.Struct):
    id: str


class AlpacaProvider(KeyProvider):
    """Implements `Provider`."""

    description = ProviderDescription(
        slug="alpaca",
        name="Alpaca",
        connect_by=ConnectBy.API_KEY,
        capabilities=frozenset({Capability.TRANSACTIONS, Capability.HOLDINGS}),
        feed=Feed.ACCOUNT_WINDOW,
        history_days_max=3_650,
        credential_fields=(
            CredentialField(name="key_id", label="API key ID", is_secret=False),
            CredentialField(name="secret_key", label="API secret key"),
        ),
        syncs_per_day_max=96,
    )

    async def complete(self, answer: ConsentAnswer) -> Grant:
        """Proves the key by reading its account."""
        known = {name: answer.fields.get(name, "").strip() for name in ("key_id", "secret_key")}
        if not all(value and value.isascii() and value.isprintable() for value in known.values()):
            raise CredentialsRefusedError("Give both the API key ID and the API secret key, as Alpaca shows them.")
        try:
            account = await self._account(Credentials(known))
        except ConsentEndedError as error:
            raise CredentialsRefusedError(
                "Alpaca does not know this key. A paper key opens paper accounts only."
            ) from error
        return Grant(credentials=Credentials(known), external_id=account.id)

    async def accounts(self, credentials: Credentials) -> AccountListing:
        return AccountListing(accounts=(mapping.account(await self._account(credentials), self._kit.clock.now()),))

    async def holdings(self, credentials: Credentials) -> HoldingListing:
        now, account = self._kit.clock.now(), await self._account(credentials)
        held = decoded(await self._get(credentials, "/v2/positions"), list[HeldPosition])
        return HoldingListing(positions={account.id: tuple(filter(None, (mapping.position(one, now) for one in held)))})

    async def transactions(self, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
        name = query.account_id or ""
        params = {
            "after": f"{query.starts_on - timedelta(days=1)}T00:00:00Z",
            "until": f"{query.ends_on + timedelta(days=2)}T00:00:00Z",
            "direction": "asc",
            "page_size": str(PAGE_ROWS),
        }
        params |= {"page_token": query.position} if query.position else {}
        raws = decoded(await self._get(credentials, "/v2/account/activities", params), list[msgspec.Raw])
        faults: list[AccountFault] = []
        return page(
            each(raws, _ACTIVITY, partial(mapping.row, name), faults.append, name),
            position=decoded(raws[-1], ActivityId).id if raws else None,
            has_more=bool(raws),
            faults=faults,
        )

    async def _account(self, credentials: Credentials) -> TradingAccount:
        return decoded(await self._get(credentials, "/v2/account"), TradingAccount)

    async def _get(self, credentials: Credentials, path: str, params: Mapping[str, str] | None = None) -> bytes:
        known = credentials.values
        headers = {"APCA-API-KEY-ID": known["key_id"], "APCA-API-SECRET-KEY": known["secret_key"]}
        answer = await self._kit.client.send(Call(method="GET", url=path, params=params, headers=headers))
        if answer.is_success:
            return answer.body
        if answer.status in _REFUSED:
            raise ConsentEndedError(
                "Alpaca no longer takes this key: it was deleted or replaced. Connect with a new one."
            )
        raise UnreadableAnswerError(f"Alpaca answers {answer.status}.")
