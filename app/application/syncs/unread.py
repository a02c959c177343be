"""Some accounts could not be read."""

from collections.abc import Sequence

from app.core.errors import DomainError
from app.core.result import Failure
from app.domain.connections.sync import LinkedAccount, Sync, SyncedAccount
from app.domain.protocols.syncs import SyncRepository


async def unread(
    syncs: SyncRepository, sync: Sync, accounts: Sequence[LinkedAccount], error: DomainError
) -> Failure[DomainError]:
    """It is noted with them; what was read of others stays."""
    if await syncs.hold(sync):
        await syncs.note(sync, [SyncedAccount(account_id=account.account_id, error=error) for account in accounts])
    return Failure(error, keep=True)
