"""Argon2id, in threads: as many at a time as there are cores, and a bounded queue before them."""

import os
from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.core.errors import OutOfServiceError

# OWASP's password storage cheat sheet: t=2, 19 MiB, p=1.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
COMMON = frozenset(FREQUENCY_LISTS["passwords"])
UNIT_LENGTH_MIN = 8  # a password that only repeats something shorter is no longer than that


class Argon2PasswordHasher:
    """Implements `PasswordHasher`."""

    def __init__(self, queue_max: int) -> None:
        self._limiter = CapacityLimiter(os.cpu_count() or 1)
        self._admitted = 0
        self._admitted_max = int(self._limiter.total_tokens) + queue_max
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        return await self._run(HASHER.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        if password_hash is None:
            self._dummy = self._dummy or await self.hash("nobody")
            await self._run(matches, self._dummy, password)
            return False
        return await self._run(matches, password_hash, password)

    def needs_rehash(self, password_hash: str) -> bool:
        return HASHER.check_needs_rehash(password_hash)

    async def _run[*A, R](self, work: Callable[[*A], R], *args: *A) -> R:
        # Counted here, as the limiter's own count lags: of a burst none would be seen waiting.
        if self._admitted >= self._admitted_max:
            raise OutOfServiceError("Too many passwords are being checked")
        self._admitted += 1
        try:
            return await to_thread.run_sync(work, *args, limiter=self._limiter)
        finally:
            self._admitted -= 1


def matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


class ListedPasswords:
    """Implements `CommonPasswords` by the lists that zxcvbn ships."""

    def contains(self, password: str, *related: str) -> bool:
        plain = password.casefold()
        stem = plain.rstrip("0123456789!?.")
        return plain in COMMON or stem in COMMON or stem in related or repeats(plain)


def repeats(text: str) -> bool:
    """Whether the text is something short, said again and again."""
    period = (text + text).find(text, 1)
    return period < min(len(text), UNIT_LENGTH_MIN) or (period < len(text) and text[:period] in COMMON)
