"""What operators do to people and to the event log."""

from app.core.ids import SessionId, UserId
from app.domain.events.registry import Fact, Personal, workflow


@workflow("user_verification", {"email": Personal}, audit_action="user_verified")
class UserVerificationSucceeded:
    user_id: UserId


@workflow("role_assignment", {"email": Personal, "role": Fact}, audit_action="role_assigned", session=True)
class RoleAssignmentSucceeded:
    """The sessions go on, but what is remembered of their roles is forgotten."""

    user_id: UserId
    role: Fact
    session_ids: tuple[SessionId, ...]


@workflow("user_lock", {"email": Personal}, audit_action="user_locked", session=True)
class UserLockSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@workflow("user_unlock", {"email": Personal}, audit_action="user_unlocked")
class UserUnlockSucceeded:
    user_id: UserId


@workflow("event_retry", {"reaction": Fact | None, "position": int | None}, audit_action="event_retried")
class EventRetrySucceeded:
    count: int


@workflow(
    "user_update",
    {"user_id": UserId},
    audit_action="admin_user_updated",
    attempt_action="admin_user_update_attempted",
    failure_action="admin_user_update_failed",
    session=True,
)
class UserUpdateSucceeded:
    """What holds from now on. Sessions go on where the user stays active, but what is remembered of them does not."""

    user_id: UserId
    roles: tuple[Fact, ...]
    tier: Fact
    is_active: bool
    is_unlocked: bool
    session_ids: tuple[SessionId, ...]
