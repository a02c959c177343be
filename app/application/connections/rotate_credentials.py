"""Encrypt what is stored under older keys under the current one, some rows at a time.

Each part commits, and what is done is not done again: a rotation that was killed goes on where it stopped.
"""

from app.application.registry import Command, Immutable, command
from app.core.result import Result, Success
from app.domain.protocols.connections import SealedRows

ROWS_MAX = 200


class CredentialsRotated(Immutable):
    """`done` rows are under the current key now; `broken` ones cannot be opened under any key, and stay."""

    done: int
    broken: int
    has_more: bool


class RotateCredentials(Command[CredentialsRotated]):
    pass


@command(RotateCredentials, workflow=None)
class RotateCredentialsHandler:
    sealed: SealedRows

    async def __call__(self, _: RotateCredentials) -> Result[CredentialsRotated]:
        done, broken = await self.sealed.renew(ROWS_MAX)
        return Success(CredentialsRotated(done=done, broken=broken, has_more=done > 0))
