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
FRAGMENTS = {
    "camt": [
        *(
            b"<Ntry>",
            b"</Ntry>",
            b"<Ntry/>",
            b"<c:Ntry>",
            b"<Stmt>",
            b"</Stmt>",
            b"<TxDtls>",
            b'<Amt Ccy="EUR">1</Amt>',
        ),
        *(
            b"<Amt>NaN</Amt>",
            b"<Sts>",
            b"<Dt>2025-02-30</Dt>",
            b"<![CDATA[",
            b"]]>",
            b"<!--",
            b"-->",
            b"&amp;",
            b"&#0;",
        ),
        *(b"<", b">", b"\0", b"\xe9", b"\xff\xfe", b"<!ENTITY", b"<?x", b"<a>" * 70, b"</a>", b"\n", b'"'),
    ],
    "csv": [
        *(
            b",",
            b";",
            b'"',
            b"\n",
            b"\r",
            b"\r\n",
            b"\t",
            b"-",
            b"$",
            b"(",
            b")",
            b"01/01/2024",
            b"1,000.00",
            b"\xe9",
            b"\0",
        ),
        *(
            b"Date,Description,Amount,Running Bal.\n",
            b"Symbol,Description,Qty,Price,Cost Basis,Security Type\n",
            b"9" * 40,
        ),
    ],
    "mt940": [
        *(b"\n:20:A", b"\n:25:1", b"\n:60F:C240101EUR1,", b"\n:60M:C240101EUR1,", b"\n:61:2401010101C1,NTRF", b"\n"),
        *(b"\n:62F:C240101EUR1,", b"\n:62M:C240101EUR1,", b"\n-", b"-}", b"\n:86:", b"?20", b"105?00", b"//", b","),
        *(b"/REMI/", b"/CNTP/", b"\n:NS:01", b"\n:34F:EUR", b"\n:90D:", b"SVWZ+", b"\r\n", b"\xe9", b"\0", b"9" * 30),
    ],
    "qif": [
        *(b"^\n", b"!Type:Bank\n", b"!Type:Invst\n", b"!Account\n", b"!Type:Cat\n", b"!Clear:AutoSwitch\n", b"\r"),
        *(b"D1/13'24\n", b"D13.1.24\n", b"T1,5\n", b"T1,234.56\n", b"NBuyX\n", b"NCGMidX\n", b"Q3\n", b"I1e9\n"),
        *(b"SA\n", b"$1.00\n", b"$\n", b"L[A]\n", b"YIBM\n", b"POpening Balance\n", b"!Option:DMY\n", b"\xe9", b"\0"),
    ],
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
    source = BytesIO(FILES[code][0].read_bytes())
    assert list(every(code).read(source))
    assert not source.closed
