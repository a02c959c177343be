from datetime import timedelta
from uuid import uuid4

import pytest

from app.core.ids import ConnectionId, UserId
from app.core.result import Failure, Success
from app.domain.connections.connection import (
    ENDED,
    SYNC_AWAITED,
    WARNED_BEFORE,
    Connection,
    ConnectionStatus,
    ConnectionUnready,
    UserAction,
)
from app.domain.connections.provider import Credentials, Grant
from tests.values import NOW

DAY = timedelta(days=1)


def connection(status: ConnectionStatus = ConnectionStatus.ACTIVE, ends_in: timedelta | None = None) -> Connection:
    return Connection(
        id=ConnectionId(uuid4()),
        user_id=UserId(uuid4()),
        provider_slug="bank",
        alias=None,
        status=status,
        created_at=NOW,
        updated_at=NOW,
        consent_expires_at=NOW + ends_in if ends_in is not None else None,
    )


@pytest.mark.parametrize(
    ("status", "ends_in", "action"),
    [
        (ConnectionStatus.PENDING, None, UserAction.AUTHORIZE),
        (ConnectionStatus.ACTIVE, None, None),
        (ConnectionStatus.ACTIVE, WARNED_BEFORE, None),
        (ConnectionStatus.ACTIVE, WARNED_BEFORE - timedelta(seconds=1), UserAction.RENEW_SOON),
        (ConnectionStatus.PAUSED, timedelta(), UserAction.RENEW_SOON),
        (ConnectionStatus.DISCONNECTED, timedelta(), None),
        *((status, None, UserAction.RENEW) for status in ENDED),
    ],
)
def test_the_user_is_told_what_to_do_next(
    status: ConnectionStatus, ends_in: timedelta | None, action: UserAction | None
) -> None:
    assert connection(status, ends_in).user_action(NOW) is action


def test_a_grant_connects_and_plans_the_first_sync() -> None:
    grant = Grant(credentials=Credentials({}), consent_expires_at=NOW + DAY, external_id="item")
    granted = connection(ConnectionStatus.PENDING).granted(grant, NOW)
    assert (granted.status, granted.next_sync_at, granted.external_id) == (
        ConnectionStatus.ACTIVE,
        NOW + SYNC_AWAITED,
        "item",
    )
    assert granted.consent_expires_at == NOW + DAY


def test_a_renewed_connection_stays_paused_and_keeps_its_name_at_the_provider() -> None:
    grant = Grant(credentials=Credentials({}))
    first = connection(ConnectionStatus.PENDING).granted(Grant(credentials=Credentials({}), external_id="item"), NOW)
    paused = first.paused(NOW)
    assert isinstance(paused, Success)
    renewed = paused.value.granted(grant, NOW)
    assert (renewed.status, renewed.next_sync_at, renewed.external_id) == (ConnectionStatus.PAUSED, None, "item")


@pytest.mark.parametrize("status", [*ENDED, ConnectionStatus.PENDING, ConnectionStatus.DISCONNECTED])
def test_only_what_is_connected_pauses_and_resumes(status: ConnectionStatus) -> None:
    for answer in (connection(status).paused(NOW), connection(status).resumed(NOW), connection(status).syncable()):
        assert isinstance(answer, Failure)
        assert isinstance(answer.error, ConnectionUnready)


def test_pausing_twice_and_resuming_twice_is_no_fault() -> None:
    paused = connection(ConnectionStatus.PAUSED).paused(NOW)
    resumed = connection().resumed(NOW)
    assert isinstance(paused, Success)
    assert isinstance(resumed, Success)


def test_what_ended_says_whether_its_time_was_over() -> None:
    assert connection(ends_in=DAY).ended(NOW).status is ConnectionStatus.REVOKED
    assert connection(ends_in=-DAY).ended(NOW).status is ConnectionStatus.EXPIRED


def test_a_disconnected_connection_is_never_renewed() -> None:
    gone = connection().disconnected(NOW)
    assert isinstance(gone.renewable(), Failure)
    assert isinstance(connection(ConnectionStatus.REVOKED).renewable(), Success)
