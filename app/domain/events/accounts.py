"""What people change of their accounts."""

from app.core.ids import AccountId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

ACCOUNT_OPENING = "account_opening"
ACCOUNT_UPDATE = "account_update"
ACCOUNT_CLOSING = "account_closing"


@event(ACCOUNT_OPENING, Phase.ATTEMPTED, audit_action="account_opening_attempted")
class AccountOpeningAttempted:
    pass


@event(ACCOUNT_OPENING, Phase.SUCCEEDED, audit_action="account_opened")
class AccountOpeningSucceeded:
    user_id: UserId
    account_id: AccountId
    name: Personal


@event(ACCOUNT_OPENING, Phase.FAILED, audit_action="account_opening_failed")
class AccountOpeningFailed:
    reason: Fact


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


@event(ACCOUNT_CLOSING, Phase.ATTEMPTED, audit_action="account_closing_attempted")
class AccountClosingAttempted:
    account_id: AccountId


@event(ACCOUNT_CLOSING, Phase.SUCCEEDED, audit_action="account_closed")
class AccountClosingSucceeded:
    user_id: UserId
    account_id: AccountId


@event(ACCOUNT_CLOSING, Phase.FAILED, audit_action="account_closing_failed")
class AccountClosingFailed:
    account_id: AccountId
    reason: Fact
