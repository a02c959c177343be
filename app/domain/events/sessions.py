"""What happens to sessions and the tokens that go with them."""

from app.core.ids import SessionId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

USER_LOGIN = "user_login"
USER_LOGOUT = "user_logout"
SESSION_REVOCATION = "session_revocation"
ALL_SESSIONS_REVOCATION = "all_sessions_revocation"
SESSION_CONFIRMATION = "session_confirmation"
AUTH_TOKEN_REFRESH = "auth_token_refresh"  # noqa: S105  # a workflow's name
GLOBAL_TOKEN_ROTATION = "global_token_rotation"  # noqa: S105  # a workflow's name
USER_TOKEN_ROTATION = "user_token_rotation"  # noqa: S105  # a workflow's name


@event(USER_LOGIN, Phase.ATTEMPTED, audit_action="user_login_attempted")
class UserLoginAttempted:
    email: Personal


@event(USER_LOGIN, Phase.SUCCEEDED, audit_action="user_login_success")
class UserLoginSucceeded:
    user_id: UserId
    session_id: SessionId


@event(USER_LOGIN, Phase.FAILED, audit_action="user_login_failed")
class UserLoginFailed:
    email: Personal
    reason: Fact


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


@event(USER_LOGOUT, Phase.ATTEMPTED, audit_action="user_logout_attempted")
class UserLogoutAttempted:
    pass


@event(USER_LOGOUT, Phase.SUCCEEDED, audit_action="user_logout", session=True)
class UserLogoutSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@event(USER_LOGOUT, Phase.FAILED, audit_action="user_logout_failed")
class UserLogoutFailed:
    reason: Fact


@event(SESSION_REVOCATION, Phase.ATTEMPTED, audit_action="session_revocation_attempted")
class SessionRevocationAttempted:
    session_id: SessionId


@event(SESSION_REVOCATION, Phase.SUCCEEDED, audit_action="session_revoked", session=True)
class SessionRevocationSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@event(SESSION_REVOCATION, Phase.FAILED, audit_action="session_revocation_failed")
class SessionRevocationFailed:
    session_id: SessionId
    reason: Fact


@event(ALL_SESSIONS_REVOCATION, Phase.ATTEMPTED, audit_action="all_sessions_revocation_attempted")
class AllSessionsRevocationAttempted:
    pass


@event(ALL_SESSIONS_REVOCATION, Phase.SUCCEEDED, audit_action="all_sessions_revoked", session=True)
class AllSessionsRevocationSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@event(ALL_SESSIONS_REVOCATION, Phase.FAILED, audit_action="all_sessions_revocation_failed")
class AllSessionsRevocationFailed:
    reason: Fact


@event(SESSION_CONFIRMATION, Phase.ATTEMPTED, audit_action="session_confirmation_attempted")
class SessionConfirmationAttempted:
    pass


@event(SESSION_CONFIRMATION, Phase.SUCCEEDED, audit_action="session_confirmed")
class SessionConfirmationSucceeded:
    user_id: UserId
    session_id: SessionId


@event(SESSION_CONFIRMATION, Phase.FAILED, audit_action="session_confirmation_failed")
class SessionConfirmationFailed:
    reason: Fact


@event(AUTH_TOKEN_REFRESH, Phase.ATTEMPTED, audit_action="auth_token_refresh_attempted")
class AuthTokenRefreshAttempted:
    pass


@event(AUTH_TOKEN_REFRESH, Phase.SUCCEEDED, audit_action="auth_token_refreshed")
class AuthTokenRefreshSucceeded:
    user_id: UserId
    session_id: SessionId


@event(AUTH_TOKEN_REFRESH, Phase.FAILED, audit_action="auth_token_refresh_failed")
class AuthTokenRefreshFailed:
    reason: Fact


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


@event(GLOBAL_TOKEN_ROTATION, Phase.ATTEMPTED, audit_action="global_token_rotation_attempted")
class GlobalTokenRotationAttempted:
    reason: Fact


@event(GLOBAL_TOKEN_ROTATION, Phase.SUCCEEDED, audit_action="global_token_rotation_succeeded")
class GlobalTokenRotationSucceeded:
    version: int


@event(GLOBAL_TOKEN_ROTATION, Phase.FAILED, audit_action="global_token_rotation_failed")
class GlobalTokenRotationFailed:
    reason: Fact


@event(USER_TOKEN_ROTATION, Phase.ATTEMPTED, audit_action="user_token_rotation_attempted")
class UserTokenRotationAttempted:
    email: Personal
    reason: Fact


@event(USER_TOKEN_ROTATION, Phase.SUCCEEDED, audit_action="user_token_rotation_succeeded")
class UserTokenRotationSucceeded:
    user_id: UserId
    version: int


@event(USER_TOKEN_ROTATION, Phase.FAILED, audit_action="user_token_rotation_failed")
class UserTokenRotationFailed:
    email: Personal
    reason: Fact
