"""OFX as tokens, from bytes of either dialect (1.x SGML, 2.x XML).

Promises: every opening tag with the text behind it, in upper case and without namespace, and the closing tags that
matter; the same tokens however the stream is cut. Costs: time linear in the bytes, as no pattern backtracks.
Refuses: what `ofx_markup` refuses.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

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


def token_runs(source: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[tuple[int, list[Token]]]:
    """Yield (line number, tokens from there on); each row of a statement begins a run."""
    head = head_of(source)
    page, line = code_page(head), 1
    for segment in segments(utf8_chunks(head, source, chunk_bytes)):
        markup = decoded(segment, page)
        if _ODD_NAME.search(markup):
            markup = _NAME.sub(lambda tag: tag[1] + tag[2].upper(), markup)
        before, *rows = markup.split(_ROW)
        yield line, _TOKEN.findall(before)
        line += before.count("\n")
        for row in rows:
            yield line, _TOKEN.findall(_ROW + row)
            line += row.count("\n")
