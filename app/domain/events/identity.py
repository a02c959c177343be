"""What happens to people, their sessions and their tokens."""

from app.core.ids import SessionId, TokenId, UserId
from app.domain.events.registry import Fact, Personal, Phase, event

USER_REGISTRATION = "user_registration"
EMAIL_VERIFICATION_REQUEST = "email_verification_request"
EMAIL_VERIFICATION = "email_verification"
PASSWORD_RESET_REQUEST = "password_reset_request"  # noqa: S105  # a workflow's name
PASSWORD_RESET_CONFIRM = "password_reset_confirm"  # noqa: S105  # a workflow's name
USER_PASSWORD_CHANGE = "user_password_change"  # noqa: S105  # a workflow's name
PROFILE_UPDATE = "profile_update"
ACCOUNT_DELETION = "account_deletion"


@event(USER_REGISTRATION, Phase.ATTEMPTED, audit_action="user_registration_attempted")
class UserRegistrationAttempted:
    email: Personal


@event(USER_REGISTRATION, Phase.SUCCEEDED, audit_action="user_registered", email=True)
class UserRegistrationSucceeded:
    """`token_id` names the verification token; its secret is derived when the mail is written."""

    user_id: UserId
    email: Personal
    token_id: TokenId | None


@event(USER_REGISTRATION, Phase.FAILED, audit_action="user_registration_failed")
class UserRegistrationFailed:
    email: Personal
    reason: Fact


@event("known_registration", Phase.OCCURRED, audit_action="user_registration_concealed", email=True)
class KnownRegistrationOccurred:
    """Somebody registered an address that is known already, and was not told so."""

    user_id: UserId
    email: Personal


@event(EMAIL_VERIFICATION_REQUEST, Phase.ATTEMPTED, audit_action="email_verification_request_attempted")
class EmailVerificationRequestAttempted:
    email: Personal


@event(EMAIL_VERIFICATION_REQUEST, Phase.SUCCEEDED, audit_action="email_verification_requested", email=True)
class EmailVerificationRequestSucceeded:
    """Without a user or with a verified one nothing is sent, but the answer is the same."""

    user_id: UserId | None
    email: Personal
    token_id: TokenId | None


@event(EMAIL_VERIFICATION_REQUEST, Phase.FAILED, audit_action="email_verification_request_failed")
class EmailVerificationRequestFailed:
    email: Personal
    reason: Fact


@event(EMAIL_VERIFICATION, Phase.ATTEMPTED, audit_action="user_email_verification_attempted")
class EmailVerificationAttempted:
    pass


@event(EMAIL_VERIFICATION, Phase.SUCCEEDED, audit_action="user_email_verified", email=True)
class EmailVerificationSucceeded:
    user_id: UserId
    email: Personal


@event(EMAIL_VERIFICATION, Phase.FAILED, audit_action="user_email_verification_failed")
class EmailVerificationFailed:
    reason: Fact


@event(PASSWORD_RESET_REQUEST, Phase.ATTEMPTED, audit_action="password_reset_request_attempted")
class PasswordResetRequestAttempted:
    email: Personal


@event(PASSWORD_RESET_REQUEST, Phase.SUCCEEDED, audit_action="user_password_reset_requested", email=True)
class PasswordResetRequestSucceeded:
    """Without a user, or beyond the limit of mails, nothing is sent, but the answer is the same."""

    user_id: UserId | None
    email: Personal
    token_id: TokenId | None


@event(PASSWORD_RESET_REQUEST, Phase.FAILED, audit_action="user_password_reset_failed")
class PasswordResetRequestFailed:
    email: Personal
    reason: Fact


@event(PASSWORD_RESET_CONFIRM, Phase.ATTEMPTED, audit_action="password_reset_confirm_attempted")
class PasswordResetConfirmAttempted:
    pass


@event(PASSWORD_RESET_CONFIRM, Phase.SUCCEEDED, audit_action="user_password_reset_completed", email=True, session=True)
class PasswordResetConfirmSucceeded:
    user_id: UserId
    email: Personal
    session_ids: tuple[SessionId, ...]


@event(PASSWORD_RESET_CONFIRM, Phase.FAILED, audit_action="password_reset_confirm_failed")
class PasswordResetConfirmFailed:
    reason: Fact


@event(USER_PASSWORD_CHANGE, Phase.ATTEMPTED, audit_action="user_password_change_attempted")
class UserPasswordChangeAttempted:
    pass


@event(USER_PASSWORD_CHANGE, Phase.SUCCEEDED, audit_action="user_password_changed", email=True, session=True)
class UserPasswordChangeSucceeded:
    user_id: UserId
    email: Personal
    session_ids: tuple[SessionId, ...]


@event(USER_PASSWORD_CHANGE, Phase.FAILED, audit_action="user_password_change_failed")
class UserPasswordChangeFailed:
    reason: Fact


@event(PROFILE_UPDATE, Phase.ATTEMPTED, audit_action="profile_update_attempted")
class ProfileUpdateAttempted:
    pass


@event(PROFILE_UPDATE, Phase.SUCCEEDED, audit_action="profile_updated")
class ProfileUpdateSucceeded:
    user_id: UserId


@event(PROFILE_UPDATE, Phase.FAILED, audit_action="profile_update_failed")
class ProfileUpdateFailed:
    reason: Fact


@event(ACCOUNT_DELETION, Phase.ATTEMPTED, audit_action="account_deletion_attempted")
class AccountDeletionAttempted:
    pass


@event(ACCOUNT_DELETION, Phase.SUCCEEDED, audit_action="account_deleted", session=True)
class AccountDeletionSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]


@event(ACCOUNT_DELETION, Phase.FAILED, audit_action="account_deletion_failed")
class AccountDeletionFailed:
    reason: Fact
