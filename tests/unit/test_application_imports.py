import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from app.application.imports.errors import AccountOther, AccountUnnamed
from app.application.imports.import_statement import ImportStatement, ImportStatementHandler
from app.application.imports.mapping_views import CsvMappingView
from app.application.imports.save_import_mapping import SaveImportMapping, SaveImportMappingHandler, TooManyMappings
from app.application.imports.views import ImportView
from app.application.services.import_mappings import ImportMappings
from app.application.services.ownership import OwnershipVerifier
from app.application.services.statement_accounts import StatementAccounts
from app.application.services.statement_booking import StatementBooking
from app.application.services.statement_portfolio import StatementPortfolio
from app.application.services.statement_reading import StatementReading
from app.core.errors import DomainError, NotFound
from app.core.ids import AccountId, UserId
from app.core.result import Failure, Success
from app.domain.events.imports import FileImportSucceeded
from app.domain.imports.csv_mapping import DateOrder
from app.domain.imports.statement import (
    Position,
    RowFault,
    StatedBalance,
    StatementClosed,
    StatementPart,
    StatementUnreadable,
)
from app.domain.imports.statement_import import ImportState
from app.domain.ledger.security import Security
from app.domain.protocols.ownership import Owned
from tests.fakes.clock import FakeClock
from tests.fakes.events import FakeEventLog
from tests.fakes.import_mappings import FakeImportMappingRepository
from tests.fakes.ledger import (
    FakeAccountRepository,
    FakeImportRepository,
    FakeOwnershipReader,
)
from tests.fakes.portfolio import FakePortfolioRepository
from tests.fakes.statements import FakeStatementFiles
from tests.fakes.transactions import FakeTransactionRepository
from tests.values import NOW, account, actor, import_policy, movement, opened

CLOSED = StatementClosed()
FAULT = RowFault(locator="row 1", code="amount_invalid", detail="No number.")


class Desk:
    """A person who imports files."""

    def __init__(self) -> None:
        self.user = UserId(uuid4())
        self.accounts = FakeAccountRepository()
        self.transactions = FakeTransactionRepository()
        self.portfolio = FakePortfolioRepository()
        self.imports = FakeImportRepository()
        self.owners = FakeOwnershipReader()
        self.events = FakeEventLog()

    async def tries(
        self,
        *parts: StatementPart,
        chosen: AccountId | None = None,
        refusal: DomainError | None = None,
        faults_max: int = 10,
    ) -> Success[ImportView] | Failure[DomainError]:
        who, clock = actor(self.user), FakeClock(NOW)
        reading = StatementReading(
            FakeStatementFiles(parts, refusal=refusal),
            StatementBooking(
                StatementAccounts(self.accounts, who, clock),
                self.accounts,
                self.transactions,
                StatementPortfolio(self.portfolio, who),
                who,
            ),
            OwnershipVerifier(self.owners, who),
            who,
            clock,
            import_policy(row_faults_max=faults_max),
        )
        handler = ImportStatementHandler(
            reading, ImportMappings(FakeImportMappingRepository(), who), self.imports, self.events
        )
        return await handler(ImportStatement(file_name="bank.ofx", source=io.BytesIO(), account_id=chosen))

    async def imports_all(self, *parts: StatementPart, chosen: AccountId | None = None) -> ImportView:
        result = await self.tries(*parts, chosen=chosen)
        assert isinstance(result, Success), result
        return result.value

    async def has_account(self) -> AccountId:
        known = account(self.user)
        await self.accounts.add(known)
        self.owners.owners[Owned.ACCOUNT, known.id] = self.user
        return known.id


@pytest.fixture
def desk() -> Desk:
    return Desk()


def counts(view: ImportView) -> Sequence[tuple[bool, int, int, int]]:
    return [
        (one.created, one.transactions_new, one.transactions_duplicate, one.transactions_corrected)
        for one in view.accounts
    ]


