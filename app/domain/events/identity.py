"""What happens to people and their sessions."""

from app.core.ids import SessionId, TokenId, UserId
from app.domain.events.registry import Phase, event

USER_REGISTRATION = "user_registration"
EMAIL_VERIFICATION = "email_verification"
USER_LOGIN = "user_login"


@event(USER_REGISTRATION, Phase.ATTEMPTED, audit_action="user_registration_attempted")
class UserRegistrationAttempted:
    email: str


@event(USER_REGISTRATION, Phase.SUCCEEDED, audit_action="user_registered", email=True)
class UserRegistrationSucceeded:
    """`token_id` names the verification token; its secret is derived when the mail is written."""

    user_id: UserId
    email: str
    token_id: TokenId


@event(USER_REGISTRATION, Phase.FAILED, audit_action="user_registration_failed")
class UserRegistrationFailed:
    email: str
    reason: str


@event(EMAIL_VERIFICATION, Phase.ATTEMPTED, audit_action="user_email_verification_attempted")
class EmailVerificationAttempted:
    pass


@event(EMAIL_VERIFICATION, Phase.SUCCEEDED, audit_action="user_email_verified")
class EmailVerificationSucceeded:
    user_id: UserId


@event(EMAIL_VERIFICATION, Phase.FAILED, audit_action="user_email_verification_failed")
class EmailVerificationFailed:
    reason: str


@event(USER_LOGIN, Phase.ATTEMPTED, audit_action="user_login_attempted")
class UserLoginAttempted:
    email: str


@event(USER_LOGIN, Phase.SUCCEEDED, audit_action="user_login_success")
class UserLoginSucceeded:
    user_id: UserId
    session_id: SessionId


@event(USER_LOGIN, Phase.FAILED, audit_action="user_login_failed")
class UserLoginFailed:
    email: str
    reason: str
