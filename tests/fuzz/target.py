"""What is fuzzed: one function over bytes. Whatever they are, a reader answers or refuses, and raises nothing else."""

from app.domain.imports.csv_mapping import CsvMapping, DateOrder
from app.domain.protocols.statements import StatementReader
from app.infrastructure.statements.camt import CamtReader
from app.infrastructure.statements.csv_reader import CsvReader
from app.infrastructure.statements.mt940 import Mt940Reader
from app.infrastructure.statements.ofx import OfxReader
from app.infrastructure.statements.qif import QifReader
from tests.reading import check, outcome

CHUNK_BYTES = 64 * 1024
PIECE_BYTES = 61
PADDING = b" " * 4095 + b"\n"  # as much as is looked at in one piece
MAPPING = CsvMapping(
    date="1", date_order=DateOrder.DAY_FIRST, amount="2", description=("3",), running_balance="4", has_headings=False
)


def readers(chunk_bytes: int) -> list[StatementReader]:
    csv = CsvReader(chunk_bytes=chunk_bytes)
    return [CamtReader(chunk_bytes), csv, Mt940Reader(chunk_bytes), OfxReader(chunk_bytes), QifReader(chunk_bytes)]


WHOLE, IN_PIECES = readers(CHUNK_BYTES), readers(PIECE_BYTES)


def one_input(content: bytes) -> None:
    """Read by who recognises it, alike in pieces of any size; by all if nobody does; and as CSV by a mapping."""
    pairs = list(zip(WHOLE, IN_PIECES, strict=True))
    ours = [pair for pair in pairs if pair[0].recognises(content[:4096])]
    for reader, in_pieces in ours or pairs:
        check(outcome(reader, content))
        if ours and b"\0" not in content:  # behind the padding UTF-16 is not known for what it is
            assert outcome(in_pieces, PADDING + content) == outcome(reader, PADDING + content)
    check(outcome(CsvReader(MAPPING), content))
