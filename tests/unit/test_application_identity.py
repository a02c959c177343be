from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from app.application.identity.change_password import ChangePassword
from app.application.identity.confirm_session import ConfirmSession
from app.application.identity.delete_account import DeleteAccount
from app.application.identity.errors import (
    ConfirmationRequired,
    CredentialsWrong,
    EmailInvalid,
    EmailUnknown,
    MailTokenInvalid,
)
from app.application.identity.lock_user import LockUser
from app.application.identity.purge_expired_tokens import Purged, PurgeExpiredTokens
from app.application.identity.register_user import EmailTaken, RegisterUser
from app.application.identity.request_email_verification import RequestEmailVerification
from app.application.identity.request_password_reset import RequestPasswordReset
from app.application.identity.reset_password import ResetPassword
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.identity.unlock_user import UnlockUser
from app.application.identity.update_profile import UpdateProfile
from app.application.identity.verify_email import VerifyEmail
from app.application.identity.verify_user import VerifyUser
from app.application.identity.views import MailRequested
from app.application.registry import Message
from app.core.errors import NotFound
from app.domain.events.identity import (
    AccountDeletionSucceeded,
    EmailVerificationSucceeded,
    KnownRegistrationOccurred,
    PasswordResetConfirmSucceeded,
    PasswordResetRequestSucceeded,
    UserPasswordChangeSucceeded,
    UserRegistrationFailed,
    UserRegistrationSucceeded,
)
from app.domain.identity.lockout import LoginFailures
from app.domain.identity.password import PasswordTooWeak
from app.domain.identity.session import EndReason, MailTokenKind
from app.domain.identity.user import User
from tests.office import COMMON, EMAIL, NEWER, PASSWORD, Office
from tests.values import NOW, mail_token, session_of

REGISTER = RegisterUser(email=EMAIL, password=PASSWORD)
FORGOT = RequestPasswordReset(email=EMAIL)


@pytest.fixture
def office() -> Office:
    return Office()


async def logged_in(office: Office, sessions: int = 1) -> User:
    """A user who acts in the first of some sessions."""
    known = await office.knows()
    for _ in range(sessions):
        await office.sessions.add(session_of(known.id))
    office.acts(next(iter(office.sessions.sessions.values())))
    return known


def ends(office: Office) -> list[EndReason | None]:
    """How the sessions ended, in the order they began."""
    return [office.sessions.ended.get(session_id) for session_id in office.sessions.sessions]


async def test_registering_stores_the_user_with_a_hash_and_a_token(office: Office) -> None:
    await office.answers(RegisterUser(email="Ada@Example.com", password=PASSWORD))
    (made,) = office.users.users.values()
    assert (made.email, made.password_hash, made.verified_at, made.roles) == (EMAIL, f"new:{PASSWORD}", None, ("user",))
    assert made.tier is office.policy.default_tier
    (proof,) = office.mail_tokens.tokens.values()
    assert (proof.user_id, proof.expires_at) == (made.id, NOW + timedelta(hours=24))
    assert proof.secret_hash == sha256(office.secret(MailTokenKind.VERIFICATION).encode()).digest()
    assert office.events.pending == [UserRegistrationSucceeded(user_id=made.id, email=EMAIL, token_id=proof.id)]


async def test_an_address_in_use_is_refused(office: Office) -> None:
    known = await office.knows()
    assert await office.refuses(RegisterUser(email=EMAIL.upper(), password=PASSWORD)) is EmailTaken
    assert [*office.users.users.values()] == [known]
    assert (office.mail_tokens.tokens, office.events.pending) == ({}, [])


