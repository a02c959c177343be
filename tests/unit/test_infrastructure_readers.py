"""Whatever the bytes, every reader answers, alike for any chunk, and never with a surprise."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.protocols.statements import StatementReader
from app.infrastructure.statements.camt import CamtReader
from app.infrastructure.statements.csv_reader import CsvReader
from app.infrastructure.statements.mt940 import Mt940Reader
from app.infrastructure.statements.qif import QifReader
from app.infrastructure.statements.registry import reader_for, readers
from tests.fuzz.fragments import FRAGMENTS
from tests.reading import check, outcome, parts_of

FOLDER = Path(__file__).parent.parent / "data"
FILES = {reader.about.code: sorted((FOLDER / reader.about.code).iterdir()) for reader in readers()}
REFUSED = {"accounts-only.ofx", "bank-error.ofx", "entity-bomb.ofx"}
PADDING = b" " * 4095 + b"\n"  # as much as is looked at in one piece
CHUNKED: Mapping[str, Callable[[int], StatementReader]] = {
    "camt": CamtReader,
    "csv": lambda size: CsvReader(chunk_bytes=size),
    "mt940": Mt940Reader,
    "qif": QifReader,
}


def every(code: str) -> StatementReader:
    return next(reader for reader in readers() if reader.about.code == code)


@pytest.mark.parametrize(("code", "path"), [(code, path) for code in FILES for path in FILES[code]], ids=str)
def test_a_file_is_recognised_by_content_and_read(code: str, path: Path) -> None:
    content = path.read_bytes()
    assert reader_for(content[:4096]).about.code == code
    parts = outcome(every(code), content)
    check(parts)
    assert bool(parts) is (path.name not in REFUSED)


@pytest.mark.parametrize(("code", "path"), [(code, path) for code in CHUNKED for path in FILES[code]], ids=str)
def test_chunks_do_not_matter(code: str, path: Path) -> None:
    content = PADDING + path.read_bytes()
    for chunk_bytes in (1, 7, 64):
        assert parts_of(CHUNKED[code](chunk_bytes), content) == parts_of(every(code), content)


@given(st.sampled_from(sorted(FRAGMENTS)), st.data())
def test_a_mutated_file_is_answered(code: str, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from([b"", *(path.read_bytes() for path in FILES[code])]))
    pieces = st.sampled_from(FRAGMENTS[code]) | st.binary(max_size=6)
    for _ in range(data.draw(st.integers(min_value=1, max_value=6))):
        start = data.draw(st.integers(min_value=0, max_value=len(content)))
        end = data.draw(st.integers(min_value=start, max_value=min(len(content), start + 40)))
        content = content[:start] + data.draw(pieces) + content[end:]
    parts = outcome(every(code), content)
    check(parts)
    if code in CHUNKED:
        assert outcome(CHUNKED[code](3), PADDING + content) == outcome(every(code), PADDING + content)


@pytest.mark.parametrize("code", sorted(FRAGMENTS))
def test_the_source_is_left_open(code: str) -> None:
    source = BytesIO(FILES[code][-1].read_bytes())
    assert list(every(code).read(source))
    assert not source.closed
