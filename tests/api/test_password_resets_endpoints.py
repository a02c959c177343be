import asyncio

import asyncpg
import httpx
import pytest

from app.application.identity.reset_password import PasswordReset
from app.application.identity.views import MailRequested
from app.domain.identity.lockout import FAILURES_MAX
from tests.answers import blamed, decoded, problem
from tests.people import RESET, Person, Town, new_email

RESETS, TOKENS = "/api/v1/password-resets", "/api/v1/password-reset-tokens"
NEWER = "a quite different pass phrase"
LOGGED = "select count(*) from event_log where name = 'password_reset_request.succeeded' and user_id = $1"


async def forgotten(town: Town, person: Person, count: int = 1) -> str:
    """The token of the newest mail, of so many."""
    decoded(await town.forget_password(person.email), MailRequested, 201)
    return await town.mailed_token(person.email, RESET, count)


async def test_the_mailed_token_sets_the_password_and_ends_every_session(town: Town, person: Person) -> None:
    token = await forgotten(town, person)
    assert decoded(await town.reset(token, NEWER), PasswordReset, 201).user_id == person.user_id
    assert not await person.is_in()
    problem(await town.refresh(person.refresh_token), 401, "refresh_token_invalid")
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    assert (await town.log_in(person.email, NEWER)).status_code == 201
    await town.mailed(person.email, "Your password was changed")


async def test_a_request_is_answered_alike_whoever_is_asked_for(town: Town, person: Person) -> None:
    unverified = new_email()
    await town.register(unverified)
    for address in (person.email, new_email(), unverified, person.email.upper()):
        answer = await town.forget_password(address)
        assert decoded(answer, MailRequested, 201) == MailRequested(email=address)
        assert answer.headers["x-trace-id"]
    await town.mailed_token(person.email, RESET, count=2)


async def test_three_mails_an_hour_are_sent_and_the_fourth_request_is_answered_alike(
    town: Town, person: Person, pool: asyncpg.Pool
) -> None:
    answers = [await town.forget_password(person.email) for _ in range(4)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    await town.mailed_token(person.email, RESET, count=3)
    made = "select count(*) from mail_tokens where kind = 'reset' and user_id = $1"
    assert await pool.fetchval(made, person.user_id) == 3
    hour = "update mail_tokens set created_at = created_at - interval '61 minutes' where user_id = $1"
    await pool.execute(hour, person.user_id)
    await town.forget_password(person.email)
    await town.mailed_token(person.email, RESET, count=4)


async def test_simultaneous_requests_send_three_mails_at_most(
    town: Town, neighbour: Town, person: Person, pool: asyncpg.Pool
) -> None:
    await asyncio.gather(*(where.forget_password(person.email) for where in [town, neighbour] * 4))
    made = "select count(*) from mail_tokens where kind = 'reset' and user_id = $1"
    assert await pool.fetchval(made, person.user_id) == 3


async def test_of_simultaneous_uses_one_succeeds(town: Town, neighbour: Town, person: Person) -> None:
    token = await forgotten(town, person)
    passwords = [f"{NEWER} {number}" for number in range(20)]
    answers = await asyncio.gather(
        *(where.reset(token, password) for where, password in zip([town, neighbour] * 10, passwords, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 19
    won = [password for password, answer in zip(passwords, answers, strict=True) if answer.is_success]
    assert (await town.log_in(person.email, won[0])).status_code == 201


async def test_a_weak_password_leaves_the_token_usable(town: Town, person: Person) -> None:
    token = await forgotten(town, person)
    assert blamed(await town.reset(token, "aaaaaaaaaaaaaaaaaaaa"), 400, "password_too_weak") == {"/new_password"}
    assert await person.is_in()
    assert (await town.reset(token, NEWER)).status_code == 201


async def test_a_token_works_once_and_makes_the_others_worthless(town: Town, person: Person) -> None:
    tokens = [await forgotten(town, person, count) for count in (1, 2, 3)]
    assert len({*tokens}) == 3
    assert (await town.reset(tokens[1], NEWER)).status_code == 201
    for token in tokens:
        problem(await town.reset(token, NEWER), 400, "mail_token_invalid")


async def test_a_token_is_good_for_a_quarter_of_an_hour(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    token = await forgotten(town, person)
    life = "select expires_at - created_at from mail_tokens where kind = 'reset' and user_id = $1"
    assert (await pool.fetchval(life, person.user_id)).total_seconds() == 900
    await pool.execute("update mail_tokens set expires_at = now() where user_id = $1", person.user_id)
    problem(await town.reset(token, NEWER), 400, "mail_token_invalid")
    assert await person.is_in()


async def test_a_reset_lifts_the_lock(town: Town, person: Person) -> None:
    for _ in range(FAILURES_MAX):
        await town.log_in(person.email, NEWER)
    problem(await town.log_in(person.email), 401, "credentials_wrong")
    await town.reset(await forgotten(town, person), NEWER)
    assert (await town.log_in(person.email, NEWER)).status_code == 201


async def test_a_disabled_user_gets_no_mail_and_resets_nothing(town: Town, person: Person, pool: asyncpg.Pool) -> None:
    token = await forgotten(town, person)
    await pool.execute("update users set is_active = false where id = $1", person.user_id)
    problem(await town.reset(token, NEWER), 400, "mail_token_invalid")
    decoded(await town.forget_password(person.email), MailRequested, 201)
    assert await pool.fetchval("select count(*) from mail_tokens where user_id = $1", person.user_id) == 2


async def test_the_token_of_another_purpose_is_refused(town: Town) -> None:
    address = new_email()
    await town.register(address)
    problem(await town.reset(await town.mailed_token(address), NEWER), 400, "mail_token_invalid")


@pytest.mark.parametrize("token", ["0" * 64, "f" * 64])
async def test_an_unknown_token_is_refused(town: Town, token: str) -> None:
    problem(await town.reset(token, NEWER), 400, "mail_token_invalid")


@pytest.mark.parametrize("token", ["", "0" * 63, "G" * 64, "\x00" * 64])
async def test_what_is_no_token_is_blamed(town: Town, token: str) -> None:
    assert blamed(await town.reset(token, NEWER), 400, "invalid") == {"/token"}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (RESETS, {"token": "0" * 64}, "/new_password"),
        (RESETS, {"new_password": NEWER}, "/token"),
        (RESETS, {"token": "0" * 64, "new_password": NEWER, "email": "a@b.cd"}, "/email"),
        (TOKENS, {}, "/email"),
        (TOKENS, {"email": 5}, "/email"),
        (TOKENS, {"email": "no address"}, "/email"),
        (TOKENS, {"email": "ada@example.com", "kind": "reset"}, "/kind"),
    ],
)
async def test_a_wrong_body_is_blamed_on_its_field(
    client: httpx.AsyncClient, path: str, body: dict[str, object], field: str
) -> None:
    assert blamed(await client.post(path, json=body), 400, "invalid") == {field}


async def test_no_look_alike_mailbox_gets_the_mail(town: Town) -> None:
    address = f"strasse.{new_email()}"
    await town.register(address)
    await town.verify(await town.mailed_token(address))
    look_alike = address.replace("ss", "ß")
    assert decoded(await town.forget_password(look_alike), MailRequested, 201).email == look_alike
    await town.mailed_token(address, RESET)
    assert town.subjects(look_alike) == []
