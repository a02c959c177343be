"""Plaid.

Bank transactions come as a stream of changes after a cursor, for all accounts of an Item at once. Investment
transactions have no stream: when the stream is read to its end, they follow as pages of the query's window. A position
is therefore the cursor and, while the window is read, how many of its rows are behind us: `cursor` or `cursor 500`.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec

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
    RemovedRow,
    TransactionPage,
    TransactionQuery,
)
from app.infrastructure.providers.http import Answer, Call
from app.infrastructure.providers.kit import ProviderKit, apart, decoded, each
from app.infrastructure.providers.plaid import link, mapping, wire
from app.infrastructure.providers.plaid.faults import checked, is_ended, is_without_investments

PAGE_ROWS = 500
VERSION = "2020-09-14"
_ROW = msgspec.json.Decoder(wire.Transaction)
_INVESTMENT_ROW = msgspec.json.Decoder(wire.InvestmentTransaction)


class PlaidProvider:
    """Implements `Provider`."""

    description = ProviderDescription(
        slug="plaid",
        name="Plaid",
        connect_by=ConnectBy.OAUTH,
        capabilities=frozenset({Capability.TRANSACTIONS, Capability.HOLDINGS, Capability.REVOKE}),
        feed=Feed.CURSOR,
        history_days_max=link.HISTORY_DAYS,
    )

    def __init__(self, kit: ProviderKit) -> None:
        self._kit = kit

    async def start(self, request: AuthorizationRequest) -> AuthorizationStart:
        return await link.started(self._kit, self._post, request)

    async def complete(self, answer: ConsentAnswer) -> Grant:
        return await link.completed(self._post, answer)

    async def refresh(self, credentials: Credentials) -> Grant:
        """Access does not expire; the consent's end may have moved."""
        return await link.grant(self._post, credentials.values["access_token"])

    async def revoke(self, credentials: Credentials) -> None:
        answer = await self._send("/item/remove", _opening(credentials), once=True)
        if not is_ended(answer):
            checked(answer)

    async def accounts(self, credentials: Credentials) -> AccountListing:
        found = decoded(await self._post("/accounts/get", _opening(credentials)), wire.AccountsAnswer)
        now, faults = self._kit.clock.now(), list[AccountFault]()
        accounts = apart(_accounts(found.accounts), partial(mapping.account, now), faults.append)
        return AccountListing(accounts=tuple(accounts.values()), faults=tuple(faults))

    async def holdings(self, credentials: Credentials) -> HoldingListing:
        if not credentials.values.get(link.INVESTMENTS):
            return HoldingListing(positions={})
        answer = await self._send("/investments/holdings/get", _opening(credentials))
        if is_without_investments(answer):
            return HoldingListing(positions={})
        found, now = decoded(checked(answer), wire.HoldingsAnswer), self._kit.clock.now()
        faults = list[AccountFault]()
        invested = [one for one in found.accounts if one.type in {"investment", "brokerage"}]
        build = partial(mapping.positions, found, _by_id(found.securities), now)
        return HoldingListing(positions=apart(_accounts(invested), build, faults.append), faults=tuple(faults))

    async def transactions(self, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
        cursor, _, behind = (query.position or "").partition(" ")
        if behind:
            return await self._investments(credentials, query, cursor, int(behind))
        body = _opening(credentials) | {"count": PAGE_ROWS, "options": {"include_original_description": True}}
        body |= {"cursor": cursor} if cursor else {}
        found = decoded(await self._post("/transactions/sync", body), wire.SyncAnswer)
        faults: list[AccountFault] = []
        follows = bool(credentials.values.get(link.INVESTMENTS)) and not found.has_more
        return TransactionPage(
            rows=tuple(each([*found.added, *found.modified], _ROW, mapping.row, faults.append, None)),
            removed=tuple(RemovedRow(account_id=one.account_id or "", id=one.transaction_id) for one in found.removed),
            position=f"{found.next_cursor} 0" if follows else found.next_cursor or None,
            has_more=found.has_more or follows,
            faults=tuple(faults),
        )

    async def _investments(
        self, credentials: Credentials, query: TransactionQuery, cursor: str, behind: int
    ) -> TransactionPage:
        window = {"start_date": str(query.starts_on), "end_date": str(query.ends_on)}
        body = _opening(credentials) | window | {"options": {"count": PAGE_ROWS, "offset": behind}}
        answer = await self._send("/investments/transactions/get", body)
        if is_without_investments(answer):
            return TransactionPage(rows=(), position=cursor or None)
        found = decoded(checked(answer), wire.InvestmentsAnswer)
        faults: list[AccountFault] = []
        removed: list[RemovedRow] = []
        build = partial(mapping.investment_row, _by_id(found.securities), removed.append)
        raws = found.investment_transactions
        seen = behind + len(raws)
        has_more = bool(raws) and seen < found.total_investment_transactions
        rows = tuple(each(raws, _INVESTMENT_ROW, build, faults.append, None))
        return TransactionPage(
            rows=rows,
            removed=tuple(removed),
            position=f"{cursor} {seen}" if has_more else cursor or None,
            has_more=has_more,
            faults=tuple(faults),
        )

    async def _post(self, path: str, body: Mapping[str, Any], *, once: bool = False) -> bytes:
        return checked(await self._send(path, body, once=once))

    async def _send(self, path: str, body: Mapping[str, Any], *, once: bool = False) -> Answer:
        headers = {
            "PLAID-CLIENT-ID": self._kit.client_id(),
            "PLAID-SECRET": self._kit.secret(),
            "Plaid-Version": VERSION,
        }
        return await self._kit.client.send(Call(method="POST", url=path, headers=headers, json=body, once=once))


def _opening(credentials: Credentials) -> dict[str, Any]:
    return {"access_token": credentials.values["access_token"]}


def _accounts(found: list[wire.Account]) -> dict[str, wire.Account]:
    return {one.account_id: one for one in found}


def _by_id(securities: list[wire.Security]) -> dict[str, wire.Security]:
    return {one.security_id: one for one in securities}
