"""What people change of their accounts."""

from app.core.ids import AccountId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

ACCOUNT_UPDATE = "account_update"


@event(ACCOUNT_UPDATE, Phase.ATTEMPTED, audit_action="account_update_attempted")
class AccountUpdateAttempted:
    account_id: AccountId


@event(ACCOUNT_UPDATE, Phase.SUCCEEDED, audit_action="account_updated")
class AccountUpdateSucceeded:
    """`name` and `hidden` are what they are now, null where they were not asked to change."""

    user_id: UserId
    account_id: AccountId
    name: Personal | None
    hidden: bool | None


@event(ACCOUNT_UPDATE, Phase.FAILED, audit_action="account_update_failed")
class AccountUpdateFailed:
    account_id: AccountId
    reason: Fact
