"""What `litestar import` sends, and how it tells what is answered."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.application.identity.errors import EmailUnknown
from app.application.identity.find_user import FindUser
from app.application.imports.errors import AccountUnnamed
from app.application.imports.import_statement import ImportStatement
from app.application.imports.preview_statement import PreviewStatement
from app.application.imports.preview_view import ImportPreview, PreviewedAccount, PreviewedRow
from app.application.imports.views import BalanceGapView, BalanceProofView, ImportedAccountView, ImportFault, ImportView
from app.application.views import Money
from app.core.ids import UserId, uuid7
from app.domain.imports.statement_import import ImportState
from app.domain.ledger.row_matching import MatchedBy
from app.presentation.cli.imports import REFUSED, ROWS_REFUSED, command
from tests.operators import Office

ADA = UserId(uuid7())
ACCOUNT = uuid7()
NOW = datetime(2026, 11, 27, tzinfo=UTC)
GAP = BalanceGapView(starts_on=date(2026, 1, 1), ends_on=None, amount=Money(amount=Decimal("12.50"), currency="EUR"))


def imported(*faults: ImportFault, proof: BalanceProofView | None = None) -> ImportView:
    account = ImportedAccountView(
        account_id=ACCOUNT,
        created=True,
        transactions_new=40,
        transactions_duplicate=2,
        transactions_corrected=1,
        balance_proof=proof,
    )
    return ImportView(
        id=uuid7(),
        state=ImportState.PARTIAL if faults else ImportState.SUCCEEDED,
        format="ofx",
        file_name="a.ofx",
        accounts=[account],
        errors=[*faults],
        created_at=NOW,
        finished_at=NOW,
    )


@pytest.fixture
def office() -> Office:
    return Office({FindUser: ADA, ImportStatement: imported()})


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.ofx"
    path.write_bytes(b"OFX")
    return str(path)


def test_files_are_imported_on_behalf_of_the_user(office: Office, file: str) -> None:
    done = office.run(command, file, file, "--user", "ada@example.com", "--account", str(ACCOUNT), "--mapping", "bank")
    assert (done.exit_code, office.operators) == (0, ["litestar import"])
    assert office.users == [None, ADA, ADA]
    assert office.received[0] == FindUser(email="ada@example.com")
    for sent in office.received[1:]:
        assert isinstance(sent, ImportStatement)
        assert (sent.file_name, sent.account_id, sent.mapping) == ("a.ofx", ACCOUNT, "bank")
    told = f"{file}: imported as ofx\n  account {ACCOUNT}, just opened: 40 new, 2 duplicate, 1 corrected\n"
    assert done.output == told * 2


def test_rows_that_are_errors_and_gaps_are_told_and_end_it_with_three(office: Office, file: str) -> None:
    fault = ImportFault(locator="line 17", code="amount_unreadable", detail="This is no amount.")
    proof = BalanceProofView(proved=False, statements=1, days=0, gap_count=5, gaps=[GAP])
    office = Office({FindUser: ADA, ImportStatement: imported(fault, proof=proof)})
    done = office.run(command, file, "--user", "ada@example.com")
    assert done.exit_code == ROWS_REFUSED
    assert "error in line 17: This is no amount. (amount_unreadable)" in done.output
    assert "balances and rows differ by 12.50 EUR from 2026-01-01 to the end\n  and 4 more such gaps" in done.output


def test_a_refused_file_ends_it_with_one_and_says_which_option_helps(office: Office, file: str) -> None:
    office.refusals[ImportStatement] = AccountUnnamed.of("account_id", "Send `account_id` to choose one.")
    done = office.run(command, file, file, "--user", "ada@example.com")
    assert (done.exit_code, len(office.received)) == (REFUSED, 3)
    assert f"{file}: refused." in done.stderr
    assert "Send --account to choose one." in done.stderr
    as_json = office.run(command, file, "--user", "ada@example.com", "--json")
    said = json.loads(as_json.stdout)
    assert (as_json.exit_code, said["result"], said["refused"]["code"]) == (REFUSED, None, "account_unnamed")


def test_a_preview_tells_rows_and_stores_nothing(file: str) -> None:
    row = PreviewedRow(
        locator="line 9",
        outcome="duplicate",
        transaction_id=uuid7(),
        matched_by=MatchedBy.TEXT,
        booked_on=date(2026, 1, 5),
        amount=Money(amount=Decimal("-1.00"), currency="EUR"),
        description="[red]Tea",
    )
    account = PreviewedAccount(
        account_id=None,
        created=True,
        transactions_new=0,
        transactions_duplicate=1,
        transactions_corrected=0,
        balance_proof=None,
    )
    preview = ImportPreview(
        state=ImportState.SUCCEEDED,
        format="camt",
        file_name="a.xml",
        accounts=[account],
        rows=[row],
        rows_total=1,
        errors=[],
    )
    office = Office({FindUser: ADA, PreviewStatement: preview})
    done = office.run(command, file, "--user", "ada@example.com", "--preview")
    assert (done.exit_code, type(office.received[1])) == (0, PreviewStatement)
    assert "would be imported as camt\n  a new account: 0 new, 1 duplicate, 0 corrected" in done.output
    assert "[red]Tea" in done.output
    said = json.loads(office.run(command, file, "--user", "ada@example.com", "--preview", "--json").stdout)
    assert (said["preview"], said["result"]["rows"][0]["amount"]["amount"]) == (True, "-1.00")


def test_unknown_people_and_wrong_usage_are_told_apart(office: Office, file: str) -> None:
    office.refusals[FindUser] = EmailUnknown()
    unknown = office.run(command, file, "--user", "eve@example.com")
    assert (unknown.exit_code, len(office.received)) == (1, 1)
    assert office.run(command, file, "--user", "not an address").exit_code == 1
    for wrong in ((file,), ("--user", "a@b.example"), ("away.ofx", "--user", "a@b.example")):
        assert office.run(command, *wrong).exit_code == 2