async def test_a_statement_opens_its_account_and_brings_its_rows(desk: Desk) -> None:
    stated = StatementClosed(current=StatedBalance(amount=Decimal(5), as_of=None), ends_on=date(2026, 1, 31))
    rows = [movement(str(number), bank_id=str(number)) for number in range(5)]
    done = await desk.imports_all(opened(), *rows, stated)
    (made,) = desk.accounts.accounts.values()
    assert (made.user_id, made.number_masked, made.created_at) == (desk.user, "••••0300", NOW)
    assert (done.state, counts(done)) == (ImportState.SUCCEEDED, [(True, 5, 0, 0)])
    assert len(desk.transactions.rows(made.id)) == len(desk.transactions.shown) == 5
    assert desk.accounts.stated == [(made.id, stated)]
    assert desk.accounts.locked == [made.id]
    assert [kept.id for kept in desk.imports.imports] == [done.id]


async def test_an_import_says_what_it_did(desk: Desk) -> None:
    done = await desk.imports_all(opened(), movement(), movement("2"), FAULT, CLOSED)
    assert desk.events.pending == [
        FileImportSucceeded(
            user_id=desk.user,
            import_id=done.id,  # type: ignore[arg-type]  # the view has plain ids
            file_name="bank.ofx",
            format="fake",
            accounts=1,
            transactions_new=2,
            transactions_duplicate=0,
            faults=1,
        )
    ]


async def test_importing_twice_adds_nothing_new(desk: Desk) -> None:
    parts: list[StatementPart] = [opened(), movement(), movement(bank_id=None), movement(bank_id=None), CLOSED]
    assert counts(await desk.imports_all(*parts)) == [(True, 3, 0, 0)]
    assert counts(await desk.imports_all(*parts)) == [(False, 0, 3, 0)]


async def test_a_correction_is_counted(desk: Desk) -> None:
    await desk.imports_all(opened(), movement(), CLOSED)
    done = await desk.imports_all(opened(), movement(description="Tea house"), CLOSED)
    assert counts(done) == [(False, 0, 0, 1)]


async def test_equal_rows_are_told_apart_within_a_statement_and_not_between_statements(desk: Desk) -> None:
    twins = [movement(bank_id=None), movement(bank_id=None)]
    done = await desk.imports_all(opened(), *twins, CLOSED, opened(), *twins, CLOSED)
    assert counts(done) == [(True, 2, 2, 0)]


async def test_every_statement_finds_its_own_account(desk: Desk) -> None:
    numbers = [opened(), opened(number="2"), opened(currency="EUR"), opened(bank_code="B")]
    parts: list[StatementPart] = [part for number in numbers for part in (number, movement(), CLOSED)]
    done = await desk.imports_all(*parts)
    assert counts(done) == [(True, 1, 0, 0)] * 4
    assert len(desk.accounts.accounts) == 4


async def test_faults_are_reported_and_the_other_rows_go_in(desk: Desk) -> None:
    done = await desk.imports_all(opened(), movement(), FAULT, movement("2"), CLOSED)
    assert (done.state, counts(done)) == (ImportState.PARTIAL, [(True, 2, 0, 0)])
    assert [(fault.locator, fault.code, fault.detail) for fault in done.errors] == [("row 1", FAULT.code, FAULT.detail)]


async def test_faults_beyond_the_limit_are_only_counted(desk: Desk) -> None:
    result = await desk.tries(opened(), *[FAULT] * 5, CLOSED, faults_max=2)
    assert isinstance(result, Success)
    assert [fault.code for fault in result.value.errors] == [FAULT.code, FAULT.code, "more_faults"]
    assert result.value.errors[-1].detail.startswith("3 more")


async def test_a_file_refused_half_way_is_refused_whole(desk: Desk) -> None:
    error = StatementUnreadable(detail="It is cut off.")
    assert await desk.tries(opened(), movement(), movement("2"), refusal=error) == Failure(error)
    assert (desk.transactions.shown, desk.imports.imports, desk.events.pending) == ({}, [], [])


