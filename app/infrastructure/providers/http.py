"""Speaking to institutions over HTTP.

Promises: bounded time, bytes and parallel requests for every call; short faults (transport, 5xx, 429 with a short
wait) are tried again with growing, jittered waits, calls that must not run twice are not. Answers below 500 other than
429 go back to the provider, whose protocol says what they mean. Nothing of an answer gets into an exception.
Costs: waiting for a repeat holds no place among the parallel requests.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import stamina

from app.domain.connections.faults import (
    ProviderError,
    ProviderUnavailableError,
    RateLimitedError,
    UnreadableAnswerError,
)
from app.infrastructure.providers.guard import AddressRefusedError
from app.settings import OutboundSettings

TOO_MANY = 429
TRANSIENT = frozenset({408, 425})
SERVER_ERROR = 500
REDIRECTS_MAX = 3
RETRY_AFTER_SECONDS_MAX = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request. `url` may be a path below the provider's base URL. `once` forbids repeating it."""

    method: str
    url: str
    params: Mapping[str, str] | httpx.QueryParams | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    once: bool = False
    may_redirect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004  # RFC 9110, section 15.3


class InstitutionClient:
    """One provider's share of the pooled client."""

    def __init__(self, client: httpx.AsyncClient, name: str, base_url: str, settings: OutboundSettings) -> None:
        self._client, self._name, self._base_url, self._settings = client, name, base_url.rstrip("/"), settings
        self._places = asyncio.Semaphore(settings.parallel_requests_max)

    async def send(self, call: Call) -> Answer:
        """The answer, after repeats. Raises `RateLimitedError` and `ProviderUnavailableError`."""
        tries = stamina.retry_context(
            on=self._wait,
            attempts=1 if call.once else self._settings.attempts,
            timeout=None,
            wait_initial=self._settings.wait_seconds,
            wait_max=self._settings.wait_seconds_max,
            wait_jitter=self._settings.wait_seconds,
        )
        async for attempt in tries:
            with attempt:
                return await self._once(call)
        raise AssertionError("an attempt returns or raises")

    def _wait(self, error: Exception) -> bool | float:
        if not isinstance(error, RateLimitedError | ProviderUnavailableError):
            return False
        if error.retry_after_seconds is None:
            return True
        return error.retry_after_seconds if error.retry_after_seconds <= self._settings.wait_seconds_max else False

    async def _once(self, call: Call) -> Answer:
        async with self._places:
            try:
                async with asyncio.timeout(self._settings.answer_seconds_max):
                    return await self._exchange(call)
            except AddressRefusedError as error:
                raise UnreadableAnswerError(f"{self._name} leads to an address that is not public.") from error
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
                raise ProviderUnavailableError(f"{self._name} does not answer.") from error

    async def _exchange(self, call: Call) -> Answer:
        request = self._client.build_request(
            call.method,
            call.url if "://" in call.url else self._base_url + call.url,
            params=call.params,
            headers=dict(call.headers),
            json=call.json,
            data=dict(call.form) if call.form is not None else None,
        )
        login = httpx.BasicAuth(*call.login) if call.login else None
        answer = await self._client.send(request, auth=login, stream=True, follow_redirects=call.may_redirect)
        try:
            self._check(answer)
            return Answer(status=answer.status_code, body=await self._body(answer))
        finally:
            await answer.aclose()

    def _check(self, answer: httpx.Response) -> None:
        wait = retry_after_seconds(answer.headers.get("retry-after", ""), datetime.now(UTC))
        if answer.status_code == TOO_MANY:
            raise RateLimitedError(f"{self._name} asks to wait.", retry_after_seconds=wait)
        if answer.status_code >= SERVER_ERROR or answer.status_code in TRANSIENT:
            raise ProviderUnavailableError(f"{self._name} has a fault of its own.", retry_after_seconds=wait)

    async def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > self._settings.answer_bytes_max:
                raise AnswerTooLargeError(f"{self._name} sends more than is taken.")
        return bytes(body)


class AnswerTooLargeError(ProviderError):
    """More bytes than an answer may have; trying again would bring the same."""

    kind = ProviderUnavailableError.kind


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Both forms of RFC 9110, section 10.2.3: seconds, or a date; at most a day, and nothing for nonsense."""
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return min(float(value), RETRY_AFTER_SECONDS_MAX)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), RETRY_AFTER_SECONDS_MAX)
