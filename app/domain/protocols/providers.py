"""Institutions and those who speak for them."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.connections.provider import (
    AuthorizationRequest,
    AuthorizationStart,
    ConsentAnswer,
    Credentials,
    Grant,
    ProviderDescription,
)
from app.domain.connections.reading import AccountListing, HoldingListing, TransactionPage, TransactionQuery


class Provider(Protocol):
    """One institution or aggregator. Safe to use for many connections at once; keeps nothing of any.

    Every method raises `ProviderError`s and no other exception; short faults are retried inside. Reading raises
    `AccessExpiredError` where `refresh` may help, and `ConsentEndedError` where only the user can.
    """

    description: ProviderDescription

    async def start(self, request: AuthorizationRequest) -> AuthorizationStart:
        """Begin a consent on the institution's page. For providers connected by OAuth only."""

    async def complete(self, answer: ConsentAnswer) -> Grant:
        """Turn an answer or typed credentials into a grant. Not repeatable: codes and tokens are good once."""

    async def refresh(self, credentials: Credentials) -> Grant:
        """Renew access. The old credentials may be dead at once, so store the grant before all else."""

    async def revoke(self, credentials: Credentials) -> None:
        """End the consent at the institution, where it can be; a consent that has ended already is no fault."""

    async def accounts(self, credentials: Credentials) -> AccountListing:
        """All accounts of the connection, with their balances."""

    async def transactions(self, credentials: Credentials, query: TransactionQuery) -> TransactionPage:
        """One page of rows. Cursor feeds raise `FeedChangedError` where paging must begin again."""

    async def holdings(self, credentials: Credentials) -> HoldingListing:
        """All positions of the connection."""


class Providers(Protocol):
    """The providers of this installation."""

    def all(self) -> Sequence[ProviderDescription]:
        """Those that are switched on, by name."""

    def get(self, slug: str) -> Provider | None:
        """The provider, if it is switched on."""