@pytest.mark.parametrize("number", [None, ""])
async def test_a_statement_without_a_number_goes_into_the_chosen_account_only(desk: Desk, number: str | None) -> None:
    parts: list[StatementPart] = [opened(number=number), movement(), CLOSED]
    refused = await desk.tries(*parts)
    assert isinstance(refused, Failure)
    assert isinstance(refused.error, AccountUnnamed)
    chosen = await desk.has_account()
    assert [one.account_id for one in (await desk.imports_all(*parts, chosen=chosen)).accounts] == [chosen]


async def test_a_statement_without_a_currency_is_in_the_accounts(desk: Desk) -> None:
    chosen = await desk.has_account()
    await desk.imports_all(opened(number=None, currency="XXX"), movement(), CLOSED, chosen=chosen)
    assert {told.source.currency for told in desk.transactions.told} == {"USD"}


async def test_a_chosen_account_is_found_by_the_number_from_then_on(desk: Desk) -> None:
    chosen = await desk.has_account()
    await desk.imports_all(opened(), CLOSED, chosen=chosen)
    assert [one.account_id for one in (await desk.imports_all(opened(number="100-200 300"), CLOSED)).accounts] == [
        chosen
    ]


async def test_a_file_of_another_account_than_the_chosen_one_is_refused(desk: Desk) -> None:
    await desk.imports_all(opened(), CLOSED)
    refused = await desk.tries(opened(), movement(), CLOSED, chosen=await desk.has_account())
    assert isinstance(refused, Failure)
    assert isinstance(refused.error, AccountOther)


async def test_an_account_of_somebody_else_cannot_be_chosen(desk: Desk) -> None:
    theirs = await desk.has_account()
    desk.owners.owners[Owned.ACCOUNT, theirs] = UserId(uuid4())
    for chosen in (theirs, AccountId(uuid4())):
        refused = await desk.tries(opened(), movement(), CLOSED, chosen=chosen)
        assert isinstance(refused, Failure)
        assert isinstance(refused.error, NotFound)
    assert desk.transactions.shown == {}


async def test_the_place_of_a_row_is_no_part_of_it(desk: Desk) -> None:
    await desk.imports_all(opened(), movement(), CLOSED)
    done = await desk.imports_all(opened(), replace(movement(), locator="elsewhere"), CLOSED)
    assert counts(done) == [(False, 0, 1, 0)]


async def test_stated_balances_and_positions_are_kept(desk: Desk) -> None:
    held = Position(locator="", security=Security(symbol="A"), quantity=Decimal(2), currency="USD")
    stated = StatementClosed(current=StatedBalance(amount=Decimal(5), as_of=None))
    done = await desk.imports_all(opened(), movement(), held, stated, opened(number="2"), stated)
    first, second = (AccountId(one.account_id) for one in done.accounts)
    balance = desk.portfolio.balance(first)
    assert balance
    assert (balance.current, balance.as_of.date()) == (Decimal(5), movement().booked_on)
    assert (desk.portfolio.holdings(first), desk.portfolio.holdings(second)) == ([held], [])


async def test_there_are_as_many_mappings_as_the_limit_says() -> None:
    mappings, policy = FakeImportMappingRepository(), import_policy()
    save = SaveImportMappingHandler(mappings, FakeEventLog(), actor(UserId(uuid4())), FakeClock(NOW), policy)
    read = CsvMappingView(date="Date", date_order=DateOrder.YEAR_FIRST, amount="Amount")
    for number in range(policy.mappings_max):
        assert isinstance(await save(SaveImportMapping(name=f"Bank {number}", mapping=read)), Success)
    refused = await save(SaveImportMapping(name="One more", mapping=read))
    assert refused == Failure(TooManyMappings(detail=f"The limit is {policy.mappings_max}; delete one first."))
    assert len(mappings.saved) == policy.mappings_max


async def test_a_file_for_an_account_that_is_deleted_meanwhile_is_refused(desk: Desk) -> None:
    chosen = await desk.has_account()
    del desk.accounts.accounts[chosen]
    for number in (None, "100200300"):
        refused = await desk.tries(opened(number=number), movement(), CLOSED, chosen=chosen)
        assert refused == Failure(NotFound(detail="The account was deleted meanwhile."))
    assert desk.accounts.links == {}
