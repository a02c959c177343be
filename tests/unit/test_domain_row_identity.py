from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.imports.statement import Movement
from app.domain.ledger.row_identity import RowIdentities
from tests.values import movement

rows = st.lists(
    st.builds(
        movement,
        amount=st.sampled_from(["-1.00", "-1", "2.5"]),
        bank_id=st.sampled_from(["1", "2", None]),
        description=st.sampled_from(["Tea", "Coffee"]),
        booked_on=st.sampled_from([date(2026, 1, 5), date(2026, 1, 6)]),
    ),
    max_size=12,
)


def identities(*statement: Movement) -> list[bytes]:
    """The identities of one statement's rows."""
    names = RowIdentities()
    return [names.of(one) for one in statement]


@given(statement=rows)
def test_every_row_of_a_statement_is_its_own(statement: list[Movement]) -> None:
    assert len({*identities(*statement)}) == len(statement)


@given(statement=rows)
def test_reading_a_statement_again_finds_the_same_rows(statement: list[Movement]) -> None:
    assert identities(*statement) == identities(*statement)


@given(statement=rows, data=st.data())
def test_the_order_of_a_statement_does_not_matter(statement: list[Movement], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(statement))
    assert {*identities(*shuffled)} == {*identities(*statement)}


@given(statement=rows, data=st.data())
def test_a_longer_statement_has_the_rows_of_a_shorter_one(statement: list[Movement], data: st.DataObject) -> None:
    shorter = statement[: data.draw(st.integers(0, len(statement)))]
    assert {*identities(*shorter)} <= {*identities(*statement)}


@pytest.mark.parametrize(
    "changed", [{"description": "Tea house"}, {"memo": "x"}, {"counterparty": "x"}, {"locator": "x"}, {"amount": "-1"}]
)
def test_a_row_with_a_bank_id_may_be_described_differently(changed: dict[str, str]) -> None:
    assert identities(movement()) == identities(movement(**changed))


@pytest.mark.parametrize("changed", [{"amount": "-1.01"}, {"booked_on": date(2026, 1, 6)}, {"bank_id": "2"}])
def test_id_date_and_amount_make_a_row_with_a_bank_id(changed: dict[str, Any]) -> None:
    assert identities(movement()) != identities(movement(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "x"},
        {"memo": "x"},
        {"counterparty": "x"},
        {"check_number": "x"},
        {"reference": "x"},
        {"amount": "-1.01"},
        {"booked_on": date(2026, 1, 6)},
    ],
)
def test_everything_it_says_makes_a_row_without_a_bank_id(changed: dict[str, Any]) -> None:
    assert identities(movement(bank_id=None)) != identities(movement(**{"bank_id": None} | changed))


def test_a_text_that_looks_like_a_bank_id_is_none() -> None:
    assert identities(movement(bank_id=None, description="id\x1f1")) != identities(movement(bank_id="1"))
