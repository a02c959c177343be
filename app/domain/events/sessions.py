"""What happens to sessions and the tokens that go with them."""

from app.core.ids import SessionId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event, workflow


@workflow("user_login", {"email": Personal}, audit_action="user_login_success")
class UserLoginSucceeded:
    user_id: UserId
    session_id: SessionId


@event("login_lockout", Phase.OCCURRED, audit_action="user_login_locked", email=True)
class LoginLockoutOccurred:
    """Too many wrong passwords; the owner of the address is told."""

    user_id: UserId
    email: Personal


@event("session_evicted", Phase.OCCURRED, audit_action="session_evicted", session=True)
class SessionEvictedOccurred:
    """A login ended the oldest sessions beyond the limit of the user's tier."""

    user_id: UserId
    session_ids: tuple[SessionId, ...]


@workflow("user_logout", audit_action="user_logout", session=True)
class UserLogoutSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@workflow("session_revocation", {"session_id": SessionId}, audit_action="session_revoked", session=True)
class SessionRevocationSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@workflow("all_sessions_revocation", audit_action="all_sessions_revoked", session=True)
class AllSessionsRevocationSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@workflow("session_confirmation", audit_action="session_confirmed")
class SessionConfirmationSucceeded:
    user_id: UserId
    session_id: SessionId


@workflow("auth_token_refresh", audit_action="auth_token_refreshed")
class AuthTokenRefreshSucceeded:
    user_id: UserId
    session_id: SessionId


@event("refresh_token_replay", Phase.OCCURRED, audit_action="suspicious_session_activity", email=True, session=True)
class RefreshTokenReplayOccurred:
    """A used refresh token came back: it was stolen, by this caller or an earlier one. The session has ended."""

    user_id: UserId
    email: Personal
    session_ids: tuple[SessionId, ...]


@event("token_rejected_due_to_rotation", Phase.OCCURRED, audit_action="token_rejected_version_mismatch", session=True)
class TokenRejectedDueToRotationOccurred:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@workflow("global_token_rotation", {"reason": Fact}, audit_action="global_token_rotation_succeeded")
class GlobalTokenRotationSucceeded:
    version: int


@workflow("user_token_rotation", {"email": Personal, "reason": Fact}, audit_action="user_token_rotation_succeeded")
class UserTokenRotationSucceeded:
    user_id: UserId
    version: int
