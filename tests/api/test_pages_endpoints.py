import re

import asyncpg
import httpx
import pytest

from tests.mailbox import mailed_path
from tests.people import PASSWORD, RESET, VERIFY, Town, new_email

NEWER = "a quite different pass phrase"
WEAK = "aaaaaaaaaaaaaaaaaaaa"
UNKNOWN = "0" * 64
PAGES = [VERIFY, RESET]
HOSTILE = "%3Cscript%3Ealert(1)"
STRICT = ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def registered(town: Town) -> tuple[str, str]:
    """A new address and where its verification link leads."""
    address = new_email()
    await town.register(address)
    return address, await mailed_path(town.outbox, address, VERIFY)


async def forgetful(town: Town) -> tuple[str, str]:
    """Somebody's address and where the link to a new password leads."""
    person = await town.person()
    await town.forget_password(person.email)
    return person.email, await mailed_path(town.outbox, person.email, RESET)


def html(answer: httpx.Response, status: int = 200) -> str:
    """The page, which must be strict and tell its address to nobody."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert all(rule in policy for rule in STRICT)
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text
    return answer.text


def untraced(page: str) -> str:
    return re.sub(r"Trace [0-9a-f-]{36}", "", page)


async def test_opening_the_verification_link_verifies_nothing_yet(town: Town, client: httpx.AsyncClient) -> None:
    address, path = await registered(town)
    for _ in range(2):
        assert 'method="post"' in html(await client.get(path))
    assert (await town.log_in(address)).status_code == 403


async def test_the_button_verifies_the_address_once(town: Town, client: httpx.AsyncClient) -> None:
    address, path = await registered(town)
    assert "is verified" in html(await client.post(path, headers=FORM))
    assert (await town.log_in(address)).status_code == 201
    assert "does not work" in html(await client.post(path, headers=FORM), 400)


async def test_an_old_verification_link_does_not_work(
    town: Town, client: httpx.AsyncClient, pool: asyncpg.Pool
) -> None:
    address, path = await registered(town)
    expire = """
        update mail_tokens set expires_at = now() from users where users.id = user_id and email = $1
    """
    await pool.execute(expire, address)
    assert "does not work" in html(await client.post(path, headers=FORM), 400)
    assert (await town.log_in(address)).status_code == 403


async def test_opening_the_reset_link_changes_nothing_and_tells_the_rules(
    town: Town, client: httpx.AsyncClient
) -> None:
    address, path = await forgetful(town)
    page = html(await client.get(path))
    assert 'minlength="15"' in page
    assert 'maxlength="128"' in page
    assert (await town.log_in(address)).status_code == 201


async def test_the_form_sets_the_password_once(town: Town, client: httpx.AsyncClient) -> None:
    address, path = await forgetful(town)
    assert "is changed" in html(await client.post(path, data={"new_password": NEWER}))
    assert (await town.log_in(address, PASSWORD)).status_code == 401
    assert (await town.log_in(address, NEWER)).status_code == 201
    assert "does not work" in html(await client.post(path, data={"new_password": PASSWORD}), 400)


@pytest.mark.parametrize("password", ["12345678901234567", "true false null none", "grüße aus+dem=Süden&so weiter"])
async def test_a_password_is_taken_as_it_is_typed(town: Town, client: httpx.AsyncClient, password: str) -> None:
    address, path = await forgetful(town)
    html(await client.post(path, data={"new_password": password}))
    assert (await town.log_in(address, password)).status_code == 201


@pytest.mark.parametrize(("password", "why"), [("short", "at least 15 characters"), (WEAK, "attackers try first")])
async def test_a_weak_password_is_explained_and_the_link_still_works(
    town: Town, client: httpx.AsyncClient, password: str, why: str
) -> None:
    address, path = await forgetful(town)
    page = html(await client.post(path, data={"new_password": password}), 400)
    assert why in page
    assert password not in page
    assert 'name="new_password"' in page
    html(await client.post(path, data={"new_password": NEWER}))
    assert (await town.log_in(address, NEWER)).status_code == 201


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("token", ["x", "0" * 63, "0" * 65, "G" * 64, "A" * 64, HOSTILE])
async def test_what_is_no_token_is_a_broken_link_like_an_unknown_one(
    client: httpx.AsyncClient, page: str, token: str
) -> None:
    opened = html(await client.get(f"{page}/{token}"), 400)
    sent = html(await client.post(f"{page}/{token}", data={"new_password": NEWER}), 400)
    unknown = html(await client.post(f"{page}/{UNKNOWN}", data={"new_password": NEWER}), 400)
    assert untraced(opened) == untraced(sent) == untraced(unknown)


@pytest.mark.parametrize("body", ["", "new_password=a&new_password=b", "new_password=%FF", "x=1" + "&x=1" * 99, "\xff"])
async def test_an_unreadable_form_is_refused(client: httpx.AsyncClient, body: str) -> None:
    answer = await client.post(f"/reset-password/{UNKNOWN}", content=body.encode("latin-1"), headers=FORM)
    assert UNKNOWN not in html(answer, 400)


@pytest.mark.parametrize("page", PAGES)
async def test_only_forms_are_taken(client: httpx.AsyncClient, page: str) -> None:
    html(await client.post(f"{page}/{UNKNOWN}", json={"new_password": NEWER}), 415)


async def test_a_form_has_a_limit(client: httpx.AsyncClient) -> None:
    html(await client.post(f"/reset-password/{UNKNOWN}", data={"new_password": "x" * 70_000}), 413)


async def test_the_pages_are_no_part_of_the_described_api(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/schema/openapi.json")).json()["paths"]
    assert not [path for path in paths if path.startswith(tuple(PAGES))]


async def test_the_page_that_explains_a_problem_is_as_strict(client: httpx.AsyncClient) -> None:
    assert "link_broken" in html(await client.get("/problems/link_broken"))