async def test_an_address_in_use_can_be_concealed_and_its_owner_told(office: Office) -> None:
    office.policy = replace(office.policy, conceal_accounts=True)
    known = await office.knows()
    said = await office.answers(RegisterUser(email=EMAIL, password=NEWER))
    assert said.id != known.id
    assert (said.email, said.email_verified, said.name) == (EMAIL, False, None)
    assert office.users.users == {known.id: known}
    assert office.events.pending == [
        UserRegistrationFailed(email=EMAIL, reason="email_taken"),
        KnownRegistrationOccurred(user_id=known.id, email=EMAIL),
    ]


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("ada@example", PASSWORD, EmailInvalid),
        (EMAIL, "too short", PasswordTooWeak),
        (EMAIL, COMMON, PasswordTooWeak),
    ],
)
async def test_what_is_refused_leaves_nothing(office: Office, email: str, password: str, why: type) -> None:
    assert await office.refuses(RegisterUser(email=email, password=password)) is why
    assert (office.users.users, office.mail_tokens.tokens, office.events.pending) == ({}, {}, [])


async def test_the_mailed_secret_verifies_once(office: Office) -> None:
    await office.answers(REGISTER)
    (made,) = office.users.users.values()
    verify = VerifyEmail(token=office.secret(MailTokenKind.VERIFICATION))
    office.clock.advance(hours=23)
    await office.answers(verify)
    assert office.users.users[made.id].verified_at == office.clock.now()
    assert office.events.pending[1:] == [EmailVerificationSucceeded(user_id=made.id, email=EMAIL)]
    assert await office.refuses(verify) is MailTokenInvalid


@pytest.mark.parametrize("hours", [24, 25])
async def test_an_expired_secret_verifies_nothing(office: Office, hours: int) -> None:
    await office.answers(REGISTER)
    office.clock.advance(hours=hours)
    assert await office.refuses(VerifyEmail(token=office.secret(MailTokenKind.VERIFICATION))) is MailTokenInvalid
    assert [made.verified_at for made in office.users.users.values()] == [None]


async def test_the_secret_of_one_kind_is_none_of_another(office: Office) -> None:
    await office.answers(REGISTER)
    await office.knows(email="eve@example.com")
    await office.answers(RequestPasswordReset(email="eve@example.com"))
    assert await office.refuses(VerifyEmail(token=office.secret(MailTokenKind.RESET))) is MailTokenInvalid
    reset = ResetPassword(token=office.secret(MailTokenKind.VERIFICATION), new_password=NEWER)
    assert await office.refuses(reset) is MailTokenInvalid


@pytest.mark.parametrize(
    ("kind", "message", "known", "is_sent"),
    [
        (MailTokenKind.VERIFICATION, RequestEmailVerification, {"verified_at": None}, True),
        (MailTokenKind.VERIFICATION, RequestEmailVerification, {}, False),
        (MailTokenKind.VERIFICATION, RequestEmailVerification, {"verified_at": None, "is_active": False}, False),
        (MailTokenKind.VERIFICATION, RequestEmailVerification, {"email": "eve@example.com"}, False),
        (MailTokenKind.RESET, RequestPasswordReset, {}, True),
        (MailTokenKind.RESET, RequestPasswordReset, {"verified_at": None}, False),
        (MailTokenKind.RESET, RequestPasswordReset, {"is_active": False}, False),
        (MailTokenKind.RESET, RequestPasswordReset, {"email": "eve@example.com"}, False),
    ],
)
async def test_a_mail_goes_only_to_whom_it_helps_and_the_answer_does_not_say(
    office: Office, kind: MailTokenKind, message: type, known: dict[str, object], *, is_sent: bool
) -> None:
    await office.knows(**known)
    asked: Message[MailRequested] = message(email="Ada@Example.com")
    assert await office.answers(asked) == MailRequested(email="Ada@Example.com")
    assert [token.kind for token in office.mail_tokens.tokens.values()] == [kind] * is_sent
    (said,) = office.events.pending
    assert (getattr(said, "token_id", 0) is not None) == is_sent


