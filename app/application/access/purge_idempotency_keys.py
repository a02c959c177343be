"""Forget the answers that were kept long enough."""

from app.application.registry import Command, command
from app.core.result import Result, Success
from app.domain.protocols.idempotency import IdempotencyKeys


class PurgeIdempotencyKeys(Command[int]):
    pass


@command(PurgeIdempotencyKeys, workflow=None)
class PurgeIdempotencyKeysHandler:
    keys: IdempotencyKeys

    async def __call__(self, _: PurgeIdempotencyKeys) -> Result[int]:
        return Success(await self.keys.purge())
