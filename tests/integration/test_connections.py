"""Connections on the real database, with an institution in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from dishka import AsyncContainer

from app.application.connections.complete_authorization import CompleteAuthorization
from app.application.connections.create_connection import CreateConnection
from app.application.connections.delete_connection import DeleteConnection
from app.application.connections.get_connection import GetConnection
from app.application.connections.open_authorization import OpenAuthorization
from app.application.connections.pause_connection import PauseConnection
from app.application.connections.refresh_connection_token import RefreshConnectionToken
from app.application.connections.refresh_tokens import AT_ONCE, RefreshTokens
from app.application.connections.renew_connection import RenewConnection
from app.application.connections.resume_connection import ResumeConnection
from app.application.connections.rotate_credentials import RotateCredentials
from app.application.connections.update_connection import UpdateConnection
from app.application.connections.views import ConnectionStarted
from app.application.connections.warn_of_consents import WarnOfConsents
from app.application.dispatch import Dispatcher
from app.application.registry import Message
from app.core.ids import ConnectionId, UserId
from app.core.result import Failure, Result, Success
from app.domain.connections.connection import ConnectionStatus, UserAction
from app.domain.connections.faults import ConsentEndedError, CredentialsRefusedError, ProviderUnavailableError
from app.domain.connections.provider import Capability, ConnectBy
from app.domain.identity.actor import Actor
from app.domain.protocols.connections import ConnectionLocks, OpenConnections
from tests.fakes.institution import KEY, TOKEN, FakeInstitution, FakeProviders
from tests.secrecy import tables_with
from tests.values import actor

BROWSER = "b" * 43


class Bank:
    """A user at an institution in memory."""

    def __init__(self, container: AsyncContainer, providers: FakeProviders, user_id: UserId) -> None:
        self.container = container
        self.user_id = user_id
        self.key = FakeInstitution(slug="keys")
        self.oauth = FakeInstitution(slug="oauth", connect_by=ConnectBy.OAUTH)
        providers.known.update({"keys": self.key, "oauth": self.oauth})

    async def send[R](self, message: Message[R], user_id: UserId | None = None) -> Result[R]:
        async with self.container({Actor: actor(user_id or self.user_id)}) as scope:
            dispatch: Dispatcher = await scope.get(Dispatcher)
            return await dispatch(message)

    async def does(self, message: Message[Any]) -> Any:
        result = await self.send(message)
        assert isinstance(result, Success), result
        return result.value

    async def refuses(self, message: Message[Any]) -> str:
        result = await self.send(message)
        assert isinstance(result, Failure)
        return result.error.code

    async def connect(self) -> ConnectionStarted:
        started: ConnectionStarted = await self.does(CreateConnection(provider_slug="keys", credentials={"key": KEY}))
        return started

    async def status(self, connection_id: UUID) -> ConnectionStatus:
        view = await self.does(GetConnection(connection_id=ConnectionId(connection_id)))
        status: ConnectionStatus = view.status
        return status

    async def go(self, started: ConnectionStarted, browser: str = BROWSER) -> str:
        """Open the start link in a browser; the state that the institution is told."""
        link = str(started.authorization_url).rpartition("/")[2]
        url: str = (await self.does(OpenAuthorization(link=link, browser=browser))).url
        return url.partition("state=")[2].partition("&")[0]

    def answer(self, state: str, browser: str = BROWSER, slug: str = "oauth", code: str = KEY) -> CompleteAuthorization:
        return CompleteAuthorization(provider_slug=slug, fields={"state": state, "code": code}, browser=browser)


@pytest.fixture
async def bank(
    institutions: AsyncContainer, providers: FakeProviders, somebody: UserId, pool: asyncpg.Pool
) -> AsyncIterator[Bank]:
    yield Bank(institutions, providers, somebody)
    await pool.execute("update connections set access_expires_at = null where user_id = $1", somebody)  # due no more


async def test_credentials_that_are_typed_in_connect_at_once(bank: Bank, pool: asyncpg.Pool) -> None:
    started = await bank.connect()
    assert (started.status, started.user_action, started.authorization_url) == (ConnectionStatus.ACTIVE, None, None)
    stored = await pool.fetchval("select credentials from connections where id = $1", started.id)
    assert stored.startswith(b"v1.")
    assert await tables_with(pool, TOKEN) == []
    assert await tables_with(pool, KEY) == []


@pytest.mark.parametrize("sent", [None, {}, {"key": KEY, "more": "x"}, {"other": KEY}])
async def test_other_credentials_than_asked_for_are_refused(bank: Bank, sent: dict[str, str] | None) -> None:
    assert await bank.refuses(CreateConnection(provider_slug="keys", credentials=sent)) == "credentials_incomplete"
    assert bank.key.log == []


async def test_wrong_credentials_leave_nothing(bank: Bank, pool: asyncpg.Pool) -> None:
    assert await bank.refuses(CreateConnection(provider_slug="keys", credentials={"key": "x"})) == "credentials_refused"
    assert await bank.refuses(CreateConnection(provider_slug="none")) == "provider_unknown"
    assert await pool.fetchval("select count(*) from connections where user_id = $1", bank.user_id) == 0


async def test_the_same_consent_is_connected_once(bank: Bank) -> None:
    bank.key.external_id = "item-1"
    first = await bank.connect()
    again = await bank.connect()
    assert again.id == first.id


async def test_a_user_goes_to_the_institution_and_comes_back(bank: Bank) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth", alias="Mine"))
    assert (started.status, started.user_action, started.expires_in) == ("pending", UserAction.AUTHORIZE, 600)
    done = await bank.does(bank.answer(await bank.go(started)))
    assert done.provider_name == "Bank of oauth"
    assert await bank.status(started.id) is ConnectionStatus.ACTIVE


async def test_a_state_is_good_once_in_the_browser_that_began(bank: Bank) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth"))
    state = await bank.go(started)
    for wrong in (
        bank.answer(state, browser="c" * 43),
        bank.answer(state, slug="keys"),
        bank.answer("unknown"),
        bank.answer(state),  # used up by the answer at another provider
    ):
        assert await bank.refuses(wrong) == "authorization_invalid"
    assert "complete" not in bank.oauth.log
    assert await bank.status(started.id) is ConnectionStatus.PENDING


async def test_a_start_link_is_for_the_browser_that_opens_it_first(bank: Bank) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth"))
    state = await bank.go(started)
    assert await bank.go(started) == state
    link = str(started.authorization_url).rpartition("/")[2]
    assert await bank.refuses(OpenAuthorization(link=link, browser="c" * 43)) == "authorization_invalid"


async def test_a_state_is_too_old_after_ten_minutes(bank: Bank, pool: asyncpg.Pool) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth"))
    state = await bank.go(started)
    await pool.execute(
        "update authorizations set expires_at = expires_at - interval '10 minutes' where connection_id = $1", started.id
    )
    assert await bank.refuses(bank.answer(state)) == "authorization_invalid"


async def test_a_consent_that_is_denied_fails_the_connection_and_can_be_tried_again(bank: Bank) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth"))
    assert await bank.refuses(bank.answer(await bank.go(started), code="denied")) == "credentials_refused"
    assert await bank.status(started.id) is ConnectionStatus.FAILED
    again = await bank.does(RenewConnection(connection_id=ConnectionId(started.id), credentials=None))
    await bank.does(bank.answer(await bank.go(again)))
    assert await bank.status(started.id) is ConnectionStatus.ACTIVE


async def test_credentials_are_renewed_in_place(bank: Bank) -> None:
    started = await bank.connect()
    await bank.does(RenewConnection(connection_id=ConnectionId(started.id), credentials={"key": KEY}))
    assert await bank.status(started.id) is ConnectionStatus.ACTIVE
    assert bank.key.tokens == 2


async def test_disconnecting_revokes_and_forgets(bank: Bank, pool: asyncpg.Pool) -> None:
    started = await bank.connect()
    await bank.does(DeleteConnection(connection_id=ConnectionId(started.id)))
    assert bank.key.log[-1] == "revoke"
    assert await bank.status(started.id) is ConnectionStatus.DISCONNECTED
    assert await pool.fetchval("select credentials from connections where id = $1", started.id) is None
    assert (
        await bank.refuses(RenewConnection(connection_id=ConnectionId(started.id), credentials={"key": KEY}))
        == "connection_unready"
    )
    await bank.does(DeleteConnection(connection_id=ConnectionId(started.id), purge=True))
    assert await bank.refuses(GetConnection(connection_id=ConnectionId(started.id))) == "not_found"


async def test_an_institution_that_is_down_keeps_nobody_from_disconnecting(bank: Bank) -> None:
    started = await bank.connect()
    bank.key.broken = ProviderUnavailableError("Down.")
    await bank.does(DeleteConnection(connection_id=ConnectionId(started.id)))
    assert await bank.status(started.id) is ConnectionStatus.DISCONNECTED


async def test_a_refreshed_token_takes_the_place_of_the_old_one(bank: Bank, institutions: AsyncContainer) -> None:
    bank.key.access_for = timedelta(minutes=30)
    started = await bank.connect()
    await bank.does(RefreshConnectionToken(connection_id=ConnectionId(started.id)))
    opened = await institutions.get(OpenConnections)
    connection = await opened.read(bank.user_id, ConnectionId(started.id))
    assert connection
    credentials = await opened.credentials(connection)
    assert credentials
    assert credentials.values == {"token": f"{TOKEN}-2"}


async def test_a_refresh_that_the_institution_refuses_tells_the_user_to_renew(bank: Bank) -> None:
    started = await bank.connect()
    bank.key.broken = ConsentEndedError("Revoked.")
    assert await bank.refuses(RefreshConnectionToken(connection_id=ConnectionId(started.id))) == "consent_ended"
    view = await bank.does(GetConnection(connection_id=ConnectionId(started.id)))
    assert (view.status, view.user_action) == (ConnectionStatus.REVOKED, UserAction.RENEW)


async def test_a_connection_in_use_is_not_refreshed_beside(bank: Bank, institutions: AsyncContainer) -> None:
    started = await bank.connect()
    locks = await institutions.get(ConnectionLocks)
    async with locks.held(ConnectionId(started.id)) as is_ours:
        assert is_ours
        assert await bank.refuses(RefreshConnectionToken(connection_id=ConnectionId(started.id))) == "connection_busy"
    await bank.does(RefreshConnectionToken(connection_id=ConnectionId(started.id)))


async def test_what_is_sealed_opens_nowhere_else(bank: Bank, institutions: AsyncContainer, pool: asyncpg.Pool) -> None:
    first, second = await bank.connect(), await bank.connect()
    await pool.execute(
        "update connections set credentials = (select credentials from connections where id = $1) where id = $2",
        first.id,
        second.id,
    )
    opened = await institutions.get(OpenConnections)
    moved = await opened.read(bank.user_id, ConnectionId(second.id))
    assert moved
    with pytest.raises(Exception, match="moved from where it belongs"):
        await opened.credentials(replace(moved))


async def test_a_stranger_reaches_nothing(bank: Bank) -> None:
    started = await bank.connect()
    messages: tuple[Message[Any], ...] = (
        GetConnection(connection_id=ConnectionId(started.id)),
        DeleteConnection(connection_id=ConnectionId(started.id)),
        RenewConnection(connection_id=ConnectionId(started.id), credentials=None),
        RefreshConnectionToken(connection_id=ConnectionId(started.id)),
    )
    for message in messages:
        result = await bank.send(message, UserId(uuid4()))
        assert isinstance(result, Failure)
        assert result.error.code == "not_found"


async def test_no_secret_of_a_refused_answer_is_told(bank: Bank) -> None:
    bank.key.broken = CredentialsRefusedError("The key is wrong.")
    result = await bank.send(CreateConnection(provider_slug="keys", credentials={"key": "super-secret-99"}))
    assert "super-secret-99" not in repr(result)


async def test_a_consent_that_ends_soon_is_told_of_once(bank: Bank, pool: asyncpg.Pool) -> None:
    bank.key.consent_for = timedelta(days=1)
    started = await bank.connect()
    for _ in range(2):
        await bank.does(WarnOfConsents())
    told = "select count(*) from connections where id = $1 and warned_for = consent_expires_at"
    assert await pool.fetchval(told, started.id) == 1
    assert await bank.does(WarnOfConsents()) == 0


async def test_access_is_refreshed_before_it_runs_out_by_one_worker_only(bank: Bank) -> None:
    bank.key.access_for = timedelta(minutes=5)
    await bank.connect()
    bank.key.log.clear()

    async def meanwhile() -> None:
        if bank.key.log.count("refresh") == 1:
            await bank.does(RefreshTokens())  # another worker's clock strikes too
        bank.key.access_for = timedelta(hours=1)

    bank.key.before["refresh"] = meanwhile
    await bank.does(RefreshTokens())
    await bank.does(RefreshTokens())
    assert bank.key.log.count("refresh") == 1


async def test_a_consent_that_ended_is_noticed_when_its_access_is_refreshed(bank: Bank) -> None:
    bank.key.access_for = timedelta(minutes=5)
    started = await bank.connect()
    for fault, status in (
        (ProviderUnavailableError("Down."), ConnectionStatus.ACTIVE),
        (ConsentEndedError("Revoked."), ConnectionStatus.REVOKED),
    ):
        bank.key.broken = fault
        await bank.does(RefreshTokens())
        assert await bank.status(started.id) is status


async def test_an_answer_for_a_connection_that_is_gone_connects_nothing(bank: Bank, pool: asyncpg.Pool) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth"))
    state = await bank.go(started)
    await pool.execute("update connections set status = 'disconnected' where id = $1", started.id)
    assert await bank.refuses(bank.answer(state)) == "authorization_invalid"
    assert "complete" not in bank.oauth.log


async def test_a_connection_that_is_purged_while_it_is_revoked_is_gone(bank: Bank) -> None:
    started = await bank.connect()

    async def meanwhile() -> None:
        if bank.key.log.count("revoke") == 1:
            await bank.does(DeleteConnection(connection_id=ConnectionId(started.id), purge=True))

    bank.key.before["revoke"] = meanwhile
    assert await bank.refuses(DeleteConnection(connection_id=ConnectionId(started.id))) == "not_found"
    assert bank.key.log.count("revoke") == 2


async def test_a_connection_whose_provider_is_not_set_up_any_more_keeps_its_consent(
    bank: Bank, providers: FakeProviders
) -> None:
    bank.key.access_for = timedelta(minutes=5)
    started = await bank.connect()
    del providers.known["keys"]
    renewing = RenewConnection(connection_id=ConnectionId(started.id), credentials={"key": KEY})
    assert await bank.refuses(renewing) == "provider_unknown"
    refreshing = RefreshConnectionToken(connection_id=ConnectionId(started.id))
    assert await bank.refuses(refreshing) == "provider_unknown"
    assert await bank.status(started.id) is ConnectionStatus.ACTIVE


async def test_a_renewal_that_the_institution_refuses_leaves_the_consent_there_was(bank: Bank) -> None:
    started = await bank.connect()
    renewing = RenewConnection(connection_id=ConnectionId(started.id), credentials={"key": "wrong"})
    assert await bank.refuses(renewing) == "credentials_refused"
    assert await bank.status(started.id) is ConnectionStatus.ACTIVE
    assert await bank.does(RefreshConnectionToken(connection_id=ConnectionId(started.id)))


async def test_nothing_is_refreshed_before_it_is_connected(bank: Bank) -> None:
    started = await bank.does(CreateConnection(provider_slug="oauth"))
    asked = RefreshConnectionToken(connection_id=ConnectionId(started.id))
    assert await bank.refuses(asked) == "connection_unready"
    await bank.does(DeleteConnection(connection_id=ConnectionId(started.id)))
    assert await bank.refuses(asked) == "connection_unready"


async def test_one_connection_that_breaks_keeps_no_other_from_being_refreshed(bank: Bank, pool: asyncpg.Pool) -> None:
    bank.key.access_for = timedelta(minutes=5)
    first, second = await bank.connect(), await bank.connect()
    bank.key.log.clear()

    async def breaks_once() -> None:
        if bank.key.log.count("refresh") == 1:
            raise RuntimeError

    bank.key.before["refresh"] = breaks_once
    bank.key.access_for = timedelta(hours=1)
    assert await bank.does(RefreshTokens()) == 1
    fresh = "select count(*) from connections where id = any($1) and access_expires_at > now() + interval '30 minutes'"
    assert await pool.fetchval(fresh, [first.id, second.id]) == 1


async def test_what_was_refreshed_while_it_waited_is_not_refreshed_again(bank: Bank, pool: asyncpg.Pool) -> None:
    bank.key.access_for = timedelta(minutes=5)
    for _ in range(AT_ONCE + 1):
        await bank.connect()
    bank.key.log.clear()

    async def meanwhile() -> None:  # a sync refreshes them all
        await pool.execute(
            "update connections set access_expires_at = now() + interval '1 hour' where user_id = $1", bank.user_id
        )

    bank.key.before["refresh"] = meanwhile
    assert await bank.does(RefreshTokens()) <= AT_ONCE
    assert bank.key.log.count("refresh") <= AT_ONCE


async def test_a_provider_that_is_not_set_up_any_more_keeps_no_other_from_being_refreshed(
    bank: Bank, providers: FakeProviders, caplog: pytest.LogCaptureFixture
) -> None:
    bank.key.access_for = timedelta(minutes=5)
    await bank.connect()
    del providers.known["keys"]
    assert await bank.does(RefreshTokens()) == 0
    assert "provider_not_configured" in caplog.text


async def test_a_connection_is_renamed_rests_and_goes_on(bank: Bank) -> None:
    connection_id = ConnectionId((await bank.connect()).id)
    assert (await bank.does(UpdateConnection(connection_id=connection_id, alias="Mine"))).alias == "Mine"
    assert (await bank.does(UpdateConnection(connection_id=connection_id))).alias == "Mine"
    assert (await bank.does(UpdateConnection(connection_id=connection_id, alias=None))).alias is None
    assert (await bank.does(PauseConnection(connection_id=connection_id))).status is ConnectionStatus.PAUSED
    assert (await bank.does(ResumeConnection(connection_id=connection_id))).status is ConnectionStatus.ACTIVE
    assert await bank.refuses(PauseConnection(connection_id=ConnectionId(uuid4()))) == "not_found"
    begun = await bank.does(CreateConnection(provider_slug="oauth"))
    assert await bank.refuses(PauseConnection(connection_id=ConnectionId(begun.id))) == "connection_unready"


async def test_credentials_that_are_not_asked_for_renew_nothing(bank: Bank) -> None:
    connection_id = ConnectionId((await bank.connect()).id)
    renewing = RenewConnection(connection_id=connection_id, credentials={"other": KEY})
    assert await bank.refuses(renewing) == "credentials_incomplete"
    assert bank.key.tokens == 1


async def test_access_that_lasts_is_not_refreshed(bank: Bank) -> None:
    bank.key.capabilities = frozenset({Capability.TRANSACTIONS})
    connection_id = ConnectionId((await bank.connect()).id)
    assert await bank.refuses(RefreshConnectionToken(connection_id=connection_id)) == "refresh_needless"
    assert "refresh" not in bank.key.log


async def test_credentials_are_rotated_until_none_is_left(bank: Bank) -> None:
    await bank.connect()
    while (await bank.does(RotateCredentials())).has_more:
        pass
    assert (await bank.does(RotateCredentials())).done == 0
