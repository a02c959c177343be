"""The letters: which event says what to whom."""

from app.application.reactions.email import Letter, Writing, letter
from app.core.ids import TokenId
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


@letter(UserRegistrationSucceeded)
def welcome(event: UserRegistrationSucceeded, writing: Writing) -> Letter | None:
    return verification(event.email, event.token_id, writing)


@letter(EmailVerificationRequestSucceeded)
def verify_again(event: EmailVerificationRequestSucceeded, writing: Writing) -> Letter | None:
    return verification(event.email, event.token_id, writing)


def verification(email: str, token_id: TokenId | None, writing: Writing) -> Letter | None:
    if token_id is None:
        return None
    link = f"{writing.public_url}/verify-email/{writing.secrets.secret(token_id)}"
    text = f"Welcome to Dashtam. Open this page within a day to prove that this address is yours:\n\n{link}\n"
    return Letter(to=email, subject="Verify your e-mail address", text=text)


@letter(KnownRegistrationOccurred)
def known(event: KnownRegistrationOccurred, writing: Writing) -> Letter:
    text = f"Somebody, perhaps you, tried to register this address. It is registered already at {writing.public_url}.\n"
    return Letter(to=event.email, subject="You have an account already", text=text)


@letter(EmailVerificationSucceeded)
def verified(event: EmailVerificationSucceeded, writing: Writing) -> Letter:
    text = f"This address is verified. You can log in at {writing.public_url}.\n"
    return Letter(to=event.email, subject="Your e-mail address is verified", text=text)


@letter(PasswordResetRequestSucceeded)
def reset(event: PasswordResetRequestSucceeded, writing: Writing) -> Letter | None:
    if event.token_id is None:
        return None
    link = f"{writing.public_url}/reset-password/{writing.secrets.secret(event.token_id)}"
    text = f"Open this page within a quarter of an hour to choose a new password:\n\n{link}\n"
    return Letter(to=event.email, subject="Choose a new password", text=text)


@letter(PasswordResetConfirmSucceeded)
def reset_done(event: PasswordResetConfirmSucceeded, writing: Writing) -> Letter:
    return changed(event.email, writing)


@letter(UserPasswordChangeSucceeded)
def change_done(event: UserPasswordChangeSucceeded, writing: Writing) -> Letter:
    return changed(event.email, writing)


def changed(email: str, writing: Writing) -> Letter:
    text = f"Your password was changed. If that was not you, reset it at once at {writing.public_url}.\n"
    return Letter(to=email, subject="Your password was changed", text=text)


@letter(LoginLockoutOccurred)
def locked(event: LoginLockoutOccurred, writing: Writing) -> Letter:  # noqa: ARG001  # all writers are alike
    text = "After five wrong passwords nobody can log in with this address for a quarter of an hour.\n"
    return Letter(to=event.email, subject="Too many wrong passwords", text=text)


@letter(RefreshTokenReplayOccurred)
def stolen(event: RefreshTokenReplayOccurred, writing: Writing) -> Letter:
    text = (
        f"A session was ended, as its token came back from somewhere else. Change your password: {writing.public_url}\n"
    )
    return Letter(to=event.email, subject="A session of yours was ended", text=text)
