"""Charles Schwab.

Accounts are named by hashes in every path; activities are read a window of `WINDOW_DAYS` at a time, the next position
being where the next window begins and how long it is. A window so full that it may be cut off is halved.
Windows are asked a few days wider than they are, since Schwab searches by time and rows are booked on their trade
date; so every row comes with exactly one window.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import httpx
import msgspec

from app.domain.connections.faults import AccessExpiredError, ConsentEndedError, UnreadableAnswerError
from app.domain.connections.provider import (
    AuthorizationRequest,
    AuthorizationStart,
    Capability,
    ConnectBy,
    ConsentAnswer,
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
from app.infrastructure.providers.http import Call
from app.infrastructure.providers.kit import ProviderKit, apart, decoded, each, page
from app.infrastructure.providers.schwab import mapping, oauth
from app.infrastructure.providers.schwab.wire import AccountEnvelope, AccountNumber, Activity, SecuritiesAccount

WINDOW_DAYS = 60
MARGIN_DAYS = 3
ROWS_MAX = 3_000
TYPES = (
    "TRADE,RECEIVE_AND_DELIVER,DIVIDEND_OR_INTEREST,ACH_RECEIPT,ACH_DISBURSEMENT,CASH_RECEIPT,CASH_DISBURSEMENT,"
    "ELECTRONIC_FUND,WIRE_OUT,WIRE_IN,JOURNAL,MEMORANDUM,MARGIN_CALL,MONEY_MARKET,SMA_ADJUSTMENT"
)
_ACTIVITY = msgspec.json.Decoder(Activity)


class SchwabProvider:
    """Implements `Provider`."""

    description = ProviderDescription(
        slug="schwab",
        name="Charles Schwab",
        connect_by=ConnectBy.OAUTH,
        capabilities=frozenset({Capability.TRANSACTIONS, Capability.HOLDINGS, Capability.REFRESH}),
        feed=Feed.ACCOUNT_WINDOW,
        history_days_max=1_460,
        syncs_per_day_max=96,
        consent_days=oauth.CONSENT_DAYS,
    )

    def __init__(self, kit: ProviderKit) -> None:
        self._kit = kit

    async def start(self, request: AuthorizationRequest) -> AuthorizationStart:
        return AuthorizationStart(url=oauth.authorization_url(self._kit, request))

    async def complete(self, answer: ConsentAnswer) -> Grant:
        return await oauth.exchanged(self._kit, answer)

    async def refresh(self, credentials: Credentials) -> Grant:
        return await oauth.refreshed(self._kit, credentials)

    async def revoke(self, credentials: Credentials) -> None:
        """Schwab lets only its customer revoke, on its own pages; the consent ends by itself within a week."""

    async def accounts(self, credentials: Credentials) -> AccountListing:
        now, faults = self._kit.clock.now(), list[AccountFault]()
        found = apart(await self._accounts(credentials, {}), partial(mapping.account, now), faults.append)
        return AccountListing(accounts=tuple(found.values()), faults=tuple(faults))

    async def holdings(self, credentials: Credentials) -> HoldingListing:
        now, faults = self._kit.clock.now(), list[AccountFault]()
        found = await self._accounts(credentials, {"fields": "positions"})
        return HoldingListing(
            positions=apart(found, partial(mapping.positions, now), faults.append), faults=tuple(faults)
        )

    async def transactions(self, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
        name = query.account_id or ""
        starts_on, days = _position(query)
        ends_on = min(starts_on + timedelta(days=days - 1), query.ends_on)
        params = {
            "startDate": _midnight(starts_on - timedelta(days=MARGIN_DAYS)),
            "endDate": _midnight(ends_on + timedelta(days=MARGIN_DAYS)),
            "types": TYPES,
        }
        body = await self._get(credentials, f"/trader/v1/accounts/{name}/transactions", params)
        raws = decoded(body, list[msgspec.Raw])
        if len(raws) >= ROWS_MAX and days > 1:
            return TransactionPage(rows=(), position=f"{starts_on}/{days // 2}", has_more=True)
        faults: list[AccountFault] = []
        build = partial(mapping.row, name)
        rows = [
            row
            for row in each(raws, _ACTIVITY, build, faults.append, name)
            if starts_on <= row.movement.booked_on <= ends_on
        ]
        has_more = ends_on < query.ends_on
        position = f"{ends_on + timedelta(days=1)}/{days}" if has_more else None
        return page(rows, position=position, has_more=has_more, faults=faults)

    async def _accounts(self, credentials: Credentials, params: Mapping[str, str]) -> dict[str, SecuritiesAccount]:
        """Accounts by the hashes of their numbers."""
        numbers = decoded(await self._get(credentials, "/trader/v1/accounts/accountNumbers"), list[AccountNumber])
        found = decoded(await self._get(credentials, "/trader/v1/accounts", params), list[AccountEnvelope])
        names = {known.account_number: known.hash_value for known in numbers}
        accounts = [one.securities_account for one in found]
        return {names[one.account_number]: one for one in accounts if one.account_number in names}

    async def _get(self, credentials: Credentials, path: str, params: Mapping[str, str] | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {credentials.values['access_token']}"}
        answer = await self._kit.client.send(Call(method="GET", url=path, params=params, headers=headers))
        if answer.is_success:
            return answer.body
        if answer.status == httpx.codes.UNAUTHORIZED:
            raise AccessExpiredError("Schwab's access ended.")
        if answer.status == httpx.codes.FORBIDDEN:
            raise ConsentEndedError("Schwab no longer lets Dashtam in. Renew the consent.")
        raise UnreadableAnswerError(f"Schwab answers {answer.status}.")


def _position(query: TransactionQuery) -> tuple[date, int]:
    if query.position is None:
        return query.starts_on, WINDOW_DAYS
    day, _, days = query.position.partition("/")
    return date.fromisoformat(day), int(days)


def _midnight(day: date) -> str:
    at = datetime.combine(day, time(), mapping.ZONE).astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
