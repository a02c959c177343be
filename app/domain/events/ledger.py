"""What happens to accounts."""

from app.core.ids import AccountId, UserId
from app.domain.events.registry import Fact, Phase, event

ACCOUNT_LINK = "account_link"


@event(ACCOUNT_LINK, Phase.ATTEMPTED, audit_action="account_link_attempted")
class AccountLinkAttempted:
    account_id: AccountId
    other_id: AccountId


@event(ACCOUNT_LINK, Phase.SUCCEEDED, audit_action="account_link_succeeded")
class AccountLinkSucceeded:
    user_id: UserId
    account_id: AccountId
    other_id: AccountId
    transactions_moved: int
    transactions_merged: int


@event(ACCOUNT_LINK, Phase.FAILED, audit_action="account_link_failed")
class AccountLinkFailed:
    account_id: AccountId
    other_id: AccountId
    reason: Fact
