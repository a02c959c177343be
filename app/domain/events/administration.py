"""What operators do to people and to the event log."""

from app.core.ids import SessionId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

USER_VERIFICATION = "user_verification"
ROLE_ASSIGNMENT = "role_assignment"
USER_LOCK = "user_lock"
USER_UNLOCK = "user_unlock"
USER_UPDATE = "user_update"
EVENT_RETRY = "event_retry"


@event(USER_VERIFICATION, Phase.ATTEMPTED, audit_action="user_verification_attempted")
class UserVerificationAttempted:
    email: Personal


@event(USER_VERIFICATION, Phase.SUCCEEDED, audit_action="user_verified")
class UserVerificationSucceeded:
    user_id: UserId


@event(USER_VERIFICATION, Phase.FAILED, audit_action="user_verification_failed")
class UserVerificationFailed:
    email: Personal
    reason: Fact


@event(ROLE_ASSIGNMENT, Phase.ATTEMPTED, audit_action="role_assignment_attempted")
class RoleAssignmentAttempted:
    email: Personal
    role: Fact


@event(ROLE_ASSIGNMENT, Phase.SUCCEEDED, audit_action="role_assigned", session=True)
class RoleAssignmentSucceeded:
    """The sessions go on, but what is remembered of their roles is forgotten."""

    user_id: UserId
    role: Fact
    session_ids: tuple[SessionId, ...]


@event(ROLE_ASSIGNMENT, Phase.FAILED, audit_action="role_assignment_failed")
class RoleAssignmentFailed:
    email: Personal
    role: Fact
    reason: Fact


@event(USER_LOCK, Phase.ATTEMPTED, audit_action="user_lock_attempted")
class UserLockAttempted:
    email: Personal


@event(USER_LOCK, Phase.SUCCEEDED, audit_action="user_locked", session=True)
class UserLockSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@event(USER_LOCK, Phase.FAILED, audit_action="user_lock_failed")
class UserLockFailed:
    email: Personal
    reason: Fact


@event(USER_UNLOCK, Phase.ATTEMPTED, audit_action="user_unlock_attempted")
class UserUnlockAttempted:
    email: Personal


@event(USER_UNLOCK, Phase.SUCCEEDED, audit_action="user_unlocked")
class UserUnlockSucceeded:
    user_id: UserId


@event(USER_UNLOCK, Phase.FAILED, audit_action="user_unlock_failed")
class UserUnlockFailed:
    email: Personal
    reason: Fact


@event(EVENT_RETRY, Phase.ATTEMPTED, audit_action="event_retry_attempted")
class EventRetryAttempted:
    reaction: Fact | None
    position: int | None


@event(EVENT_RETRY, Phase.SUCCEEDED, audit_action="event_retried")
class EventRetrySucceeded:
    count: int


@event(EVENT_RETRY, Phase.FAILED, audit_action="event_retry_failed")
class EventRetryFailed:
    reaction: Fact | None
    position: int | None
    reason: Fact


@event(USER_UPDATE, Phase.ATTEMPTED, audit_action="admin_user_update_attempted")
class UserUpdateAttempted:
    """An administrator changes what somebody may."""

    user_id: UserId


@event(USER_UPDATE, Phase.SUCCEEDED, audit_action="admin_user_updated", session=True)
class UserUpdateSucceeded:
    """What holds from now on. Sessions go on where the user stays active, but what is remembered of them does not."""

    user_id: UserId
    roles: tuple[Fact, ...]
    tier: Fact
    is_active: bool
    is_unlocked: bool
    session_ids: tuple[SessionId, ...]


@event(USER_UPDATE, Phase.FAILED, audit_action="admin_user_update_failed")
class UserUpdateFailed:
    user_id: UserId
    reason: Fact
