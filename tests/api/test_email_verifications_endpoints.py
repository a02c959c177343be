import asyncio
import hashlib

import asyncpg
import httpx
import pytest

from app.application.identity.verify_email import EmailVerified
from app.application.identity.views import MailRequested, UserView
from tests.answers import blamed, decoded, problem
from tests.people import Town, new_email

VERIFICATIONS, TOKENS = "/api/v1/email-verifications", "/api/v1/email-verification-tokens"


async def registered(town: Town) -> tuple[UserView, str]:
    """A new user and the token from the mail."""
    user = decoded(await town.register(new_email()), UserView, 201)
    return user, await town.mailed_token(user.email)


async def test_the_mailed_token_verifies_the_address(town: Town) -> None:
    user, token = await registered(town)
    assert decoded(await town.verify(token), EmailVerified, 201).user_id == user.id
    assert (await town.log_in(user.email)).status_code == 201


async def test_a_token_works_once(town: Town) -> None:
    _, token = await registered(town)
    await town.verify(token)
    problem(await town.verify(token), 400, "mail_token_invalid")


async def test_of_simultaneous_uses_one_succeeds(town: Town) -> None:
    _, token = await registered(town)
    answers = await asyncio.gather(*(town.verify(token) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400, 400]


async def test_an_expired_token_verifies_nothing(town: Town, pool: asyncpg.Pool) -> None:
    user, token = await registered(town)
    await pool.execute("update mail_tokens set expires_at = now() where user_id = $1", user.id)
    problem(await town.verify(token), 400, "mail_token_invalid")
    problem(await town.log_in(user.email), 403, "email_unverified")


async def test_neither_table_nor_log_holds_a_token(town: Town, pool: asyncpg.Pool) -> None:
    user, token = await registered(town)
    rows = await pool.fetch("select * from mail_tokens where user_id = $1", user.id)
    assert [row["secret_hash"] for row in rows] == [hashlib.sha256(token.encode()).digest()]
    assert token not in str(await pool.fetch("select payload from event_log where user_id = $1", user.id))


@pytest.mark.parametrize("token", ["0" * 64, "f" * 64])
async def test_an_unknown_token_is_refused(town: Town, token: str) -> None:
    problem(await town.verify(token), 400, "mail_token_invalid")


@pytest.mark.parametrize("token", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 63 + "\n", "\x00" * 64])
async def test_what_is_no_token_is_refused(town: Town, token: str) -> None:
    assert blamed(await town.verify(token), 400, "invalid") == {"/token"}


@pytest.mark.parametrize("body", [{}, {"token": 1}, {"token": "0" * 64, "user_id": "x"}])
async def test_a_wrong_body_is_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    problem(await client.post(VERIFICATIONS, json=body), 400, "invalid")


async def resend(town: Town, address: str) -> MailRequested:
    return decoded(await town.client().post(TOKENS, json={"email": address}), MailRequested, 201)


async def test_another_mail_may_be_asked_for_and_either_token_verifies(town: Town) -> None:
    user, first = await registered(town)
    await resend(town, user.email.upper())
    second = await town.mailed_token(user.email, count=2)
    assert second != first
    decoded(await town.verify(first), EmailVerified, 201)
    assert (await town.log_in(user.email)).status_code == 201


async def test_a_request_is_answered_alike_whoever_is_asked_for(town: Town, pool: asyncpg.Pool) -> None:
    user, token = await registered(town)
    await town.verify(token)
    for address in (user.email, new_email()):
        assert await resend(town, address) == MailRequested(email=address)
    assert await pool.fetchval("select count(*) from mail_tokens where user_id = $1", user.id) == 1


async def test_three_mails_an_hour_are_enough(town: Town, pool: asyncpg.Pool) -> None:
    user, _ = await registered(town)
    for _ in range(4):
        await resend(town, user.email)
    assert await pool.fetchval("select count(*) from mail_tokens where user_id = $1", user.id) == 3


@pytest.mark.parametrize("body", [{}, {"email": 1}, {"email": "no address"}, {"email": "a@b.cd", "user_id": "x"}])
async def test_a_wrong_request_is_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    problem(await client.post(TOKENS, json=body), 400, "invalid")
