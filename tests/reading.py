"""What every statement reader must hold, whatever the bytes."""

from decimal import Decimal
from io import BytesIO

from app.domain.imports.statement import (
    StatedBalance,
    StatementClosed,
    StatementOpened,
    StatementPart,
    StatementRefusedError,
)
from app.domain.protocols.statements import StatementReader


def parts_of(reader: StatementReader, content: bytes) -> list[StatementPart]:
    return list(reader.read(BytesIO(content)))


def outcome(reader: StatementReader, content: bytes) -> list[StatementPart] | None:
    """The parts, or None if refused; which of two reasons is met first may depend on the chunks."""
    try:
        return parts_of(reader, content)
    except StatementRefusedError:
        return None


def check(parts: list[StatementPart] | None) -> None:
    """Statements open and close in turn, and all they say can be stored."""
    is_open = False
    for part in parts or []:
        assert is_open is not isinstance(part, StatementOpened)
        is_open = not isinstance(part, StatementClosed)
        said = repr(part)
        said.encode()
        assert "\\x00" not in said
        assert all(number.is_finite() for number in _numbers(part))
        assert len(getattr(part, "raw", None) or "") <= 2_000
    assert not is_open


def _numbers(part: object) -> list[Decimal]:
    values = [getattr(part, name) for name in getattr(part, "__slots__", ())]
    own = [value for value in values if isinstance(value, Decimal)]
    return own + [value.amount for value in values if isinstance(value, StatedBalance)]
