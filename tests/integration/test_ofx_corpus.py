"""Real statement files of four public projects, which are not shipped with this one."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.domain.imports.statement import (
    Movement,
    RowFault,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
)
from app.infrastructure.statements.ofx import OfxReader
from app.infrastructure.statements.registry import reader_for

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
PROJECTS = ("ofxparse", "asgrim-ofxparser", "fixofx", "csv2ofx")
HAS_STATEMENT = re.compile(rb"<(?:CC|INV)?STMTRS>", re.IGNORECASE)
HAS_ROW = re.compile(
    rb"<(?:STMTTRN|(?:BUY|SELL)(?:STOCK|MF|DEBT|OPT|OTHER)|INCOME|REINVEST|TRANSFER|SPLIT|RETOFCAP|INVEXPENSE"
    rb"|MARGININTEREST|JRNLFUND|JRNLSEC|CLOSUREOPT)>",
    re.IGNORECASE,
)
READ_AT_LEAST = 0.98

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora of real files are not on this machine")


def corpus() -> list[Path]:
    return [path for project in PROJECTS for path in sorted((CORPORA / project).rglob("*.ofx"))]


def with_statements() -> list[Path]:
    return [path for path in corpus() if "fail_nice" not in path.parts and HAS_STATEMENT.search(path.read_bytes())]


def read(path: Path) -> list[StatementPart]:
    with path.open("rb") as source:
        return list(OfxReader().read(source))


def counted(parts: Sequence[StatementPart], kind: type | tuple[type, ...]) -> int:
    return sum(isinstance(part, kind) for part in parts)


def refusal(path: Path) -> str | None:
    try:
        read(path)
    except StatementRefusedError as refused:
        return refused.error.detail
    return None


def test_nearly_every_file_with_a_statement_is_read() -> None:
    refusals = {path.name: reason for path in with_statements() if (reason := refusal(path)) is not None}
    assert len(with_statements()) > 50
    assert 1 - len(refusals) / len(with_statements()) >= READ_AT_LEAST, refusals


def test_every_transaction_of_a_file_that_is_read_is_a_movement_or_a_fault() -> None:
    told = {
        path.name: counted(parts, (Movement, RowFault)) - len(HAS_ROW.findall(path.read_bytes()))
        for path in with_statements()
        if refusal(path) is None and (parts := read(path))
    }
    assert {name: difference for name, difference in told.items() if difference} == {}


def test_every_statement_of_a_file_that_is_read_is_opened() -> None:
    for path in with_statements():
        if refusal(path) is None:
            assert counted(read(path), StatementOpened) == len(HAS_STATEMENT.findall(path.read_bytes())), path.name


def test_hardly_a_row_is_faulty() -> None:
    faults = [part for path in with_statements() for part in read(path) if isinstance(part, RowFault)]
    assert len(faults) <= 1, faults  # one project snipped the fields of a row


def test_files_meant_to_fail_are_refused_or_give_faults_or_lack_a_balance() -> None:
    for path in corpus():
        if "fail_nice" in path.parts and "balance" not in path.name:
            assert refusal(path) or counted(read(path), RowFault), path.name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_another_encoding_changes_nothing(encoding: str, tmp_path: Path) -> None:
    path = CORPORA / "asgrim-ofxparser" / "tests" / "fixtures" / "ofxdata-bb.ofx"
    other = tmp_path / "other.ofx"
    other.write_bytes(path.read_bytes().decode().encode(encoding))
    assert read(other) == read(path)


def test_every_file_is_recognised_by_its_content() -> None:
    for path in corpus():
        assert reader_for(path.read_bytes()[:4096]).about.code == "ofx", path.name
