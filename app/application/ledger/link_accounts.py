"""Join two accounts that no number tells are one: the other's rows, balances, holdings and sources become this one's.

Rows that are the same transaction are found by the rules of an import. The other account leaves; nothing takes it back.
"""

from uuid import UUID

from app.application.fields import Count
from app.application.registry import Command, Immutable, command
from app.application.services.ownership import OwnershipVerifier
from app.core.errors import Conflict
from app.core.ids import AccountId
from app.core.result import Failure, Result, Success
from app.domain.events.ledger import AccountLinkSucceeded
from app.domain.identity.actor import Actor
from app.domain.protocols.account_joining import AccountJoining
from app.domain.protocols.events import EventLog
from app.domain.protocols.ledger import AccountRepository


class AccountsNotAlike(Conflict):
    """An account can be joined by another one of the same currency only."""


class AccountsLinked(Immutable):
    """What joined the account: transactions that were new to it, and those it had already."""

    account_id: UUID
    transactions_moved: Count
    transactions_merged: Count


class LinkAccounts(Command[AccountsLinked]):
    account_id: AccountId
    other_id: AccountId


@command(LinkAccounts, workflow=AccountLinkSucceeded)
class LinkAccountsHandler:
    ownership: OwnershipVerifier
    accounts: AccountRepository
    joining: AccountJoining
    events: EventLog
    actor: Actor

    async def __call__(self, message: LinkAccounts) -> Result[AccountsLinked]:
        target, other, person = message.account_id, message.other_id, self.actor.person
        for account_id in (target, other):
            owned = await self.ownership.account(account_id)
            if isinstance(owned, Failure):
                return owned
        for account_id in sorted((target, other)):
            await self.accounts.lock(account_id)
        if target == other or not await self.joining.are_alike(person, other, target):
            detail = "Choose another account of the same currency."
            return Failure(AccountsNotAlike.of("account_id", detail))
        rows = await self.joining.join(person, other, target)
        await self.events.append(
            AccountLinkSucceeded(
                user_id=person,
                account_id=target,
                other_id=other,
                transactions_moved=rows.moved,
                transactions_merged=rows.merged,
            )
        )
        linked = AccountsLinked(account_id=target, transactions_moved=rows.moved, transactions_merged=rows.merged)
        return Success(linked)
