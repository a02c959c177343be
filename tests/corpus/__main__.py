"""`just corpus`: reads every real statement file there is and tells, a line a format, what became of it.

The files are of public projects and not shipped; without them it says so. mt-940 stands beside where it reads.
"""

import io
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import mt940

from app.domain.imports.statement import Movement, Position, RowFault, StatementPart, StatementRefusedError
from app.infrastructure.statements.registry import reader_for

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
SUFFIXES = {".ofx", ".qfx", ".qbo", ".csv", ".xml", ".sta", ".txt", ".qif"}


@dataclass(slots=True)
class Tally:
    files: int = 0
    read: int = 0
    rows: int = 0
    faults: int = 0
    seconds: float = 0.0
    refusals: Counter[str] = field(default_factory=Counter)


def main() -> None:
    if not CORPORA.is_dir():
        print(f"There are no real files at {CORPORA}.")  # noqa: T201 -- it is a command
        return
    tallies: dict[str, Tally] = {}
    library = Tally()
    for path in sorted(path for path in CORPORA.rglob("*") if path.suffix.lower() in SUFFIXES):
        content = path.read_bytes()
        try:
            reader = reader_for(content[:4096])
        except StatementRefusedError:
            tallies.setdefault("none", Tally()).files += 1
            continue
        tally = tallies.setdefault(reader.about.code, Tally())
        tally.files += 1
        started = time.perf_counter()
        try:
            count(tally, list(reader.read(io.BytesIO(content))))
        except StatementRefusedError as refused:
            tally.refusals[refused.error.detail[:90]] += 1
        tally.seconds += time.perf_counter() - started
        if reader.about.code == "mt940":
            beside(library, path)
    if "mt940" in tallies:
        tallies["mt-940, the library"] = library
    show(tallies)


def count(tally: Tally, parts: list[StatementPart]) -> None:
    tally.read += 1
    tally.rows += sum(isinstance(part, Movement | Position) for part in parts)
    tally.faults += sum(isinstance(part, RowFault) for part in parts)


def beside(tally: Tally, path: Path) -> None:
    tally.files += 1
    started = time.perf_counter()
    try:
        tally.rows += len(mt940.parse(str(path), encoding="latin-1").transactions)
        tally.read += 1
    except Exception as error:  # noqa: BLE001 -- whatever another's parser raises, it did not read the file
        tally.refusals[type(error).__name__] += 1
    tally.seconds += time.perf_counter() - started


def show(tallies: dict[str, Tally]) -> None:
    lines = [f"{'format':<20}{'files':>6}{'read':>6}{'rows':>7}{'faults':>8}{'seconds':>9}"]
    for name, tally in tallies.items():
        lines.append(f"{name:<20}{tally.files:>6}{tally.read:>6}{tally.rows:>7}{tally.faults:>8}{tally.seconds:>9.2f}")
        lines.extend(f"    refused {times}: {reason}" for reason, times in tally.refusals.most_common())
    print("\n".join(lines))  # noqa: T201 -- it is a command


if __name__ == "__main__":
    main()
