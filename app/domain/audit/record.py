"""Audit records and what ties them together.

Each record's hash covers its fields, in bytes written here and not by the database, and the hash of the record before
it: changing, removing, adding or moving one breaks the chain at its place. Personal data lies beside the trail, so
that it can be erased; a record holds its digest, keyed with a salt that is erased along, so nobody can guess it then.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

FORMAT = b"dashtam-audit/1\n"
NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One event as the trail keeps it; `facts` is JSON in the bytes that are hashed, `resource` is kind/id."""

    position: int
    event_id: UUID
    occurred_at: datetime
    action: str
    outcome: str
    user_id: UUID | None
    actor_id: UUID | None
    session_id: UUID | None
    roles: tuple[str, ...]
    trace_id: str
    resource: str | None
    facts: str
    personal_digest: bytes | None

    def hashed(self, previous: bytes) -> bytes:
        """The record's hash, where `previous` is that of the one before."""
        fields = [
            self.position,
            str(self.event_id),
            self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.action,
            self.outcome,
            *(each and str(each) for each in (self.user_id, self.actor_id, self.session_id)),
            list(self.roles),
            self.trace_id,
            self.resource,
            self.facts,
            self.personal_digest and self.personal_digest.hex(),
        ]
        return sha256(FORMAT + previous + canonical(fields)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What was said of people, as JSON of any spelling, and the salt that keys its digest."""

    salt: UUID
    json: str

    @property
    def digest(self) -> bytes:
        return hmac.digest(self.salt.bytes, canonical(json.loads(self.json)), "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedRecord:
    """A record as it is stored; `personal` is None once it was erased."""

    record: AuditRecord
    hash: bytes
    personal: PersonalData | None


def canonical(value: object) -> bytes:
    """JSON in the one spelling that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
