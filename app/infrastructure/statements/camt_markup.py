"""A CAMT document cut into its entries (`Ntry`) and the skeleton around them.

Promises: each entry whole and well-formed, as plain text without comments, CDATA, prefixes or attributes but `Ccy`, in
order with what stands between; expat has checked every byte. Costs: one pass; memory of an entry.
Refuses: what `ofx_markup` refuses (entities above all), what is not well-formed, an entry of more than
`ENTRY_CHARACTERS_MAX` and one within another.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from app.domain.imports.statement import StatementRefusedError, refused
from app.infrastructure.statements.ofx_markup import segments
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, code_page, decoded, head_of, utf8_chunks

ENTRY_CHARACTERS_MAX = 16 * 1024 * 1024  # a batch of some ten thousand payments is one entry
DEPTH_MAX = 64
DEEP_CHARACTERS = 64 * 1024  # what is shorter cannot nest deep enough to hurt

_START, _END = "<Ntry>", "</Ntry>"
_ODD = re.compile(r"<(?!/?+\w++>)(?!\w++(?: Ccy=\"[A-Z]{3}\")?+/?+>)", re.ASCII)
_TAG = re.compile(r"<(/?+)(?:[\w.\-]++:)?+([\w.\-]++)([^<>]*+)>", re.ASCII)
_CURRENCY = re.compile(r"\bCcy\s*=\s*[\"']([A-Z]{3})[\"']", re.ASCII)


type Piece = tuple[int, str, bool]  # the line it begins on, its text, and whether that is an entry


def pieces(source: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Piece]:
    """Yield the document in order; entries are checked and plain, the skeleton is left to its parser."""
    head = head_of(source)
    page, line = code_page(head), 1
    held: list[str] = []  # of the entry that the stream is in
    held_characters = 0
    for segment in segments(utf8_chunks(head, source, chunk_bytes)):
        text = decoded(segment, page)
        if _ODD.search(text):
            text = _TAG.sub(_plain, text)
        if held:
            held.append(text)
            held_characters += len(text)
            if held_characters > ENTRY_CHARACTERS_MAX:
                raise refused(f"The entry on line {line} is longer than {ENTRY_CHARACTERS_MAX} characters.")
            if _END not in text:
                continue
            text = "".join(held)
        found, rest, line = _cut(text, line)
        held, held_characters = [rest] if rest else [], len(rest)
        yield from _checked(found)
    if held:
        raise refused(f"The file is cut off in the entry on line {line}. Download it again.")


def _cut(text: str, line: int) -> tuple[list[Piece], str, int]:
    """The pieces of a text, the entry that goes on behind it, and the line of that."""
    found: list[Piece] = []
    *wholes, rest = text.split(_END)
    for whole in wholes:
        before, start, entry = whole.partition(_START)
        if not start or _START in entry:
            raise not_well_formed(line, "an entry within or behind another")
        if before and not before.isspace():
            found.append((line, before, False))
        line += before.count("\n")
        found.append((line, f"{start}{entry}{_END}", True))
        line += entry.count("\n")
    before, start, entry = rest.partition(_START)
    if before:
        found.append((line, before, False))
    return found, start + entry, line + before.count("\n")


def _checked(found: list[Piece]) -> list[Piece]:
    entries = [(line, text) for line, text, is_entry in found if is_entry]
    try:
        _parse("".join([text for _, text in entries]))
    except expat.ExpatError:
        for line, text in entries:
            _check(line, text)
    for line, text in entries:
        if len(text) > DEEP_CHARACTERS:
            _measure(line, text)
    return found


def _check(line: int, text: str) -> None:
    try:
        _parse(text)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise not_well_formed(line + error.lineno - 1, reason) from None


def _parse(text: str) -> None:
    expat.ParserCreate().Parse(f"<x>{text}</x>", True)


def _measure(line: int, text: str) -> None:
    depth = 0
    for closing, _, rest in _TAG.findall(text):
        depth += -1 if closing else 0 if rest.endswith("/") else 1
        if depth > DEPTH_MAX:
            raise refused(f"The entry on line {line} nests deeper than {DEPTH_MAX} elements.")


def _plain(tag: re.Match[str]) -> str:
    currency = _CURRENCY.search(tag[3])
    attribute = f' Ccy="{currency[1]}"' if currency else ""
    return f"<{tag[1]}{tag[2]}{attribute}{'/' if tag[3].endswith('/') else ''}>"


def not_well_formed(line: int, reason: str) -> StatementRefusedError:
    return refused(f"The file is no well-formed XML: {reason} on line {line}. Download it again.")
