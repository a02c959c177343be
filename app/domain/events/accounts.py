"""What people do to their accounts."""

from app.core.ids import AccountId, UserId
from app.domain.events.registry import Personal, workflow


@workflow("account_opening", audit_action="account_opened")
class AccountOpeningSucceeded:
    user_id: UserId
    account_id: AccountId
    name: Personal


@workflow("account_update", {"account_id": AccountId}, audit_action="account_updated")
class AccountUpdateSucceeded:
    """`name` and `hidden` are what they are now, null where they were not asked to change."""

    user_id: UserId
    account_id: AccountId
    name: Personal | None
    hidden: bool | None


@workflow("account_closing", {"account_id": AccountId}, audit_action="account_closed")
class AccountClosingSucceeded:
    user_id: UserId
    account_id: AccountId
