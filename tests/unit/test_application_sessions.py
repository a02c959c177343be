from dataclasses import replace
from datetime import timedelta

import pytest

from app.application.identity.assign_role import AssignRole
from app.application.identity.confirm_session import Confirmation, ConfirmSession
from app.application.identity.create_session import CreateSession, EmailUnverified
from app.application.identity.errors import CredentialsWrong
from app.application.identity.log_out import LogOut
from app.application.identity.refresh_tokens import RefreshTokenInvalid, RefreshTokens
from app.application.identity.revoke_other_sessions import RevokeOtherSessions
from app.application.identity.revoke_session import RevokeSession
from app.application.identity.rotate_all_tokens import RotateAllTokens
from app.application.identity.rotate_user_tokens import RotateUserTokens
from app.application.identity.views import Tokens
from app.application.registry import Message
from app.application.services.mail_tokens import hashed
from app.core.errors import NotFound
from app.core.ids import SessionId
from app.core.result import Failure
from app.domain.events.administration import RoleAssignmentSucceeded
from app.domain.events.sessions import (
    LoginLockoutOccurred,
    RefreshTokenReplayOccurred,
    SessionEvictedOccurred,
    TokenRejectedDueToRotationOccurred,
    UserLoginSucceeded,
)
from app.domain.identity.lockout import FAILURES_MAX, LOCK
from app.domain.identity.session import EndReason, Session, Tier
from app.domain.identity.user import Role
from tests.office import EMAIL, PASSWORD, Office
from tests.values import NOW, session_of

LOGIN = CreateSession(email=EMAIL, password=PASSWORD)
WRONG = CreateSession(email=EMAIL, password="wrong")
ROTATE_ALL, ROTATE_ONE = RotateAllTokens(reason="lost"), RotateUserTokens(email=EMAIL, reason="lost")


@pytest.fixture
def office() -> Office:
    return Office()


def refreshing(tokens: Tokens) -> RefreshTokens:
    return RefreshTokens(refresh_token=tokens.refresh_token)


def session(office: Office, tokens: Tokens) -> Session:
    return office.sessions.sessions[SessionId(tokens.session_id)]


def live(office: Office) -> int:
    return sum(one.is_live(office.clock.now()) for one in office.sessions.sessions.values())


async def test_logging_in_opens_a_session_and_issues_tokens_for_it(office: Office) -> None:
    known = await office.knows()
    tokens = await office.answers(CreateSession(email=" ADA@example.com ", password=PASSWORD))
    (opened,) = office.sessions.sessions.values()
    assert (opened.user_id, opened.expires_at, opened.device) == (known.id, NOW + timedelta(days=30), "device of tests")
    (claims,) = office.access.issued
    assert (claims.user_id, claims.session_id, claims.roles) == (known.id, opened.id, ("user",))
    assert claims.expires_at == NOW.timestamp() + 900
    (kept,) = office.refresh_tokens.tokens.values()
    assert (kept.secret_hash, kept.expires_at) == (hashed(tokens.refresh_token), NOW + timedelta(days=7))
    assert office.events.pending == [UserLoginSucceeded(user_id=known.id, session_id=opened.id)]


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({}, CreateSession(email="eve@example.com", password=PASSWORD)),
        ({}, WRONG),
        ({"is_active": False}, LOGIN),
        ({"verified_at": None}, WRONG),
        ({}, CreateSession(email="@", password=PASSWORD)),
    ],
)
async def test_whoever_may_not_log_in_costs_one_comparison_and_learns_nothing(
    office: Office, known: dict[str, object], message: CreateSession
) -> None:
    await office.knows(**known)
    assert await office.does(message) == Failure(CredentialsWrong(detail="Check both and try again."), keep=True)
    assert (office.passwords.compared, office.sessions.sessions, office.access.issued) == (1, {}, [])
    assert [failures.count for failures in office.failures.failures.values()] == [1]


async def test_only_the_right_password_learns_that_the_address_is_unverified(office: Office) -> None:
    await office.knows(verified_at=None)
    assert await office.refuses(LOGIN) is EmailUnverified
    assert office.sessions.sessions == {}


async def test_five_wrong_passwords_lock_whoever_knows_the_right_one_as_well(office: Office) -> None:
    known = await office.knows()
    wrong = [await office.does(WRONG) for _ in range(FAILURES_MAX)]
    assert await office.does(LOGIN) == wrong[0]
    assert office.said(LoginLockoutOccurred) == [LoginLockoutOccurred(user_id=known.id, email=EMAIL)]
    office.clock.advance(seconds=LOCK.total_seconds())
    assert await office.refuses(WRONG) is CredentialsWrong
    await office.answers(LOGIN)
    assert office.failures.failures == {}


async def test_an_unknown_address_is_counted_like_a_known_one_and_nobody_is_told(office: Office) -> None:
    for _ in range(FAILURES_MAX):
        await office.refuses(WRONG)
    assert office.failures.failures[EMAIL].locked(NOW)
    assert office.events.pending == []


