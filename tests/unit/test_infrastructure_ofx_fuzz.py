"""Whatever the bytes, the reader answers, bounded in time and memory, and never with a surprise."""

import sys
import tracemalloc
from collections.abc import Iterable, Iterator
from io import BytesIO, RawIOBase
from itertools import chain, repeat
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.imports.statement import (
    Movement,
    RowFault,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
)
from app.infrastructure.statements.ofx import OfxReader
from tests.fuzz.fragments import FRAGMENTS
from tests.reading import check

FILES = [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "data" / "ofx").iterdir())]


def outcome(content: bytes, chunk_bytes: int = 1 << 17) -> list[StatementPart] | None:
    """The parts, or None if refused; which of two reasons is met first may depend on the chunks."""
    try:
        return list(OfxReader(chunk_bytes).read(BytesIO(content)))
    except StatementRefusedError:
        return None


@given(st.binary(max_size=300))
def test_random_bytes_are_answered(content: bytes) -> None:
    check(outcome(content))


@given(st.lists(st.sampled_from(FRAGMENTS["ofx"]) | st.binary(max_size=8), max_size=60).map(b"".join))
def test_random_markup_is_answered_alike_for_any_chunk(content: bytes) -> None:
    check(outcome(content))
    for chunk_bytes in (1, 5, 64):
        assert outcome(b" " * 4096 + content, chunk_bytes) == outcome(b" " * 4096 + content)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    content = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(min_value=1, max_value=5))):
        start = draw(st.integers(min_value=0, max_value=len(content)))
        end = draw(st.integers(min_value=start, max_value=min(len(content), start + 40)))
        content = content[:start] + draw(st.sampled_from(FRAGMENTS["ofx"]) | st.binary(max_size=6)) + content[end:]
    return content


@given(mutated())
@settings(max_examples=200)
def test_a_mutated_file_is_answered_alike_for_any_chunk(content: bytes) -> None:
    parts = outcome(content)
    check(parts)
    assert outcome(content, 3) == parts


@pytest.mark.parametrize("content", FILES)
def test_chunks_do_not_matter_to_a_valid_file(content: bytes) -> None:
    shifted = b" " * 4096 + content if b"\0" not in content else content
    expected = outcome(shifted)
    for chunk_bytes in (1, 2, 3, 13, 1 << 12):
        assert outcome(shifted, chunk_bytes) == expected


def test_a_record_among_a_banks_rows_stands_where_it_stands() -> None:
    rows = b"<STMTTRN><TRNAMT>-1.00<DTPOSTED>20260105<FITID>1</STMTTRN>\n\n<INCOME><FITID>2<DTTRADE>20260106<TOTAL>x\n"
    opening = b" " * 4096 + b"<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>12345</BANKACCTFROM>\n"
    content = opening + rows + b"</STMTRS></OFX>"
    parts = outcome(content)
    assert parts
    assert [part.locator for part in parts if isinstance(part, RowFault)] == ["statement 1, row 2, line 4"]
    for chunk_bytes in (1, 5, 64):
        assert outcome(content, chunk_bytes) == parts


class Endless(RawIOBase):
    """A stream of the given chunks that remembers how much was taken."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken, self._rest = self._rest[:size], self._rest[size:]
        self.bytes_read += len(taken)
        return taken


def parts_of(source: Endless) -> Iterator[StatementPart]:
    return OfxReader().read(cast("BinaryIO", source))


HEAD = b"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>"
ROW = b"<STMTTRN><TRNTYPE>POS<DTPOSTED>20250101<TRNAMT>-1.00<FITID>1<NAME>Kiosk</STMTTRN>\n"


def test_a_value_without_end_is_refused_without_reading_on() -> None:
    source = Endless(chain([b"<OFX><NAME>"], repeat(b"x" * 4096)))
    with pytest.raises(StatementRefusedError):
        list(parts_of(source))
    assert source.bytes_read < 100_000


def test_rows_come_while_the_stream_is_still_read() -> None:
    source = Endless(chain([HEAD], repeat(ROW * 40)))
    parts = parts_of(source)
    assert isinstance(next(parts), StatementOpened)
    assert isinstance(next(parts), Movement)
    assert source.bytes_read < 20_000
    parts.close()  # type: ignore[attr-defined]  # a generator, though the protocol says only iterator


def peak_bytes(chunks: Iterable[bytes]) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(StatementRefusedError):
            for _ in parts_of(Endless(chunks)):
                pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "filler", [ROW * 40, b"<!--" + b"<x>" * 1000, b"<STMTTRN>" * 100 + b" " * 2000, b"<A" * 1600, b"<U1>x" * 600]
)
def test_memory_does_not_grow_with_the_file(filler: bytes) -> None:
    once, thrice = (peak_bytes(chain([HEAD], repeat(filler, count))) for count in (100, 300))
    assert thrice <= 1.2 * once


def calls(content: bytes) -> int:
    """How many functions run, ours and C's, to read it."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        outcome(content, 4096)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "filler",
    [
        ROW,
        b"<",
        b"< ",
        b"<A",
        b"</A>",
        b"<A>",
        b"<!--x-->",
        b"<!--",
        b"<![CDATA[x]]>",
        b"<![CDATA[",
        b"&#1;",
        b"<?x?>",
        b"<STMTTRN>",
        b"<STATUS><CODE>1<MESSAGE>x",
        b"<STMTRS></STMTRS>",
        b"\x00",
        b"<a:b>x",
        b"]]>-->",
        b"\xe9<A>",
    ],
)
def test_twice_the_file_is_twice_the_work(filler: bytes) -> None:
    size = 32_768
    once = calls(HEAD + filler * (size // len(filler)))
    twice = calls(HEAD + filler * (2 * size // len(filler)))
    assert twice <= 2.2 * once + 100
