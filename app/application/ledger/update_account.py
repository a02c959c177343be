"""Rename an account, or leave it out of what one is worth."""

from msgspec import UNSET, UnsetType

from app.application.fields import AccountName
from app.application.registry import Command, Immutable, command
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import AccountId
from app.core.result import Failure, Result, Success
from app.domain.events.accounts import AccountUpdateSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.events import EventLog
from app.domain.protocols.ledger import AccountRepository


class AccountChanges(Immutable):
    """A field left out stays as it is. A hidden account is left out of net worth."""

    name: AccountName | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET


class UpdateAccount(Command[None]):
    account_id: AccountId
    changes: AccountChanges


@command(UpdateAccount, workflow=AccountUpdateSucceeded)
class UpdateAccountHandler:
    accounts: AccountRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: UpdateAccount) -> Result[None]:
        person, account_id, changes = self.actor.person, message.account_id, message.changes
        name = None if changes.name is UNSET else changes.name
        hidden = None if changes.hidden is UNSET else changes.hidden
        if not await self.accounts.change(person, account_id, name, hidden=hidden, at=self.clock.now()):
            return Failure(NotFound())
        await self.events.append(
            AccountUpdateSucceeded(user_id=person, account_id=account_id, name=name, hidden=hidden)
        )
        return Success(None)