@pytest.mark.parametrize("spelling", ["ADA@Example.com", "\uff41da@example.com", "ada@\u24d4xample.com"])
async def test_a_mail_goes_to_the_address_that_was_verified_not_to_the_spelling_asked_for(
    office: Office, spelling: str
) -> None:
    await office.knows()
    await office.answers(RequestPasswordReset(email=spelling))
    (said,) = office.said(PasswordResetRequestSucceeded)
    assert said.email == EMAIL
    assert said.token_id


async def test_three_mails_an_hour_are_enough(office: Office) -> None:
    await office.knows()
    said = [await office.answers(FORGOT) for _ in range(4)]
    assert said == [said[0]] * 4
    sent = [event.token_id is not None for event in office.said(PasswordResetRequestSucceeded)]
    assert sent == [True, True, True, False]
    office.clock.advance(minutes=61)
    await office.answers(FORGOT)
    assert len(office.mail_tokens.tokens) == 4


async def test_a_reset_changes_the_password_unlocks_and_ends_every_session(office: Office) -> None:
    known = await logged_in(office, sessions=2)
    office.failures.failures[EMAIL] = LoginFailures(locked_until=NOW + timedelta(hours=1))
    await office.answers(FORGOT)
    await office.answers(ResetPassword(token=office.secret(MailTokenKind.RESET), new_password=NEWER))
    assert office.users.users[known.id].password_hash == f"new:{NEWER}"
    assert office.failures.failures == {}
    assert ends(office) == [EndReason.PASSWORD_CHANGED] * 2
    (said,) = office.said(PasswordResetConfirmSucceeded)
    assert sorted(said.session_ids) == sorted(office.sessions.sessions) == sorted(office.gate.forgotten)


async def test_a_reset_or_a_change_makes_older_reset_mails_worthless(office: Office) -> None:
    await logged_in(office)
    secrets = []
    for _ in range(3):
        await office.answers(FORGOT)
        secrets.append(office.secret(MailTokenKind.RESET))
    await office.answers(ResetPassword(token=secrets[1], new_password=NEWER))
    for secret in secrets:
        assert await office.refuses(ResetPassword(token=secret, new_password=PASSWORD)) is MailTokenInvalid


@pytest.mark.parametrize("minutes", [15, 16])
async def test_a_reset_comes_too_late(office: Office, minutes: int) -> None:
    known = await office.knows()
    await office.answers(FORGOT)
    office.clock.advance(minutes=minutes)
    reset = ResetPassword(token=office.secret(MailTokenKind.RESET), new_password=NEWER)
    assert await office.refuses(reset) is MailTokenInvalid
    assert office.users.users[known.id] == known


async def test_a_disabled_user_resets_nothing(office: Office) -> None:
    known = await office.knows()
    await office.answers(FORGOT)
    await office.users.set_access(replace(known, is_active=False), NOW)
    reset = ResetPassword(token=office.secret(MailTokenKind.RESET), new_password=NEWER)
    assert await office.refuses(reset) is MailTokenInvalid
    assert office.users.users[known.id].password_hash == known.password_hash


async def test_changing_the_password_ends_the_other_sessions(office: Office) -> None:
    known = await logged_in(office, sessions=3)
    await office.answers(FORGOT)
    await office.answers(ChangePassword(current_password=PASSWORD, new_password=NEWER))
    assert office.users.users[known.id].password_hash == f"new:{NEWER}"
    assert ends(office) == [None, EndReason.PASSWORD_CHANGED, EndReason.PASSWORD_CHANGED]
    reset = ResetPassword(token=office.secret(MailTokenKind.RESET), new_password=PASSWORD)
    assert await office.refuses(reset) is MailTokenInvalid


@pytest.mark.parametrize(
    ("current", "new", "why"),
    [("wrong", NEWER, CredentialsWrong), (PASSWORD, COMMON, PasswordTooWeak), (PASSWORD, "short", PasswordTooWeak)],
)
async def test_a_refused_change_changes_nothing(office: Office, current: str, new: str, why: type) -> None:
    known = await logged_in(office, sessions=2)
    assert await office.refuses(ChangePassword(current_password=current, new_password=new)) is why
    assert office.users.users[known.id] == known
    assert (ends(office), office.said(UserPasswordChangeSucceeded)) == ([None, None], [])


