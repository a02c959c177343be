"""Delete an account that nothing tells of but its owner."""

from app.application.registry import Command, command
from app.core.errors import Conflict, NotFound
from app.core.ids import AccountId
from app.core.result import Failure, Result, Success
from app.domain.events.accounts import AccountClosingSucceeded
from app.domain.identity.actor import Actor
from app.domain.ledger.source import SourceKind
from app.domain.protocols.events import EventLog
from app.domain.protocols.ledger import AccountRepository


class AccountInUse(Conflict):
    """Imports or connections tell of the account."""


class CloseAccount(Command[None]):
    account_id: AccountId


@command(CloseAccount, workflow=AccountClosingSucceeded)
class CloseAccountHandler:
    accounts: AccountRepository
    events: EventLog
    actor: Actor

    async def __call__(self, message: CloseAccount) -> Result[None]:
        person, account_id = self.actor.person, message.account_id
        await self.accounts.lock(account_id)
        tellers = await self.accounts.told_by(person, account_id)
        if tellers is None:
            return Failure(NotFound())
        if any(kind is not SourceKind.MANUAL for kind in tellers):
            detail = "Its `sources` name them: undo the imports, and delete the connections with `data=purge`."
            return Failure(AccountInUse(detail=detail))
        await self.accounts.remove(account_id)
        await self.events.append(AccountClosingSucceeded(user_id=person, account_id=account_id))
        return Success(None)
