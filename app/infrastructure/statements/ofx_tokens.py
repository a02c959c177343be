"""OFX as tokens, from bytes of either dialect (1.x SGML, 2.x XML).

Promises: every opening tag with the text behind it, in upper case and without namespace, and the closing tags that
matter; the same tokens however the stream is cut. Costs: time linear in the bytes, as no pattern backtracks.
Refuses: what `ofx_markup` refuses.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from app.infrastructure.statements.ofx_investments import RECORDS
from app.infrastructure.statements.ofx_markup import segments
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, code_page, decoded, head_of, utf8_chunks

type Token = tuple[str, str]

# The other closing tags are dropped: SGML makes those of values optional, and banks get them wrong.
_CLOSERS = (
    "OFX|(?:BANK|CREDITCARD|INVSTMT)MSGSRSV1|(?:CC|INV)?STMT(?:TRN)?RS|STMTTRNP?|BANKTRANLISTP?|INVTRANLIST"
    "|(?:BANK|CC|INV)ACCTFROM|LEDGERBAL|AVAILBAL|STATUS|FI"
)
_TOKEN = re.compile(rf"<(/(?:{_CLOSERS})(?=[\s>])|[A-Z][A-Z0-9_.\-]*+)[^<>]*+>([^<]*+)")
_ODD_NAME = re.compile(r"</?+[A-Z0-9_.\-]*+[a-z:]")
_NAME = re.compile(r"(</?+)(?:[\w.\-]++:)?+([\w.\-]++)", re.ASCII)
_ROW = "<STMTTRN"
_RECORDS = "|".join(sorted(RECORDS))
_FIRST_RECORD = re.compile(rf"<(?:{_RECORDS})(?![A-Z0-9_.\-])")
_RECORD = re.compile(rf"(?=<(?:STMTTRNP?|{_RECORDS})(?![A-Z0-9_.\-]))")


def tokens_of(run: str) -> list[Token]:
    return _TOKEN.findall(run)


def runs(source: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[tuple[int, str]]:
    """Yield (line number, markup from there on); each row of a statement and each investment record begins a run."""
    head = head_of(source)
    page, line, has_investments = code_page(head), 1, False
    for segment in segments(utf8_chunks(head, source, chunk_bytes)):
        markup = decoded(segment, page)
        if _ODD_NAME.search(markup):
            markup = _NAME.sub(lambda tag: tag[1] + tag[2].upper(), markup)
        plain, records = "", markup
        if not has_investments:
            first = _FIRST_RECORD.search(markup)
            at = first.start() if first else len(markup)
            plain, records, has_investments = markup[:at], markup[at:], first is not None
        before, *rows = plain.split(_ROW)
        for run in (before, *[_ROW + row for row in rows], *_RECORD.split(records)):
            yield line, run
            line += run.count("\n")
