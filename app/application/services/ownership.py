"""The one place that knows who owns what. Lists and single reads ask in their own WHERE clause instead."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import NotFound
from app.core.result import Failure, Result, Success
from app.domain.identity.actor import Actor
from app.domain.protocols.ownership import Owned, OwnershipReader


@dataclass(frozen=True, slots=True)
class OwnershipVerifier:
    """Answers whether the actor owns a thing; somebody else's is not found, exactly like one that does not exist."""

    owners: OwnershipReader
    actor: Actor

    async def connection(self, connection_id: UUID) -> Result[None, NotFound]:
        return await self._mine(Owned.CONNECTION, connection_id)

    async def account(self, account_id: UUID) -> Result[None, NotFound]:
        return await self._mine(Owned.ACCOUNT, account_id)

    async def holding(self, holding_id: UUID) -> Result[None, NotFound]:
        return await self._mine(Owned.HOLDING, holding_id)

    async def transaction(self, transaction_id: UUID) -> Result[None, NotFound]:
        return await self._mine(Owned.TRANSACTION, transaction_id)

    async def _mine(self, kind: Owned, thing: UUID) -> Result[None, NotFound]:
        if await self.owners.owner(kind, thing) == self.actor.person:
            return Success(None)
        return Failure(NotFound(detail=f"No such {kind}."))
