"""How fast statement files are read, beside other libraries and without servers; and what memory big ones take."""

import io
import logging
import multiprocessing
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO, cast

import psutil  # type: ignore[import-untyped]  # ships no types

from app.domain.imports.statement import Movement
from app.infrastructure.statements.registry import reader_for
from tests.bench.measuring import Bench, expect, report
from tests.bench.workload import statement_file
from tests.oracles import ORACLES

ROWS = 10_000
LIBRARY_ROUNDS = 1
TARGETS = {"ofx": "< 0.15 s", "camt": "< 0.25 s", "mt940": "< 0.30 s"}


def readers(bench: Bench) -> None:
    logging.getLogger("mt940").setLevel(logging.CRITICAL)
    for code, write in FILES.items():
        content = write()
        seconds = best_of(bench.rounds, lambda content=content: rows_in(io.BytesIO(content)))  # type: ignore[misc]  # bound at once
        report(f"read {ROWS:,} rows of {code}", f"{seconds:.3f} s", TARGETS.get(code, ""))
        for name, oracle in ORACLES.get(code, {}).items():
            seconds = best_of(LIBRARY_ROUNDS, lambda oracle=oracle, content=content: len(oracle(content).rows))  # type: ignore[misc]  # bound at once
            report(f"  by {name}", f"{seconds:.3f} s")
    for code in FILES:
        # Each in a process of its own, as a peak hides all lower ones behind it.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            added, rows, seconds = pool.submit(memory_of, code, bench.megabytes).result()
        report(
            f"read {bench.megabytes} MB of {code}", f"{added:.0f} MiB, {rows:,} rows in {seconds:.1f} s", "< 150 MiB"
        )


def rows_in(source: BinaryIO) -> int:
    reader = reader_for(source.read(4096))
    source.seek(0)
    parts = reader.read(source)
    return sum(isinstance(part, Movement) for part in parts)


def best_of(rounds: int, work: Callable[[], int]) -> float:
    """The CPU seconds of the fastest round, as only others can make one slower."""
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        expect(work(), ROWS)
        seconds.append(time.process_time() - started)
    return min(seconds)


def memory_of(code: str, megabytes: int) -> tuple[float, int, float]:
    """MiB that the peak is above what the process took before, the rows, and the seconds it takes."""
    before, started = psutil.Process().memory_info().rss, time.process_time()
    rows = rows_in(cast("BinaryIO", Repeated(FILES[code](), MARKS[code], megabytes * 1_000_000)))
    # Of getrusage's peak a child inherits its parent's.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    added = int(peak[1]) * 1024 - before if peak else 0
    return added / 2**20, rows, time.process_time() - started


class Repeated(io.RawIOBase):
    """A file whose rows come again and again until it is big."""

    def __init__(self, content: bytes, marks: tuple[bytes, bytes], size_bytes: int) -> None:
        start, end = content.index(marks[0]), content.rindex(marks[1]) + len(marks[1])
        self._parts = content[:start], content[start:end], content[end:]
        self._times = size_bytes // (end - start)
        self.seek(0)

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, _whence: int = io.SEEK_SET) -> int:
        """To the start, whence alone a file is read."""
        head, rows, tail = self._parts
        self._rest, self._coming = b"", chain([head], repeat(rows, self._times), [tail])
        return offset

    def read(self, size: int = -1) -> bytes:
        self._rest = self._rest or next(self._coming, b"")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def ofx() -> bytes:
    return statement_file(1, ROWS)


def camt() -> bytes:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{row}.34</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>\n'
        f"<BookgDt><Dt>2026-01-{1 + row % 28:02}</Dt></BookgDt><ValDt><Dt>2026-01-{1 + row % 28:02}</Dt></ValDt>\n"
        f"<AcctSvcrRef>R{row}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E{row}</EndToEndId></Refs>\n"
        "<RltdPties><Cdtr><Nm>Stadtwerke</Nm></Cdtr></RltdPties><RmtInf><Ustrd>Strom im Mai</Ustrd></RmtInf>\n"
        "</TxDtls></NtryDtls></Ntry>\n"
        for row in range(1, ROWS + 1)
    )
    account = "<Acct><Id><IBAN>DE99700500000000012345</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    return f"<Document><BkToCstmrStmt><Stmt>{account}{entries}</Stmt></BkToCstmrStmt></Document>".encode()


def swift() -> bytes:
    rows = "".join(
        f":61:2601{1 + row % 28:02}0101D{row},34NDDTNONREF//B{row}\n"
        f":86:105?00BASISLASTSCHRIFT?20EREF+E{row}?21SVWZ+Strom im Mai?32Stadtwerke\n"
        for row in range(ROWS)
    )
    return f":20:A\n:25:1\n:60F:C260101EUR1,\n{rows}:62F:C260131EUR1,\n-\n".encode()


def csv() -> bytes:
    rows = "".join(f"01/{1 + row % 28:02}/2026,Tea house {row},-{row}.50,\n" for row in range(ROWS))
    return f"Date,Description,Amount,Running Bal.\n{rows}".encode()


def qif() -> bytes:
    rows = "".join(f"D01/{1 + row % 28:02}/2026\nT-{row}.50\nPTea house {row}\nMGreen\n^\n" for row in range(ROWS))
    return f"!Type:Bank\n{rows}".encode()


FILES: Mapping[str, Callable[[], bytes]] = {"ofx": ofx, "camt": camt, "mt940": swift, "csv": csv, "qif": qif}
# With what the rows that are repeated begin and end.
MARKS = {
    "ofx": (b"<STMTTRN>", b"</STMTTRN>\n"),
    "camt": (b"<Ntry>", b"</Ntry>"),
    "mt940": (b":61:", b"Stadtwerke\n"),
    "csv": (b"01/", b",\n"),
    "qif": (b"D01/", b"^\n"),
}
