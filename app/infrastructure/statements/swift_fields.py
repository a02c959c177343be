"""SWIFT text blocks as fields: `:61:…` and what continues it on the next lines.

Promises: fields in their order with the line they begin on; lines that end a message and blocks around it are told
from text. Bytes are UTF-8 if they are, else Windows-1252, piece by piece.
Costs: one pass; memory of a chunk and a field. Refuses: a field of more than `FIELD_BYTES_MAX`.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.imports.statement import StatementRefusedError, StatementUnreadable
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, decoded_text, head_of, utf8_chunks

FIELD_BYTES_MAX = 64 * 1024
END = "-"

type Field = tuple[int, str, str]

# `-}` ends a message; some national variants print `å` for `}`, and one bank prints `-XXX`.
_TAGS = "13D?|20|21|25P?|28C?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NSF?"
_START = re.compile(rf"^(?::({_TAGS}):|(-)(?:[}}å].*|XXX)?[ \t]*$)", re.MULTILINE)
_CUT = re.compile(rf":(?:{_TAGS}):".encode())


def fields(source: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Field]:
    """Yield (line, tag, text) whatever ends the lines; a message's end has the tag `END`."""
    line = 1
    for segment in _segments(source, chunk_bytes):
        text = decoded_text(segment).replace("\r\n", "\n")
        before, *parts = _START.split(text)
        line += before.count("\n")
        for tag, end, value in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            yield line, tag or end, value
            line += value.count("\n")


def _segments(source: BinaryIO, chunk_bytes: int) -> Iterator[bytes]:
    """The stream in pieces that begin with a field."""
    held = b""
    for chunk in utf8_chunks(head_of(source), source, chunk_bytes):
        held += chunk
        cut = _last_start(held)
        if cut:
            yield held[:cut]
            held = held[cut:]
        if len(held) > FIELD_BYTES_MAX + chunk_bytes:
            detail = f"The file holds a field of more than {FIELD_BYTES_MAX} bytes; it is damaged or no statement."
            raise StatementRefusedError(StatementUnreadable(detail=detail))
    yield held


def _last_start(held: bytes) -> int:
    """Where the last field begins, 0 if none is sure to begin behind the start."""
    at = held.rfind(b"\n:")
    while at >= 0 and not _CUT.match(held, at + 1):
        at = held.rfind(b"\n:", 0, at)
    return at + 1
