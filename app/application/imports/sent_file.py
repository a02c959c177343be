"""A statement file as somebody sends it."""

from typing import BinaryIO

from app.application.registry import Immutable
from app.core.ids import AccountId


class SentFile(Immutable):
    """`source` is read from its start and left open; without `account_id` each statement names its account.

    `mapping` is the name of a saved one, for CSV files that no preset knows.
    """

    file_name: str
    source: BinaryIO
    account_id: AccountId | None = None
    mapping: str | None = None
