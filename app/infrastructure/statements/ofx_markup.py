"""A stream of SGML or XML as nothing but tags and text.

Promises: comments, declarations and instructions are gone, CDATA and a bare `<` are escaped text, and the stream is cut
only just before a tag, so that what follows may work on each segment alone. Line breaks are kept.
Costs: one pass; memory of a chunk and a value.
Refuses: an `<!ENTITY` declaration, which is never expanded, and a value of more than `VALUE_BYTES_MAX`.
"""

import re
from collections.abc import Iterable, Iterator

from app.domain.imports.statement import StatementRefusedError, StatementUnreadable

VALUE_BYTES_MAX = 64 * 1024

_CDATA = b"<![CDATA["
_NOT_A_TAG = re.compile(rb"<(?![A-Za-z/])")
_END_OF_TEXT = re.compile(rb"\]\]>")
_END_OF_COMMENT = re.compile(rb"-->")
_END_OF_INSTRUCTION = re.compile(rb">")
_END_OF_DECLARATION = re.compile(rb">|(?=<)")  # those inside a DOCTYPE are looked at one by one
_END_BYTES_MAX = 3


def segments(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the stream in pieces that begin with a tag."""
    markup = _PlainMarkup()
    held = b""
    for chunk in chunks:
        held += markup.feed(chunk)
        cut = held.rfind(b"<")
        if cut > 0:
            yield _measured(held[:cut])
            held = held[cut:]
        else:
            _measured(held)
    yield _measured(held + markup.rest())


def _measured(segment: bytes) -> bytes:
    # A value that is too long fills at least one of these windows, so that nearly always two looks suffice.
    window = VALUE_BYTES_MAX // 2
    if all(segment.find(b"<", at, at + window) >= 0 for at in range(0, len(segment) - window, window)):
        return segment
    if max(map(len, segment.split(b"<"))) > VALUE_BYTES_MAX:
        raise StatementRefusedError(
            StatementUnreadable(
                detail=f"The file holds a value of more than {VALUE_BYTES_MAX} bytes; it is damaged or no statement.",
            ),
        )
    return segment


class _PlainMarkup:
    """Rewrites chunks; keeps the few bytes it cannot judge yet for the next."""

    def __init__(self) -> None:
        self._kept = b""
        self._end: re.Pattern[bytes] | None = None  # of the construct the stream is in

    def feed(self, chunk: bytes) -> bytes:
        raw, self._kept = self._kept + chunk, b""
        if not self._end and not _NOT_A_TAG.search(raw):
            return raw
        plain: list[bytes] = []
        at = 0
        while at < len(raw):
            at = self._inside(self._end, raw, at, plain) if self._end else self._outside(raw, at, plain)
        return b"".join(plain)

    def rest(self) -> bytes:
        return b"" if self._end else _NOT_A_TAG.sub(b"&lt;", self._kept)

    def _outside(self, raw: bytes, at: int, plain: list[bytes]) -> int:
        odd = _NOT_A_TAG.search(raw, at)
        start = odd.start() if odd else len(raw)
        plain.append(raw[at:start])
        marker = raw[start : start + len(_CDATA)]
        if len(marker) < len(_CDATA):
            self._kept = raw[start:]
            return len(raw)
        if marker == _CDATA:
            self._end = _END_OF_TEXT
            return start + len(_CDATA)
        if marker.startswith(b"<!ENTITY"):
            raise StatementRefusedError(
                StatementUnreadable(detail="The file declares XML entities, which no bank's statement does."),
            )
        if marker.startswith(b"<!--"):
            self._end = _END_OF_COMMENT
        elif marker.startswith((b"<!", b"<?")):
            self._end = _END_OF_INSTRUCTION if marker.startswith(b"<?") else _END_OF_DECLARATION
        else:
            plain.append(b"&lt;")
            return start + 1
        return start + 2

    def _inside(self, end: re.Pattern[bytes], raw: bytes, at: int, plain: list[bytes]) -> int:
        found = end.search(raw, at)
        stop = found.start() if found else max(at, len(raw) - _END_BYTES_MAX + 1)
        inner = raw[at:stop]
        if end is _END_OF_TEXT:
            plain.append(inner.replace(b"&", b"&amp;").replace(b"<", b"&lt;"))
        else:
            plain.append(b"\n" * inner.count(b"\n"))
        if not found:
            self._kept = raw[stop:]
            return len(raw)
        self._end = None
        return found.end()
