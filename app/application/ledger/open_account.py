"""Open an account for what no bank names: a CSV file of an account, say."""

from app.application.fields import AccountName, Currency
from app.application.registry import Command, command
from app.core.clock import Clock
from app.core.ids import AccountId, uuid7
from app.core.result import Result, Success
from app.domain.events.accounts import AccountOpeningSucceeded
from app.domain.identity.actor import Actor
from app.domain.ledger.account import Account, AccountType
from app.domain.ledger.source import DataSource, SourceKind
from app.domain.protocols.events import EventLog
from app.domain.protocols.ledger import AccountRepository


class OpenAccount(Command[AccountId]):
    name: AccountName
    type: AccountType
    currency: Currency
    institution: AccountName | None = None


@command(OpenAccount, workflow=AccountOpeningSucceeded)
class OpenAccountHandler:
    accounts: AccountRepository
    events: EventLog
    actor: Actor
    clock: Clock

    async def __call__(self, message: OpenAccount) -> Result[AccountId]:
        person, account_id, now = self.actor.person, AccountId(uuid7()), self.clock.now()
        account = Account(
            id=account_id,
            user_id=person,
            name=message.name,
            type=message.type,
            institution=message.institution,
            number_masked=None,
            currency=message.currency,
            created_at=now,
        )
        await self.accounts.add(account)
        source = DataSource(kind=SourceKind.MANUAL, id=account_id)
        await self.accounts.tell(person, account_id, source, None, now)
        await self.events.append(AccountOpeningSucceeded(user_id=person, account_id=account_id, name=message.name))
        return Success(account_id)
