"""The letters: which event says what to whom. Words only; how a mail looks is the mailer's business."""

from app.application.reactions.email import Letter, Writing, letter
from app.core.ids import TokenId
from app.domain.events.connections import ConsentEndingOccurred
from app.domain.events.identity import (
    EmailVerificationRequestSucceeded,
    EmailVerificationSucceeded,
    KnownRegistrationOccurred,
    PasswordResetConfirmSucceeded,
    PasswordResetRequestSucceeded,
    UserPasswordChangeSucceeded,
    UserRegistrationSucceeded,
)
from app.domain.events.sessions import LoginLockoutOccurred, RefreshTokenReplayOccurred
from app.domain.identity.lockout import FAILURES_MAX, LOCK
from app.domain.protocols.mail import Link


@letter(UserRegistrationSucceeded)
def welcome(event: UserRegistrationSucceeded, writing: Writing) -> Letter | None:
    return verification(event.email, event.token_id, writing)


@letter(EmailVerificationRequestSucceeded)
def verify_again(event: EmailVerificationRequestSucceeded, writing: Writing) -> Letter | None:
    return verification(event.email, event.token_id, writing)


def verification(email: str, token_id: TokenId | None, writing: Writing) -> Letter | None:
    if token_id is None:
        return None
    said = (
        f"Welcome to Dashtam. Within {writing.policy.verification_hours} hours, prove that this address is yours.",
        "If you did not register, ignore this mail.",
    )
    link = Link("Verify this address", f"{writing.public_url}/verify-email/{writing.secrets.secret(token_id)}")
    return Letter(email, "Verify your e-mail address", said, link)


@letter(KnownRegistrationOccurred)
def known(event: KnownRegistrationOccurred, writing: Writing) -> Letter:
    said = (
        f"Somebody, perhaps you, tried to register this address. It is registered already at {writing.public_url}.",
        "If you forgot the password, ask there for a mail to choose a new one.",
    )
    return Letter(event.email, "You have an account already", said)


@letter(EmailVerificationSucceeded)
def verified(event: EmailVerificationSucceeded, writing: Writing) -> Letter:
    said = f"This address is verified. You can log in at {writing.public_url}."
    return Letter(event.email, "Your e-mail address is verified", (said,))


@letter(PasswordResetRequestSucceeded)
def reset(event: PasswordResetRequestSucceeded, writing: Writing) -> Letter | None:
    if event.token_id is None:
        return None
    said = (
        f"You can choose a new password within {writing.policy.reset_minutes} minutes. All of your sessions end then.",
        "If you did not ask for this, ignore this mail: your password stays as it is.",
    )
    link = Link(
        "Choose a new password", f"{writing.public_url}/reset-password/{writing.secrets.secret(event.token_id)}"
    )
    return Letter(event.email, "Choose a new password", said, link)


@letter(PasswordResetConfirmSucceeded)
def reset_done(event: PasswordResetConfirmSucceeded, writing: Writing) -> Letter:
    return changed(event.email, writing)


@letter(UserPasswordChangeSucceeded)
def change_done(event: UserPasswordChangeSucceeded, writing: Writing) -> Letter:
    return changed(event.email, writing)


def changed(email: str, writing: Writing) -> Letter:
    said = f"Your password was changed. If that was not you, reset it at once at {writing.public_url}."
    return Letter(email, "Your password was changed", (said,))


@letter(LoginLockoutOccurred)
def locked(event: LoginLockoutOccurred, writing: Writing) -> Letter:
    minutes = int(LOCK.total_seconds() / 60)
    said = (
        f"After {FAILURES_MAX} wrong passwords nobody can log in with this address for {minutes} minutes.",
        f"If that was not you, your password held; nothing needs to be done at {writing.public_url}.",
    )
    return Letter(event.email, "Too many wrong passwords", said)


@letter(RefreshTokenReplayOccurred)
def stolen(event: RefreshTokenReplayOccurred, writing: Writing) -> Letter:
    said = (
        "A session of yours was ended: its token came back after it had been used, so somebody may have copied it.",
        f"Change your password at {writing.public_url}, and log in again.",
    )
    return Letter(event.email, "A session of yours was ended", said)


@letter(ConsentEndingOccurred)
def consent_ending(event: ConsentEndingOccurred, writing: Writing) -> Letter:
    said = (
        f"Consent to read {event.provider_slug} ends on {event.ends_at:%Y-%m-%d at %H:%M} UTC; then syncs end too.",
        f"Renew it at {writing.public_url}: POST /api/v1/connections/{event.connection_id}/authorizations.",
    )
    return Letter(event.email, "Renew the consent of a connection", said)