async def test_a_profile_keeps_what_is_left_out(office: Office) -> None:
    await logged_in(office)
    names = [
        (await office.answers(message)).name
        for message in (UpdateProfile(name="Ada"), UpdateProfile(), UpdateProfile(name=None), UpdateProfile())
    ]
    assert names == ["Ada", "Ada", None, None]


@pytest.mark.parametrize(
    "message",
    [
        ChangePassword(current_password=PASSWORD, new_password=NEWER),
        ConfirmSession(password=PASSWORD),
        UpdateProfile(name="Ada"),
        UpdateProfile(),
    ],
)
async def test_whoever_was_deleted_meanwhile_is_not_found(office: Office, message: Message[object]) -> None:
    known = await logged_in(office)
    del office.users.users[known.id]
    assert await office.refuses(message) is NotFound


@pytest.mark.parametrize("confirmed", [None, NOW - timedelta(seconds=1)])
async def test_deleting_oneself_wants_a_fresh_confirmation(office: Office, confirmed: datetime | None) -> None:
    known = await logged_in(office)
    await office.sessions.add(replace(*office.sessions.sessions.values(), confirmed_until=confirmed))
    assert await office.refuses(DeleteAccount()) is ConfirmationRequired
    assert office.users.users == {known.id: known}


async def test_deleting_oneself_ends_every_session(office: Office) -> None:
    known = await logged_in(office, sessions=2)
    await office.sessions.confirm(office.actor.session, NOW)
    await office.answers(DeleteAccount())
    assert office.users.users == {}
    (said,) = office.said(AccountDeletionSucceeded)
    assert (said.user_id, sorted(said.session_ids)) == (known.id, sorted(office.sessions.sessions))
    assert sorted(office.gate.forgotten) == sorted(office.sessions.sessions)


async def test_locking_ends_every_session_and_unlocking_lets_in_again(office: Office) -> None:
    known = await logged_in(office, sessions=2)
    office.failures.failures[EMAIL] = LoginFailures(locked_until=NOW + timedelta(hours=1))
    await office.answers(LockUser(email="Ada@Example.com"))
    assert not office.users.users[known.id].is_active
    assert ends(office) == [EndReason.USER_DISABLED] * 2
    await office.answers(UnlockUser(email="Ada@Example.com"))
    assert (office.users.users, office.failures.failures) == ({known.id: known}, {})


async def test_an_operator_may_vouch_for_an_address(office: Office) -> None:
    known = await office.knows(verified_at=None)
    await office.answers(VerifyUser(email=EMAIL))
    office.clock.advance(hours=1)
    await office.answers(VerifyUser(email=EMAIL))
    assert office.users.users[known.id].verified_at == NOW


@pytest.mark.parametrize(
    "message",
    [
        LockUser(email=EMAIL),
        UnlockUser(email=EMAIL),
        VerifyUser(email=EMAIL),
        RotateUserTokens(email=EMAIL, reason="lost"),
        LockUser(email="no address"),
    ],
)
async def test_an_operator_is_told_that_nobody_has_this_address(office: Office, message: Message[None]) -> None:
    assert await office.refuses(message) is EmailUnknown


async def test_purging_deletes_what_expired_and_counts_it(office: Office) -> None:
    known = await office.knows()
    for minutes in (-62, -61, -59, 1):  # used ones count for an hour
        await office.mail_tokens.add(mail_token(known.id, expires_at=NOW + timedelta(minutes=minutes)))
    for minutes in (-1, 1):
        await office.sessions.add(session_of(known.id, expires_at=NOW + timedelta(minutes=minutes)))
    assert await office.answers(PurgeExpiredTokens()) == Purged(mail_tokens=2, sessions=1)
    assert (len(office.mail_tokens.tokens), len(office.sessions.sessions)) == (2, 1)
