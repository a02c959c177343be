import asyncio
import os
from collections import Counter

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.core.errors import OutOfServiceError
from app.infrastructure.security.passwords import Argon2PasswordHasher, ListedPasswords

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def hasher() -> Argon2PasswordHasher:
    return Argon2PasswordHasher(queue_max=32)


async def test_a_hash_proves_its_password_and_no_other(hasher: Argon2PasswordHasher) -> None:
    made = await hasher.hash(PASSWORD)
    assert PASSWORD not in made
    assert await hasher.verify(PASSWORD, made)
    assert not await hasher.verify(PASSWORD + " ", made)
    assert not await hasher.verify("", made)


async def test_a_hash_is_salted_and_as_costly_as_decided(hasher: Argon2PasswordHasher) -> None:
    first, second = await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)
    assert first != second
    cost = extract_parameters(first)
    assert (cost.type.name, cost.time_cost, cost.memory_cost, cost.parallelism) == ("ID", 2, 19_456, 1)


async def test_without_a_hash_no_password_is_right(hasher: Argon2PasswordHasher) -> None:
    assert not await hasher.verify("nobody", None)
    assert not await hasher.verify(PASSWORD, None)


@pytest.mark.parametrize("broken", ["", "plain", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$2b$12$x"])
async def test_a_broken_hash_proves_nothing(hasher: Argon2PasswordHasher, broken: str) -> None:
    assert not await hasher.verify(PASSWORD, broken)


async def test_a_hash_of_other_cost_wants_to_be_made_again(hasher: Argon2PasswordHasher) -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    assert await hasher.verify(PASSWORD, weaker)
    assert hasher.needs_rehash(weaker)
    assert not hasher.needs_rehash(await hasher.hash(PASSWORD))


async def test_too_many_at_once_are_turned_away() -> None:
    narrow, cores = Argon2PasswordHasher(queue_max=1), os.cpu_count() or 1
    answers = await asyncio.gather(*(narrow.hash(PASSWORD) for _ in range(cores + 4)), return_exceptions=True)
    assert Counter(type(answer) for answer in answers) == {str: cores + 1, OutOfServiceError: 3}
    assert await narrow.hash(PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "password123!",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789123456789",
        "qwertyqwerty",
        "ada@example.com",
        "Ada@Example.com2026",
    ],
)
def test_what_everybody_tries_first_is_common(password: str) -> None:
    assert ListedPasswords().contains(password, "ada@example.com")


@pytest.mark.parametrize("password", [PASSWORD, "пять слов из словаря", "ada@example.com likes tea"])
def test_an_unusual_password_is_not_common(password: str) -> None:
    assert not ListedPasswords().contains(password, "ada@example.com")
