"""Our readings beside those of other libraries: of the shipped files, and of real ones where they are at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.infrastructure.statements.registry import readers
from tests.oracles import ORACLES, Reading, reading_of
from tests.reading import outcome

SHIPPED = Path(__file__).parents[1] / "data"
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"

# Where the other library is alone with its reading, and wrong.
ERRS = {
    "german.sta": "takes RC, a credit taken back, for money in",
    "sepa_mt9401.sta": "takes RC for money in; the balances of the file say otherwise",
    "multiline.sta": "takes a row behind the closing balance, that may be of any day",
    "gv_codes.sta": "reads a message that is cut off",
    "mt940-with-colon-after-line-break.txt": "reads a message that is cut off",
    "investment_medium.ofx": "leaves CURRATE out",
    "pending.ofx": "does not know BANKTRANLISTP",
}


def samples(code: str) -> Iterator[tuple[str, bytes]]:
    reader = next(reader for reader in readers() if reader.about.code == code)
    for path in (*sorted((SHIPPED / code).iterdir()), *sorted(CORPORA.rglob("*"))):
        if path.is_file() and path.name not in ERRS and reader.recognises((content := path.read_bytes())[:4096]):
            yield path.name, content


def agreed(readings: list[Reading | None]) -> Reading | None:
    """What all say that can read it at all; None where they contradict each other."""
    said = [reading for reading in readings if reading]
    return said[0] if said and all(reading == said[0] for reading in said) else None


@pytest.mark.parametrize(("code", "files_min"), [("ofx", 2), ("mt940", 2)])
def test_no_value_differs_from_what_the_oracles_agree_upon(code: str, files_min: int) -> None:
    reader = next(reader for reader in readers() if reader.about.code == code)
    compared = 0
    for name, content in samples(code):
        theirs = agreed([oracle(content) for oracle in ORACLES[code].values()])
        if theirs and theirs.rows:
            parts = outcome(reader, content)
            assert parts is not None, name
            ours = reading_of(parts)
            assert ours.rows == theirs.rows, name
            assert not theirs.balances or ours.balances == theirs.balances, name
            compared += 1
    assert compared >= files_min
    assert compared > 30 or not CORPORA.is_dir()
