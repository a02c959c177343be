"""How fast statement files are read, without server or database, and what memory a big one takes."""

import io
import resource
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import BinaryIO, cast

import mt940

from app.domain.protocols.statements import StatementReader
from app.infrastructure.statements.camt import CamtReader
from app.infrastructure.statements.csv_reader import CsvReader
from app.infrastructure.statements.mt940 import Mt940Reader
from app.infrastructure.statements.ofx import OfxReader
from tests.bench.measuring import Bench, expect, report
from tests.bench.workload import statement_file

ROWS = 10_000
BIG_BYTES = 100_000_000


def readers(bench: Bench) -> None:
    kinds: dict[str, tuple[StatementReader, bytes, str]] = {
        "OFX": (OfxReader(), statement_file(1, ROWS), "< 0.15 s"),
        "CAMT": (CamtReader(), camt(), "< 0.25 s"),
        "MT940": (Mt940Reader(), swift(), "< 0.30 s"),
        "CSV": (CsvReader(), csv(), ""),
    }
    for name, (reader, content, target) in kinds.items():
        seconds = timed(lambda reader=reader, content=content: parts(reader, io.BytesIO(content)), bench.rounds)  # type: ignore[misc]  # bound at once
        report(f"read {ROWS:,} rows of {name}", f"{seconds:.3f} s", target)
    text = swift().decode()
    report("  MT940 by mt-940", f"{timed(lambda: len(mt940.parse(text).transactions), 1, ROWS):.3f} s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    big = Repeated(camt())
    sum(1 for _ in CamtReader().read(cast("BinaryIO", big)))
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    report(f"read {BIG_BYTES / 1e6:.0f} MB of CAMT, added memory", f"{added:.0f} MiB", "< 150 MiB")


def parts(reader: StatementReader, source: BinaryIO) -> int:
    return sum(1 for _ in reader.read(source)) - 2


def timed(work: Callable[[], int], rounds: int, rows: int = ROWS) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        expect(work(), rows)
        seconds.append(time.process_time() - started)
    return median(seconds)


class Repeated(io.RawIOBase):
    """A CAMT file whose entries come again and again until it is big."""

    def __init__(self, content: bytes) -> None:
        start, end = content.index(b"<Ntry>"), content.rindex(b"</Ntry>") + 7
        self._pieces = self._repeated(content[:start], content[start:end], content[end:])
        self._rest = b""

    @staticmethod
    def _repeated(head: bytes, entries: bytes, tail: bytes) -> Iterator[bytes]:
        yield head
        yield from [entries] * (BIG_BYTES // len(entries))
        yield tail

    def read(self, size: int = -1) -> bytes:
        self._rest = self._rest or next(self._pieces, b"")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


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
