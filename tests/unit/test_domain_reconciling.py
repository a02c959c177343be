"""Pages of a reading put together; what they mean for the ledger is tested where banks are synced."""

from app.domain.connections.reading import ProviderRow, RemovedRow, TransactionPage
from app.domain.connections.reconciling import Reading
from tests.values import movement


def row(row_id: str, amount: str = "-1.00") -> ProviderRow:
    return ProviderRow(account_id="a", movement=movement(amount, bank_id=row_id))


def read(*pages: TransactionPage, is_cursor: bool) -> Reading:
    reading = Reading(is_cursor=is_cursor)
    for page in pages:
        reading.take(page)
    return reading


def told(reading: Reading) -> list[tuple[str, int, str]]:
    return [(row_id, nth, str(one.movement.amount)) for row_id, nth, one in reading.rows("a")]


def test_two_rows_that_share_an_id_stay_two_wherever_the_pages_end() -> None:
    same = [TransactionPage(rows=(row("1"),)), TransactionPage(rows=(row("1", "-2.00"), row("1", "-3.00")))]
    reading = read(*same, is_cursor=False)
    assert told(reading) == [("1", 0, "-1.00"), ("1", 1, "-2.00"), ("1", 2, "-3.00")]


def test_a_feed_of_changes_tells_a_row_anew_with_its_id() -> None:
    reading = read(
        TransactionPage(rows=(row("1"), row("2"))), TransactionPage(rows=(row("1", "-9.00"),)), is_cursor=True
    )
    assert told(reading) == [("1", 0, "-9.00"), ("2", 0, "-1.00")]


def test_what_is_told_and_taken_back_in_one_reading_was_never_there() -> None:
    gone = TransactionPage(rows=(), removed=(RemovedRow(account_id="a", id="1"),))
    reading = read(TransactionPage(rows=(row("1"), row("1"), row("2"))), gone, is_cursor=True)
    assert told(reading) == [("2", 0, "-1.00")]
    assert reading.removed("a") == ["1"]


def test_what_is_told_again_after_it_was_taken_back_is_there() -> None:
    gone = TransactionPage(rows=(), removed=(RemovedRow(account_id="a", id="1"),))
    reading = read(TransactionPage(rows=(row("1"),)), gone, TransactionPage(rows=(row("1", "-5.00"),)), is_cursor=True)
    assert (told(reading), reading.removed("a")) == ([("1", 0, "-5.00")], [])
