"""Which account a statement belongs to: the chosen one, the one with its number, or a new one."""

from dataclasses import dataclass
from datetime import datetime

from app.application.imports.errors import AccountOther, AccountUnnamed
from app.core.clock import Clock
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
        account_id, created = await self._found(statement, number, ImportId(source.id), chosen)
        await self.accounts.lock(account_id)
        await self.accounts.tell(self.actor.person, account_id, source, number, at)
        is_stated = created or statement.currency != NO_CURRENCY
        return account_id, statement.currency if is_stated else await self.accounts.currency(account_id), created

    async def _found(
        self, statement: StatementOpened, number: AccountNumber | None, import_id: ImportId, chosen: AccountId | None
    ) -> tuple[AccountId, bool]:
        if not number:
            if chosen is None:
                detail = (
                    f"{statement.locator} names no account. Send `account_id` with the file to choose one: "
                    "`GET /accounts` lists yours, `POST /accounts` opens one."
                )
                raise StatementRefusedError(AccountUnnamed.of("account_id", detail))
            return chosen, False
        found = await self.accounts.find(self.actor.person, number)
        if found and chosen and found != chosen:
            detail = f"{statement.locator} belongs to account {found}. Leave `account_id` out to import it there."
            raise StatementRefusedError(AccountOther.of("account_id", detail))
        if found:
            return found, False
        account_id = chosen or await self._open(statement)
        await self.accounts.link(self.actor.person, account_id, number, import_id)
        return account_id, chosen is None

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


def number_of(statement: StatementOpened) -> AccountNumber | None:
    """By what the account can be found again; None where the file does not say."""
    if not statement.number:
        return None
    return AccountNumber(
        bank_code=statement.bank_code or "", number=canonical_number(statement.number), currency=statement.currency
    )
