import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger.account import AccountType, account_name, canonical_number, masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("123456789", "••••6789"),
        ("12345678", "••••5678"),
        ("123456", "••••456"),
        ("123", "••••3"),
        ("1", "••••"),
        ("", "••••"),
        ("12", "••••2"),
    ],
)
def test_a_number_shows_at_most_four_characters_and_never_half(number: str, shown: str) -> None:
    assert masked(number) == shown


@given(number=st.text(min_size=1, max_size=40))
def test_a_masked_number_hides_most_of_it(number: str) -> None:
    kept = masked(number).removeprefix("••••")
    assert number.endswith(kept)
    assert len(kept) <= min(4, len(number) / 2)


@pytest.mark.parametrize("written", ["1234 5678", "1234-5678", "12.34.56.78", " 12345678 "])
def test_printing_marks_are_not_part_of_a_number(written: str) -> None:
    assert canonical_number(written) == "12345678"


def test_letters_and_masks_are_part_of_a_number() -> None:
    assert canonical_number("de89 3704/xx**") == "DE893704/XX**"


@given(number=st.text())
def test_a_canonical_number_stays(number: str) -> None:
    assert canonical_number(canonical_number(number)) == canonical_number(number)


def test_what_is_owed_is_a_liability() -> None:
    owed = {kind for kind in AccountType if kind.is_liability}
    assert owed == {AccountType.CREDIT_CARD, AccountType.LINE_OF_CREDIT, AccountType.LOAN, AccountType.MORTGAGE}


@pytest.mark.parametrize(
    ("kind", "institution", "name"),
    [
        (AccountType.CHECKING, None, "Checking"),
        (AccountType.CREDIT_CARD, "Fernhill Bank", "Fernhill Bank Credit card"),
        (AccountType.IRA, None, "IRA"),
        (AccountType.ROTH_IRA, "Acme", "Acme Roth ira"),
    ],
)
def test_a_new_account_is_called_by_bank_and_kind(kind: AccountType, institution: str | None, name: str) -> None:
    assert account_name(kind, institution) == name
