"""SWIFT's statements of the day (MT940) and reports within it (MT942).

Promises: every message of the file and every `:61:` in it, as a movement or a fault. Pages of one statement (`:62M:`
closing what `:60M:` goes on from) are one statement. What an account's number says of currency and bank is taken from
it; the currency is the opening balance's, in MT942 the floor limit's (`:34F:`), else XXX.
Costs: one pass; memory of a chunk and a field.
Refuses: a file without a message; a row before its account; a statement without its closing balance and a report
without its end, as those are cut off; more statements than `STATEMENTS_MAX`.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from app.domain.imports.statement import StatementPart, refused
from app.domain.imports.statement_format import StatementFormat
from app.infrastructure.statements.mt940_statement import Mt940Statement
from app.infrastructure.statements.swift_fields import fields
from app.infrastructure.statements.text_encoding import CHUNK_BYTES, head_text

STATEMENTS_MAX = 10_000  # a message a day of an account is usual

_SIGNATURE = re.compile(r"(?:^|\n):20:[^\n]*\r?\n(?::[^\n]*\r?\n)*?:25P?:")
_OPENS = frozenset({"60F", "60M", "34F"})
_ACCOUNT = frozenset({"25", "25P"})
_BLANK = re.compile(r"\r?\n(?:[ \t]*\r?\n)+")


class Mt940Reader:
    """Reads MT940 and MT942, in SWIFT's blocks, a bank's wrapping or bare."""

    about = StatementFormat(code="mt940", name="MT940 and MT942", suffixes=(".sta", ".mt940", ".940", ".mt942", ".txt"))

    def __init__(self, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._chunk_bytes = chunk_bytes

    def recognises(self, head: bytes) -> bool:
        return _SIGNATURE.search(_BLANK.sub("\n", head_text(head))) is not None

    def read(self, source: BinaryIO) -> Iterator[StatementPart]:
        statement: Mt940Statement | None = None
        number, account = 0, ""
        for line, tag, text in fields(source, self._chunk_bytes):
            if tag in _OPENS and not (statement and statement.goes_on(account, tag, text, line)):
                if statement:
                    yield from statement.closed()
                number += 1
                statement = Mt940Statement(_counted(number), account, tag, text)
            elif tag in _ACCOUNT and not (statement and statement.is_within):
                account = text.strip()
            elif statement:
                yield from statement.take(line, tag, text)
            elif tag == "61":
                raise refused(f"The transaction on line {line} stands outside any statement: its account is unknown.")
        if not statement:
            raise refused("The file holds no opening balance (:60F:) or floor limit (:34F:): it is no MT940 or MT942.")
        statement.message_ends(None)
        yield from statement.closed()


def _counted(number: int) -> int:
    if number > STATEMENTS_MAX:
        raise refused(f"The file holds more than {STATEMENTS_MAX} statements.")
    return number
