"""Somebody with a known ledger, for tests that only read."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from app.application.imports.views import ImportView
from tests.people import Person, Town
from tests.statements import ofx, row, rows, statement

ROWS = 41
CHECKING = "4000-1234 5678"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An owner with two accounts, the first of them with `ROWS` rows, and three imports."""

    owner: Person
    checking: UUID
    savings: UUID
    imports: list[ImportView]

    @property
    def transactions(self) -> str:
        return f"/accounts/{self.checking}/transactions"


@pytest.fixture(scope="session")
async def ledger(town: Town) -> Ledger:
    owner = await town.person()
    checking = statement(*rows(ROWS), number=CHECKING, balance="1234.50")
    savings = statement(row("92.00"), number="S-1", currency="EUR")
    imports = [await owner.import_file(ofx(part)) for part in (checking, savings, checking)]
    first, second = await owner.accounts()
    return Ledger(owner=owner, checking=first.id, savings=second.id, imports=imports)
