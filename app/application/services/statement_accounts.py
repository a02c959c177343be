"""Which account a statement belongs to: the chosen one, the one with its number, or a new one."""

from dataclasses import dataclass
from datetime import datetime

from app.application.imports.errors import AccountOther, AccountUnnamed
from app.core.clock import Clock
from app.core.errors import NotFound
from app.core.ids import AccountId, ImportId, uuid7
from app.domain.identity.actor import Actor
from app.domain.imports.statement import StatementOpened, StatementRefusedError
from app.domain.ledger.account import NO_CURRENCY, Account, account_name, canonical_number, masked
from app.domain.ledger.source import DataSource
from app.domain.protocols.ledger import AccountNumber, AccountRepository


@dataclass(frozen=True, slots=True)
class StatementAccounts:
    """Finds or opens accounts for statements and holds them until the transaction ends."""

    accounts: AccountRepository
    actor: Actor
    clock: Clock

    async def resolve(
        self, statement: StatementOpened, source: DataSource, chosen: AccountId | None, at: datetime
    ) -> tuple[AccountId, str, bool]:
        """The statement's account and currency, and whether it was opened just now. Raises `StatementRefusedError`.

        A statement that states no currency is in the account's.
        """
        number = number_of(statement)
        found = await self.accounts.find(self.actor.person, number) if number else None
        known = agreed(statement, found, chosen)
        account_id = known or await self._open(statement)
        await self.accounts.lock(account_id)
        if not await self.accounts.tell(self.actor.person, account_id, source, number, at):
            raise StatementRefusedError(NotFound(detail="The account was deleted meanwhile."))
        if number and not found:
            await self.accounts.link(self.actor.person, account_id, number, ImportId(source.id))
        is_stated = known is None or statement.currency != NO_CURRENCY
        currency = statement.currency if is_stated else await self.accounts.currency(account_id)
        return account_id, currency, known is None

    async def _open(self, statement: StatementOpened) -> AccountId:
        account = Account(
            id=AccountId(uuid7()),
            user_id=self.actor.person,
            name=account_name(statement.type, statement.institution),
            type=statement.type,
            institution=statement.institution,
            number_masked=masked(canonical_number(statement.number or "")),
            currency=statement.currency,
            created_at=self.clock.now(),
        )
        await self.accounts.add(account)
        return account.id


def agreed(statement: StatementOpened, found: AccountId | None, chosen: AccountId | None) -> AccountId | None:
    """The account that is there for the statement: by its number, or chosen. Raises `StatementRefusedError`."""
    if found and chosen and found != chosen:
        detail = f"{statement.locator} belongs to account {found}. Leave `account_id` out to import it there."
        raise StatementRefusedError(AccountOther.of("account_id", detail))
    if not (statement.number or chosen):
        detail = (
            f"{statement.locator} names no account. Send `account_id` with the file to choose one: "
            "`GET /accounts` lists yours, `POST /accounts` opens one."
        )
        raise StatementRefusedError(AccountUnnamed.of("account_id", detail))
    return found or chosen


def number_of(statement: StatementOpened) -> AccountNumber | None:
    """By what the account can be found again; None where the file does not say."""
    if not statement.number:
        return None
    return AccountNumber(
        bank_code=statement.bank_code or "", number=canonical_number(statement.number), currency=statement.currency
    )
