"""What happens to accounts."""

from app.core.ids import AccountId, UserId
from app.domain.events.registry import workflow


@workflow("account_link", {"account_id": AccountId, "other_id": AccountId}, audit_action="account_link_succeeded")
class AccountLinkSucceeded:
    user_id: UserId
    account_id: AccountId
    other_id: AccountId
    transactions_moved: int
    transactions_merged: int
