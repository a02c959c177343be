"""Prove that the audit trail is what was written, or name the first position where it is not."""

from collections.abc import Callable, Iterable
from itertools import chain

from app.application.audit.views import AuditReader, Verdict
from app.application.registry import Query, query
from app.core.result import Result, Success
from app.domain.audit.checkpoint import Checkpoint
from app.domain.audit.verification import Fault, Verification
from app.domain.protocols.audit import CheckpointBook, CheckpointSigner

BATCH = 2_000


class VerifyAuditTrail(Query[Verdict]):
    """`lines` are of logs or of checkpoint files of other machines; those of this one are read by themselves.

    `tell` is told, now and then, how many records have been verified.
    """

    lines: tuple[str, ...] = ()
    tell: Callable[[int], None] = lambda _: None


@query(VerifyAuditTrail)
class VerifyAuditTrailHandler:
    audit: AuditReader
    book: CheckpointBook
    signer: CheckpointSigner

    async def __call__(self, message: VerifyAuditTrail) -> Result[Verdict]:
        checkpoints = [*found(chain(self.book.lines(), message.lines))]
        genuine = [each for each in checkpoints if self.signer.is_genuine(each)]
        walk = Verification(genuine)
        fault = await self._walked(walk, message.tell) or walk.end() or forged(checkpoints, genuine)
        verdict = Verdict(records=walk.position, checkpoints=len(genuine), erased=walk.erased, fault=fault)
        return Success(verdict)

    async def _walked(self, walk: Verification, tell: Callable[[int], None]) -> Fault | None:
        while records := await self.audit.chain(walk.position, BATCH):
            for record in records:
                if fault := walk.take(record):
                    return fault
            tell(walk.position)
        return None


def found(lines: Iterable[str]) -> Iterable[Checkpoint]:
    return filter(None, map(Checkpoint.found_in, lines))


def forged(checkpoints: list[Checkpoint], genuine: list[Checkpoint]) -> Fault | None:
    """The first checkpoint that no key of the audit ring signed."""
    strange = [each for each in checkpoints if each not in genuine]
    if not strange:
        return None
    first = min(strange, key=lambda each: each.statement.position)
    what = f"No key of the audit ring signed the checkpoint of this record; it names the key {first.key_id}."
    return Fault(position=first.statement.position, what=what)
