"""What a user may say of a CSV file."""

from dataclasses import replace

import pytest

from app.domain.imports.csv_mapping import CsvMapping, DateOrder

SOUND = CsvMapping(date="Day", date_order=DateOrder.DAY_FIRST, amount="Sum", description=("Who", "What"))


def test_a_sound_mapping_names_its_columns() -> None:
    assert SOUND.faults() == ()
    assert SOUND.columns() == {"date": "Day", "description/0": "Who", "description/1": "What", "amount": "Sum"}


def test_debits_alone_will_do() -> None:
    assert replace(SOUND, amount=None, debit="Out").faults() == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (replace(SOUND, amount=None), "/amount"),
        (replace(SOUND, credit="In"), "/amount"),
        (replace(SOUND, date=" "), "/date"),
        (replace(SOUND, description=("Who", "x" * 101)), "/description/1"),
        (replace(SOUND, has_headings=False, date="1", amount="Sum", description=()), "/amount"),
        (replace(SOUND, has_headings=False, date="0", amount="2", description=()), "/date"),
        (replace(SOUND, delimiter=";;"), "/delimiter"),
        (replace(SOUND, delimiter='"'), "/delimiter"),
        (replace(SOUND, skip_lines=-1), "/skip_lines"),
        (replace(SOUND, currency="euro"), "/currency"),
    ],
)
def test_a_fault_is_blamed_on_its_field(changed: CsvMapping, field: str) -> None:
    assert [fault.field for fault in changed.faults()] == [field]
