"""What happens to people, their sessions and their tokens."""

from app.core.ids import SessionId, TokenId, UserId
from app.domain.events.registry import WORKFLOWS, Personal, Phase, event, workflow


@workflow("user_registration", {"email": Personal}, audit_action="user_registered", email=True)
class UserRegistrationSucceeded:
    """`token_id` names the verification token; its secret is derived when the mail is written."""

    user_id: UserId
    email: Personal
    token_id: TokenId | None


UserRegistrationFailed = WORKFLOWS["user_registration", Phase.FAILED].event


@event("known_registration", Phase.OCCURRED, audit_action="user_registration_concealed", email=True)
class KnownRegistrationOccurred:
    """Somebody registered an address that is known already, and was not told so."""

    user_id: UserId
    email: Personal


@workflow("email_verification_request", {"email": Personal}, audit_action="email_verification_requested", email=True)
class EmailVerificationRequestSucceeded:
    """Without a user or with a verified one nothing is sent, but the answer is the same."""

    user_id: UserId | None
    email: Personal
    token_id: TokenId | None


@workflow(
    "email_verification",
    audit_action="user_email_verified",
    attempt_action="user_email_verification_attempted",
    failure_action="user_email_verification_failed",
    email=True,
)
class EmailVerificationSucceeded:
    user_id: UserId
    email: Personal


@workflow(
    "password_reset_request",
    {"email": Personal},
    audit_action="user_password_reset_requested",
    failure_action="user_password_reset_failed",
    email=True,
)
class PasswordResetRequestSucceeded:
    """Without a user, or beyond the limit of mails, nothing is sent, but the answer is the same."""

    user_id: UserId | None
    email: Personal
    token_id: TokenId | None


@workflow("password_reset_confirm", audit_action="user_password_reset_completed", email=True, session=True)
class PasswordResetConfirmSucceeded:
    user_id: UserId
    email: Personal
    session_ids: tuple[SessionId, ...]


@workflow("user_password_change", audit_action="user_password_changed", email=True, session=True)
class UserPasswordChangeSucceeded:
    user_id: UserId
    email: Personal
    session_ids: tuple[SessionId, ...]


@workflow("profile_update", audit_action="profile_updated")
class ProfileUpdateSucceeded:
    user_id: UserId


@workflow("account_deletion", audit_action="account_deleted", session=True)
class AccountDeletionSucceeded:
    user_id: UserId
    session_ids: tuple[SessionId, ...]