async def test_a_hash_of_yesterday_is_made_again_at_login(office: Office) -> None:
    known = await office.knows(password_hash=f"old:{PASSWORD}")
    await office.refuses(WRONG)
    assert office.users.users[known.id] == known
    await office.answers(LOGIN)
    assert office.users.users[known.id] == replace(known, password_hash=f"new:{PASSWORD}")


@pytest.mark.parametrize(("is_active", "password_hash"), [(False, f"new:{PASSWORD}"), (True, "new:other")])
async def test_what_changes_while_the_password_is_checked_counts(
    office: Office, password_hash: str, *, is_active: bool
) -> None:
    known = await office.knows()
    changed = replace(known, is_active=is_active, password_hash=password_hash)
    office.passwords.meanwhile = lambda: office.users.users.update({known.id: changed})
    assert await office.refuses(LOGIN) is CredentialsWrong
    assert office.sessions.sessions == {}


@pytest.mark.parametrize("tier", Tier)
async def test_the_oldest_session_makes_room(office: Office, tier: Tier) -> None:
    await office.knows(tier=tier)
    tokens = []
    for _ in range(12):
        office.clock.advance(minutes=1)
        tokens.append(await office.answers(LOGIN))
    room = tier.sessions_max or 12
    assert [session(office, one).is_live(office.clock.now()) for one in tokens] == [False] * (12 - room) + [True] * room
    assert {*office.sessions.ended.values()} <= {EndReason.EVICTED}
    evicted = [one for event in office.said(SessionEvictedOccurred) for one in event.session_ids]
    assert evicted == [*office.sessions.ended] == office.gate.forgotten


async def test_a_refresh_token_is_exchanged_for_its_successor(office: Office) -> None:
    await office.knows()
    tokens = await office.answers(LOGIN)
    office.clock.advance(days=6)
    renewed = await office.answers(refreshing(tokens))
    assert (renewed.refresh_token, renewed.session_id) == (f"{tokens.refresh_token}+", tokens.session_id)
    used, unused = office.refresh_tokens.tokens.values()
    assert (used.used_at, unused.used_at) == (office.clock.now(), None)
    assert unused.expires_at == office.clock.now() + timedelta(days=7)


async def test_no_refresh_token_outlives_its_session(office: Office) -> None:
    await office.knows()
    tokens = await office.answers(LOGIN)
    for _ in range(4):
        office.clock.advance(days=6)
        tokens = await office.answers(refreshing(tokens))
    assert [*office.refresh_tokens.tokens.values()][-1].expires_at == NOW + timedelta(days=30)
    office.clock.advance(days=6)
    assert await office.refuses(refreshing(tokens)) is RefreshTokenInvalid


async def test_a_lost_answer_may_be_asked_for_again(office: Office) -> None:
    await office.knows()
    tokens = await office.answers(LOGIN)
    first = await office.answers(refreshing(tokens))
    office.clock.advance(seconds=10)
    assert (await office.answers(refreshing(tokens))).refresh_token == first.refresh_token
    assert len(office.refresh_tokens.tokens) == 2


async def test_a_successor_derived_with_the_key_before_is_found(office: Office) -> None:
    await office.knows()
    tokens = await office.answers(LOGIN)
    await office.answers(refreshing(tokens))
    made = office.refresh_tokens.tokens.pop(hashed(f"{tokens.refresh_token}+"))
    await office.refresh_tokens.add(replace(made, secret_hash=hashed(f"{tokens.refresh_token}-")))
    assert (await office.answers(refreshing(tokens))).refresh_token == f"{tokens.refresh_token}-"


@pytest.mark.parametrize(("seconds", "used"), [(0, True), (11, False)])
async def test_a_used_token_that_comes_back_ends_the_session(office: Office, seconds: int, *, used: bool) -> None:
    known = await office.knows()
    tokens, other = await office.answers(LOGIN), await office.answers(LOGIN)
    successor = await office.answers(refreshing(tokens))
    if used:
        await office.answers(refreshing(successor))
    office.clock.advance(seconds=seconds)
    result = await office.does(refreshing(tokens))
    assert isinstance(result, Failure)
    assert (type(result.error), result.keep) == (RefreshTokenInvalid, True)
    assert office.sessions.ended == {SessionId(tokens.session_id): EndReason.TOKEN_REPLAYED}
    assert office.gate.forgotten == [tokens.session_id]
    (said,) = office.said(RefreshTokenReplayOccurred)
    assert (said.user_id, said.email, said.session_ids) == (known.id, EMAIL, (tokens.session_id,))
    assert await office.refuses(refreshing(successor)) is RefreshTokenInvalid
    await office.answers(refreshing(other))


async def test_a_token_that_lay_unused_too_long_is_refused_and_ends_nothing(office: Office) -> None:
    await office.knows()
    tokens = await office.answers(LOGIN)
    office.clock.advance(days=7)
    assert await office.refuses(refreshing(tokens)) is RefreshTokenInvalid
    assert live(office) == 1


