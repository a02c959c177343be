"""`just corpus`: reads every real statement file there is and tells, a line a format, what became of it.

The files are of public projects and not shipped; without them it says so. Below a format stand other libraries on the
same files. A refusal is told with its reason.
"""

import io
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.imports.statement import Movement, Position, RowFault, StatementPart, StatementRefusedError
from app.infrastructure.statements.registry import reader_for
from tests.oracles import ORACLES

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
SUFFIXES = {".ofx", ".qfx", ".qbo", ".csv", ".xml", ".sta", ".txt", ".qif"}
NO_STATEMENT = "unknown format"


@dataclass(slots=True)
class Tally:
    files: int = 0
    read: int = 0
    rows: int = 0
    faults: int = 0
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)

    def take[T](self, work: Callable[[], T]) -> T:
        self.files += 1
        started = time.process_time()
        try:
            return work()
        finally:
            self.seconds += time.process_time() - started

    def read_by(self, parts: Callable[[], list[StatementPart]]) -> None:
        try:
            found = self.take(parts)
        except StatementRefusedError as refused:
            self.reasons[refused.error.detail] += 1
        else:
            self.read += 1
            self.rows += sum(isinstance(part, Movement | Position) for part in found)
            self.faults += sum(isinstance(part, RowFault) for part in found)


def main() -> None:
    if not CORPORA.is_dir():
        print(f"There are no real files at {CORPORA}.")  # noqa: T201 -- it is a command
        return
    logging.disable()  # mt-940 tells of each line it cannot match
    tallies: dict[str, Tally] = {}
    for path in sorted(path for path in CORPORA.rglob("*") if path.suffix.lower() in SUFFIXES):
        content = path.read_bytes()
        try:
            reader = reader_for(content[:4096])
        except StatementRefusedError:
            unknown = tallies.setdefault(NO_STATEMENT, Tally())
            unknown.files += 1
            unknown.reasons[path.suffix] += 1
            continue
        code = reader.about.code
        tally = tallies.setdefault(code, Tally())
        tally.read_by(lambda reader=reader, content=content: list(reader.read(io.BytesIO(content))))  # type: ignore[misc]  # bound at once
        for name, oracle in ORACLES.get(code, {}).items():
            beside = tallies.setdefault(f"{code} by {name}", Tally())
            reading = beside.take(lambda oracle=oracle, content=content: oracle(content))  # type: ignore[misc]  # bound at once
            beside.read += reading is not None
            beside.rows += len(reading.rows) if reading else 0
    show(tallies)


def show(tallies: dict[str, Tally]) -> None:
    print(f"{'format':<20}{'files':>6}{'read':>6}{'rows':>7}{'faults':>8}{'seconds':>9}")  # noqa: T201 -- it is a command
    for name, tally in sorted(tallies.items()):
        figures = f"{tally.files:>6}{tally.read:>6}{tally.rows:>7}{tally.faults:>8}{tally.seconds:>9.2f}"
        reasons = [f"\n    refused {times}: {reason[:110]}" for reason, times in tally.reasons.most_common()]
        print(f"{name:<20}{figures}{''.join(reasons)}")  # noqa: T201 -- it is a command


if __name__ == "__main__":
    main()
