"""Keyset paging: a cursor is the last row's sort key, signed so that nobody can make one up."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.result import Failure, Result, Success

_MAC_BYTES = 12
_encoded = json.JSONEncoder(separators=(",", ":")).encode


class CursorInvalid(Invalid):
    """This cursor belongs to no page of this list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of a list: from the row after `after`, at most `limit`; `total` asks for the count of all."""

    limit: int
    after: tuple[str, ...] | None = None
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows as the database wrote them in JSON (an array); `last` is the sort key to go on from, None at the end.

    `beside` are further members of the answer, JSON without braces.
    """

    json: bytes
    last: tuple[str, ...] | None
    total: int | None = None
    beside: bytes = b""


class Cursors:
    """Writes and reads cursors. `scope` names the list with its filters: a cursor of another scope is refused."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, last: tuple[str, ...] | None, scope: str) -> str | None:
        if last is None:
            return None
        body = _encoded(last).encode()
        return base64.urlsafe_b64encode(self._mac(body, scope) + body).rstrip(b"=").decode()

    def read(self, cursor: str | None, scope: str) -> Result[tuple[str, ...] | None]:
        if cursor is None:
            return Success(None)
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError):
            raw = b""
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body, scope)):
            return Failure(CursorInvalid.of("cursor", "Use `next_cursor` of the previous page with the same filters."))
        return Success(tuple(json.loads(body)))

    def _mac(self, body: bytes, scope: str) -> bytes:
        return hmac.digest(self._key, scope.encode() + b"\0" + body, "sha256")[:_MAC_BYTES]