async def test_an_inactive_user_refreshes_nothing(office: Office) -> None:
    known = await office.knows()
    tokens = await office.answers(LOGIN)
    await office.users.set_access(replace(known, is_active=False), NOW)
    assert await office.refuses(refreshing(tokens)) is RefreshTokenInvalid


async def test_a_bogus_token_is_refused_like_an_old_one(office: Office) -> None:
    assert await office.refuses(RefreshTokens(refresh_token="x" * 43)) is RefreshTokenInvalid
    assert (office.users.held, office.events.pending) == ([], [])


@pytest.mark.parametrize("rotations", [[ROTATE_ALL], [ROTATE_ONE], [ROTATE_ONE, ROTATE_ALL], [ROTATE_ALL, ROTATE_ONE]])
async def test_older_tokens_are_exchanged_within_the_grace_only(
    office: Office, rotations: list[RotateAllTokens | RotateUserTokens]
) -> None:
    await office.knows()
    late, prompt = await office.answers(LOGIN), await office.answers(LOGIN)
    for rotation in rotations:
        late, prompt = [await office.answers(refreshing(tokens)) for tokens in (late, prompt)]
        await office.answers(rotation)
    office.clock.advance(seconds=299)
    prompt = await office.answers(refreshing(prompt))
    office.clock.advance(seconds=1)
    await office.answers(refreshing(prompt))
    result = await office.does(refreshing(late))
    assert isinstance(result, Failure)
    assert result.keep
    assert office.sessions.ended == {SessionId(late.session_id): EndReason.TOKEN_ROTATED}
    (said,) = office.said(TokenRejectedDueToRotationOccurred)
    assert said.session_ids == (late.session_id,)


async def test_two_rotations_leave_no_grace_to_what_is_two_versions_old(office: Office) -> None:
    await office.knows()
    tokens = await office.answers(LOGIN)
    await office.answers(ROTATE_ALL)
    await office.answers(ROTATE_ALL)
    assert await office.refuses(refreshing(tokens)) is RefreshTokenInvalid


@pytest.mark.parametrize("rotations", [[ROTATE_ALL], [ROTATE_ONE, ROTATE_ALL], [ROTATE_ALL, ROTATE_ONE, ROTATE_ONE]])
async def test_a_login_after_a_rotation_always_works(
    office: Office, rotations: list[RotateAllTokens | RotateUserTokens]
) -> None:
    await office.knows()
    for rotation in rotations:
        await office.answers(rotation)
    office.clock.advance(hours=1)
    tokens = await office.answers(LOGIN)
    await office.answers(refreshing(tokens))


async def test_ending_is_forgotten_before_it_commits_and_goes_on_without_redis(office: Office) -> None:
    known = await office.knows()
    mine, other = session_of(known.id), session_of(known.id)
    for one in (mine, other):
        await office.sessions.add(one)
    office.acts(mine)
    office.gate.is_away = True
    await office.answers(RevokeSession(session_id=other.id))
    office.gate.is_away = False
    await office.answers(LogOut())
    assert office.sessions.ended == {other.id: EndReason.REVOKED, mine.id: EndReason.LOGOUT}
    assert office.gate.forgotten == [mine.id]


async def test_ending_all_others_leaves_the_own_session(office: Office) -> None:
    known = await office.knows()
    mine, other, foreign = (
        session_of(known.id),
        session_of(known.id),
        session_of((await office.knows(email="e@x.yz")).id),
    )
    for one in (mine, other, foreign):
        await office.sessions.add(one)
    office.acts(mine)
    await office.answers(RevokeOtherSessions())
    assert office.sessions.ended == {other.id: EndReason.REVOKED}


async def test_somebody_else_s_session_is_not_found(office: Office) -> None:
    foreign = session_of((await office.knows()).id)
    await office.sessions.add(foreign)
    office.acts(session_of((await office.knows(email="eve@example.com")).id))
    refused = [await office.does(RevokeSession(session_id=one)) for one in (foreign.id, session_of(foreign.user_id).id)]
    assert refused == [Failure(NotFound())] * 2
    assert live(office) == 1


async def test_confirming_wants_the_password_and_counts_wrong_ones(office: Office) -> None:
    mine = session_of((await office.knows()).id)
    await office.sessions.add(mine)
    office.acts(mine)
    assert await office.refuses(ConfirmSession(password="wrong")) is CredentialsWrong
    assert office.failures.failures[EMAIL].count == 1
    until = NOW + timedelta(minutes=5)
    assert await office.answers(ConfirmSession(password=PASSWORD)) == Confirmation(confirmed_until=until)
    assert office.sessions.sessions[mine.id].confirmed_until == until


async def test_a_new_role_is_told_to_the_gate(office: Office) -> None:
    known = await office.knows()
    mine = session_of(known.id)
    await office.sessions.add(mine)
    message: Message[None] = AssignRole(email=EMAIL, role=Role.READONLY)
    await office.answers(message)
    assert office.users.users[known.id].roles == (Role.READONLY,)
    assert (office.gate.forgotten, live(office)) == ([mine.id], 1)
    (said,) = office.said(RoleAssignmentSucceeded)
    assert said.session_ids == (mine.id,)
