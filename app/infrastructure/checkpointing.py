"""Signs how far the audit trail has come: every 100 records while it grows, and within 10 seconds after it grew.

A checkpoint goes to the checkpoint file and into the log; both must lie where whoever may change the database may not.
Every process does so by itself: where several write to one file, some checkpoints stand in it twice, and do no harm.
"""

import asyncio
import logging

import asyncpg

from app.core.clock import Clock
from app.domain.audit.checkpoint import Statement
from app.domain.protocols.audit import CheckpointBook, CheckpointSigner
from app.infrastructure.postgres.audit import LAST
from app.infrastructure.postgres.errors import OUT_OF_SERVICE

RECORDS_MAX = 100
SECONDS_MAX = 10.0
LOOK_SECONDS = 1.0

log = logging.getLogger(__name__)


class Checkpointing:
    """Runs until cancelled, in every API process and worker."""

    def __init__(self, pool: asyncpg.Pool, signer: CheckpointSigner, book: CheckpointBook, clock: Clock) -> None:
        self._pool = pool
        self._signer = signer
        self._book = book
        self._clock = clock
        self._position = 0

    async def run(self) -> None:
        """Look once a second; what is younger than ten seconds and fewer than a hundred records can wait."""
        waited = SECONDS_MAX
        while True:
            try:
                waited = 0.0 if await self.sign(RECORDS_MAX if waited < SECONDS_MAX else 1) else waited + LOOK_SECONDS
            except OUT_OF_SERVICE as error:
                log.warning("No checkpoint of the audit trail could be made", extra={"error": repr(error)})
            await asyncio.sleep(LOOK_SECONDS)

    async def sign(self, least: int = 1) -> bool:
        """Sign the last record if so many are not covered yet; answer whether it did."""
        last = await self._pool.fetchrow(LAST)
        if last is None or last["position"] - self._position < least:
            return False
        statement = Statement(position=last["position"], hash=last["hash"], at=self._clock.now())
        checkpoint = self._signer.sign(statement)
        log.info("The audit trail has come this far", extra={"checkpoint": str(checkpoint)})
        await asyncio.to_thread(self._book.add, checkpoint)
        self._position = statement.position
        return True
