from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.core.ids import UserId, uuid7
from app.domain.identity.session import RETRY, Presented, RequiredVersion, Session, Tier, evicted, judged
from tests.values import NOW, refresh_token, session_of

ME = UserId(uuid7())
SECOND = timedelta(seconds=1)


def aged(count: int) -> list[Session]:
    """Sessions, the newest first."""
    return [session_of(ME, created_at=NOW - timedelta(days=number)) for number in range(count)]


def test_a_session_lives_until_it_ends_or_expires() -> None:
    session = session_of(ME, expires_at=NOW)
    assert session.is_live(NOW - SECOND)
    assert not session.is_live(NOW)
    assert not replace(session, ended_at=NOW - SECOND).is_live(NOW - SECOND)


@pytest.mark.parametrize(
    ("tier", "room"), [(Tier.BASIC, 2), (Tier.ESSENTIAL, 3), (Tier.PLUS, 5), (Tier.PREMIUM, 10), (Tier.PRO, None)]
)
def test_the_tier_says_how_many_sessions_fit(tier: Tier, room: int | None) -> None:
    live = aged(20)
    gone = evicted(live, tier)
    assert len(live) - len(gone) + 1 == (room or 21)
    assert gone == sorted(live, key=lambda session: session.created_at)[: len(gone)]
    assert evicted(aged((room or 21) - 1), tier) == []


def test_a_fresh_token_is_exchanged_until_it_expires() -> None:
    token = refresh_token(session_of(ME), expires_at=NOW)
    assert judged(token, None, NOW - SECOND) is Presented.FRESH
    assert judged(token, None, NOW) is Presented.EXPIRED


@pytest.mark.parametrize(
    ("later", "successor_used_at", "verdict"),
    [
        (0 * RETRY, None, Presented.RETRY),
        (RETRY, None, Presented.RETRY),
        (RETRY + SECOND, None, Presented.REPLAY),
        (0 * RETRY, NOW, Presented.REPLAY),
        (30 * RETRY, NOW, Presented.REPLAY),
    ],
)
def test_a_used_token_may_come_back_shortly_before_its_successor_is_used(
    later: timedelta, successor_used_at: datetime | None, verdict: Presented
) -> None:
    session = session_of(ME)
    token, successor = refresh_token(session, used_at=NOW), refresh_token(session, used_at=successor_used_at)
    assert judged(token, successor, NOW + later) is verdict


def test_a_used_token_without_a_successor_was_stolen() -> None:
    assert judged(refresh_token(session_of(ME), used_at=NOW), None, NOW) is Presented.REPLAY


@pytest.mark.parametrize(
    ("version", "required", "grace", "accepted"),
    [
        (2, 2, None, True),
        (3, 2, None, True),
        (1, 2, None, False),
        (1, 2, SECOND, True),
        (1, 2, 0 * SECOND, False),
        (1, 3, SECOND, False),
    ],
)
def test_a_version_is_accepted_until_the_grace_of_the_next_one_ends(
    version: int, required: int, grace: timedelta | None, *, accepted: bool
) -> None:
    grace_until = None if grace is None else NOW + grace
    asked = RequiredVersion(version=required, graced=required - 1, grace_until=grace_until)
    assert asked.accepts(session_of(ME, token_version=version), NOW) == accepted
