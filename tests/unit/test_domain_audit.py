"""What walking the audit trail finds, and what it cannot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audit.checkpoint import Checkpoint, Statement
from app.domain.audit.record import NOTHING_BEFORE, AuditRecord, ChainedRecord, PersonalData
from app.domain.audit.verification import Fault, Verification
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.security.checkpoints import CheckpointFile, Ed25519CheckpointSigner
from tests.values import NOW

SIGNER = Ed25519CheckpointSigner(KeyRing((Key("2026", b"s" * 32),)))
LENGTH = 8


def record(position: int, **changed: Any) -> AuditRecord:
    known: dict[str, Any] = {
        "position": position,
        "event_id": uuid4(),
        "occurred_at": NOW + timedelta(microseconds=position),
        "action": "user_login_success",
        "outcome": "succeeded",
        "user_id": uuid4(),
        "actor_id": uuid4(),
        "session_id": None,
        "roles": ("user",),
        "trace_id": "t",
        "resource": None,
        "facts": '{"a":1}',
        "personal_digest": None,
    }
    return AuditRecord(**known | changed)


def chain(records: Sequence[AuditRecord]) -> list[ChainedRecord]:
    """The records as if they had been written in this order."""
    previous, chained = NOTHING_BEFORE, []
    for position, each in enumerate(records, 1):
        placed = replace(each, position=position)
        previous = placed.hashed(previous)
        chained.append(ChainedRecord(record=placed, hash=previous, personal=None))
    return chained


def checkpoint(chained: ChainedRecord) -> Checkpoint:
    return SIGNER.sign(Statement(position=chained.record.position, hash=chained.hash, at=NOW))


def verified(records: Sequence[ChainedRecord], *checkpoints: Checkpoint) -> Fault | None:
    walk = Verification(checkpoints)
    return next(filter(None, map(walk.take, records)), None) or walk.end()


TRAIL = chain([record(position) for position in range(1, LENGTH + 1)])
CHANGES: dict[str, Any] = {
    "event_id": uuid4(),
    "occurred_at": NOW + timedelta(hours=1),
    "action": "user_logout",
    "outcome": "failed",
    "user_id": None,
    "actor_id": uuid4(),
    "session_id": uuid4(),
    "roles": ("admin",),
    "trace_id": "u",
    "resource": "account/x",
    "facts": '{"a":2}',
    "personal_digest": b"x",
}


def test_an_untouched_trail_is_whole() -> None:
    assert verified(TRAIL, checkpoint(TRAIL[3]), checkpoint(TRAIL[-1])) is None
    assert verified([]) is None


@given(st.integers(0, LENGTH - 1), st.sampled_from(sorted(CHANGES)))
def test_any_changed_field_is_found_at_its_position(index: int, field: str) -> None:
    changed = replace(TRAIL[index], record=replace(TRAIL[index].record, **{field: CHANGES[field]}))
    fault = verified([*TRAIL[:index], changed, *TRAIL[index + 1 :]])
    assert fault
    assert fault.position == index + 1


@given(st.integers(0, LENGTH - 2))
def test_a_removed_record_is_found_also_when_the_others_close_up(index: int) -> None:
    rest = [*TRAIL[:index], *TRAIL[index + 1 :]]
    renumbered = [replace(each, record=replace(each.record, position=at)) for at, each in enumerate(rest, 1)]
    for trail in (rest, renumbered):
        fault = verified(trail)
        assert fault
        assert fault.position == index + 1


@given(st.integers(0, LENGTH - 2))
def test_exchanged_records_are_found(index: int) -> None:
    one, two = TRAIL[index : index + 2]
    swapped = [
        replace(two, record=replace(two.record, position=one.record.position)),
        replace(one, record=replace(one.record, position=two.record.position)),
    ]
    fault = verified([*TRAIL[:index], *swapped, *TRAIL[index + 2 :]])
    assert fault
    assert fault.position == index + 1


@given(st.integers(0, LENGTH - 1))
def test_an_added_record_is_found(index: int) -> None:
    more = [*TRAIL[:index], replace(TRAIL[index], record=record(index + 1)), *TRAIL[index:]]
    renumbered = [replace(each, record=replace(each.record, position=at)) for at, each in enumerate(more, 1)]
    fault = verified(renumbered)
    assert fault
    assert fault.position == index + 1


def test_a_cut_tail_is_found_by_a_checkpoint_and_by_nothing_else() -> None:
    assert verified(TRAIL[:5]) is None
    fault = verified(TRAIL[:5], checkpoint(TRAIL[3]), checkpoint(TRAIL[6]))
    assert fault
    assert (fault.position, "7" in fault.what) == (6, True)


def test_a_trail_that_was_hashed_anew_is_found_after_the_last_checkpoint_that_agrees() -> None:
    records = [each.record for each in TRAIL]
    records[4] = replace(records[4], action="nothing")
    rewritten = chain(records)
    assert verified(rewritten) is None
    fault = verified(rewritten, checkpoint(TRAIL[2]), checkpoint(TRAIL[6]))
    assert fault
    assert (fault.position, "7" in fault.what) == (4, True)


def test_personal_data_is_proven_until_it_is_erased() -> None:
    personal = PersonalData(salt=uuid4(), json='{"email": "ada@example.com", "actor": {}}')
    respelled = replace(personal, json='{"actor":{},"email":"ada@example.com"}')
    [whole] = chain([record(1, personal_digest=personal.digest)])
    assert verified([replace(whole, personal=respelled)]) is None
    assert verified([whole]) is None
    for forged in (replace(personal, json='{"email": "bob@example.com"}'), replace(personal, salt=uuid4())):
        fault = verified([replace(whole, personal=forged)])
        assert fault
        assert "personal" in fault.what
    walk = Verification(())
    walk.take(whole)
    assert walk.erased == 1


def test_a_checkpoint_is_found_in_its_file_and_in_a_log_and_nobody_else_can_sign_one(tmp_path: Any) -> None:
    genuine = checkpoint(TRAIL[0])
    book = CheckpointFile(tmp_path / "deep" / "checkpoints")
    assert [*book.lines()] == []
    for _ in range(2):
        book.add(genuine)
    assert [Checkpoint.found_in(line) for line in book.lines()] == [genuine, genuine]
    assert Checkpoint.found_in(f'{{"event": "x", "checkpoint": "{genuine}"}}') == genuine
    assert Checkpoint.found_in("another line") is None
    assert SIGNER.is_genuine(genuine)
    for forged in (
        replace(genuine, statement=replace(genuine.statement, position=2)),
        replace(genuine, key_id="another"),
        Ed25519CheckpointSigner(KeyRing((Key("2026", b"t" * 32),))).sign(genuine.statement),
    ):
        assert not SIGNER.is_genuine(forged)


@pytest.mark.parametrize("rotated", [True, False])
def test_a_checkpoint_stays_proven_after_a_rotation_that_keeps_its_key(*, rotated: bool) -> None:
    keys = (Key("2027", b"n" * 32), *([Key("2026", b"s" * 32)] if rotated else []))
    assert Ed25519CheckpointSigner(KeyRing(keys)).is_genuine(checkpoint(TRAIL[0])) == rotated


def test_a_line_with_an_impossible_instant_is_no_checkpoint() -> None:
    signed = str(SIGNER.sign(Statement(position=7, hash=b"h" * 32, at=NOW)))
    assert Checkpoint.found_in(signed) is not None
    assert Checkpoint.found_in(signed.replace("-01-31T", "-13-31T")) is None
