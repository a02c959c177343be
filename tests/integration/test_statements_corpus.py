"""Real MT940, CAMT and CSV files of public projects, which are not shipped with this one."""

import re
from pathlib import Path

import pytest

from app.domain.imports.statement import Movement, RowFault, StatementPart
from app.domain.protocols.statements import StatementReader
from app.infrastructure.statements.camt import CamtReader
from app.infrastructure.statements.csv_reader import CsvReader
from app.infrastructure.statements.mt940 import Mt940Reader
from app.infrastructure.statements.qif import QifReader
from tests.reading import outcome

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora of real files are not on this machine")

WHOLE = re.compile(rb"^:(?:62[FM]|90[CD]):", re.MULTILINE)


def recognised(reader: StatementReader, *patterns: str) -> list[Path]:
    found = sorted({path for pattern in patterns for path in CORPORA.rglob(pattern)})
    return [path for path in found if reader.recognises(path.read_bytes()[:4096])]


def movements(parts: list[StatementPart]) -> list[Movement]:
    return [part for part in parts if isinstance(part, Movement)]


def test_every_whole_mt940_file_is_read_row_by_row() -> None:
    files = [path for path in recognised(Mt940Reader(), "*.sta", "*.STA", "*.txt") if WHOLE.search(path.read_bytes())]
    assert len(files) > 35
    for path in files:
        content = path.read_bytes()
        parts = outcome(Mt940Reader(), content)
        assert parts is not None, path.name
        rows = sum(isinstance(part, Movement | RowFault) for part in parts)
        assert rows == len(re.findall(rb"^:61:", content, re.MULTILINE)), path.name


def test_every_camt_file_with_a_statement_is_read() -> None:
    files = [
        path for path in recognised(CamtReader(), "*.xml") if re.search(rb"<(Stmt|Rpt|Ntfctn)>", path.read_bytes())
    ]
    assert len(files) > 33
    for path in files:
        parts = outcome(CamtReader(), path.read_bytes())
        assert parts is not None, path.name
        rows = sum(isinstance(part, Movement | RowFault) for part in parts)
        assert rows >= len(re.findall(rb"<Ntry>", path.read_bytes())), path.name


@pytest.mark.parametrize(("reader", "pattern", "files_min"), [(CsvReader(), "*.csv", 10), (QifReader(), "*.qif", 11)])
def test_every_csv_of_a_preset_and_every_qif_is_read_without_a_fault(
    reader: StatementReader, pattern: str, files_min: int
) -> None:
    files = recognised(reader, pattern)
    assert len(files) >= files_min
    for path in files:
        parts = outcome(reader, path.read_bytes())
        assert parts is not None, path.name
        assert movements(parts), path.name
        assert not [part for part in parts if isinstance(part, RowFault)], path.name
