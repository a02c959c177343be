"""Text from bytes whose encoding is declared wrongly more often than not.

Promises: UTF-16 is recognised by its mark or its NULs; any other value is UTF-8 if its bytes are, else in the declared
code page, else in Windows-1252, with U+FFFD for what that leaves undefined. An unknown declaration changes nothing.
Costs: one pass in chunks. Refuses: a line of more than `LINE_BYTES_MAX` where lines are asked for.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.imports.statement import StatementRefusedError, StatementUnreadable

HEAD_BYTES = 4096
CHUNK_BYTES = 64 * 1024
LINE_BYTES_MAX = 64 * 1024
FALLBACK = "cp1252"

_DECLARED = re.compile(rb"(?i)(?:CHARSET|ENCODING)\s*[:=]\s*[\"']?(?:CP|WINDOWS|ISO)?[-_]?(125\d|8859[-_]\d{1,2})\b")

# ISO 8859-1 is missing on purpose: who declares it sends its superset Windows-1252, as browsers know too.
_CODE_PAGES = {f"125{n}": f"cp125{n}" for n in range(9)} | {
    f"8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)
}


def head_of(source: BinaryIO) -> bytes:
    """The first `HEAD_BYTES`, however few a read returns."""
    head = b""
    while len(head) < HEAD_BYTES and (more := source.read(HEAD_BYTES - len(head))):
        head += more
    return head


def utf16_kind(head: bytes) -> str | None:
    """The UTF-16 codec of a file that begins like this, or None."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    even, odd = head[0:64:2], head[1:64:2]
    if odd.count(0) * 2 > len(odd) and 0 not in even:
        return "utf-16-le"
    if even.count(0) * 2 > len(even) and 0 not in odd:
        return "utf-16-be"
    return None


def head_text(head: bytes) -> str:
    """A file's first bytes, well enough to see of what format it is."""
    return head.decode(utf16_kind(head) or "latin-1", "replace").removeprefix("\xef\xbb\xbf").lstrip("\ufeff")


def code_page(head: bytes) -> str:
    """The codec for values that are not UTF-8."""
    declared = _DECLARED.search(head.partition(b"<OFX>")[0])
    return _CODE_PAGES.get(declared[1].decode().replace("_", "-"), FALLBACK) if declared else FALLBACK


def utf8_chunks(head: bytes, source: BinaryIO, chunk_bytes: int) -> Iterator[bytes]:
    """Yield the head and the rest of the stream, UTF-16 as UTF-8 and anything else untouched."""
    kind = utf16_kind(head)
    decoder = codecs.getincrementaldecoder(kind)("replace") if kind else None
    chunk = head
    while chunk:
        yield decoder.decode(chunk).encode() if decoder else chunk
        chunk = source.read(chunk_bytes)
    if decoder:
        yield decoder.decode(b"", final=True).encode()


def decoded(markup: bytes, page: str) -> str:
    """Decode tag by tag where need be: one bad value spoils no other, and no answer depends on its neighbours."""
    try:
        return markup.decode()
    except UnicodeDecodeError:
        return "<".join([_decoded_value(value, page) for value in markup.split(b"<")])


def _decoded_value(value: bytes, page: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode(page, "replace")


def decoded_text(piece: bytes) -> str:
    """UTF-8, else Windows-1252, line by line; NULs and marks of the encoding are dropped."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        text = "\n".join([_decoded_value(line, FALLBACK) for line in piece.split(b"\n")])
    return text.replace("\0", "").replace("\ufeff", "")


def text_lines(source: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[str]:
    """Yield the lines, each with a line feed at its end, whether the file has that, a carriage return or both."""
    held = b""
    for chunk in utf8_chunks(head_of(source), source, chunk_bytes):
        held += chunk
        cut = held.rfind(b"\n") + 1 or held.rfind(b"\r", 0, -1) + 1
        yield from io.StringIO(decoded_text(held[:cut]), newline=None)
        held = held[cut:]
        if len(held) > LINE_BYTES_MAX:
            detail = f"The file holds a line of more than {LINE_BYTES_MAX} bytes; it is damaged or no statement."
            raise StatementRefusedError(StatementUnreadable(detail=detail))
    yield from io.StringIO(decoded_text(held), newline=None)
