"""Signed statements of how far the trail had come. Kept outside the database, they betray a cut or rewritten trail."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

_LINE = re.compile(
    r"dashtam-checkpoint/1 (?P<position>\d{1,18}) (?P<hash>[0-9a-f]{64}) (?P<at>[0-9T:.+-]{1,40}) "
    r"(?P<key_id>[\w.-]{1,64}) (?P<signature>[0-9a-f]{128})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """At `at`, the record at `position` had this hash."""

    position: int
    hash: bytes
    at: datetime

    def __str__(self) -> str:
        at = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return f"dashtam-checkpoint/1 {self.position} {self.hash.hex()} {at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A statement with its signature."""

    statement: Statement
    key_id: str
    signature: bytes

    def __str__(self) -> str:
        return f"{self.statement} {self.key_id} {self.signature.hex()}"

    @classmethod
    def found_in(cls, line: str) -> Self | None:
        """The checkpoint in a line of a checkpoint file or a log, if there is one."""
        found = _LINE.search(line)
        if found is None:
            return None
        try:
            at = datetime.fromisoformat(found["at"])
        except ValueError:
            return None
        statement = Statement(position=int(found["position"]), hash=bytes.fromhex(found["hash"]), at=at)
        return cls(statement=statement, key_id=found["key_id"], signature=bytes.fromhex(found["signature"]))
