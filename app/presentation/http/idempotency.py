"""`Idempotency-Key`: a request that is sent again gets the answer it had.

Promises: of the same requests under one key, one is carried out; the others get its answer for 24 hours, also after a
crash. Another body under the key is refused, and so is a repetition while the first still runs. Only successes are
kept: what was refused changed nothing and may be sent again, also corrected. A key belongs to a user (to an address
where nobody is logged in) and an operation. Costs two database round trips, and the body in memory.
"""

import asyncio
import logging
from functools import partial
from hashlib import sha256

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, Receive, ReceiveMessage, Scope, Send

from app.application.terms import Terms
from app.core.errors import Invalid, KeyReused
from app.domain.identity.actor import Actor
from app.domain.protocols.idempotency import Claim, IdempotencyKeys, KeyedRequest, Refused, StoredAnswer
from app.presentation.http.client_address import counted_as
from app.presentation.http.held import held
from app.presentation.http.problems import RefusedError, RequestRunning
from app.presentation.http.route import KEY_LENGTH_MAX, RouteMetadata

HEADER = b"idempotency-key"
SUCCESSES = range(200, 300)

log = logging.getLogger(__name__)


class IdempotencyMiddleware(ASGIMiddleware):
    """Comes after the policy, so that keys are those of who may ask."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        meta: RouteMetadata | None = scope["route_handler"].opt.get("route")
        key = next((value for name, value in scope["headers"] if name == HEADER), None)
        if meta is None or not meta.is_keyed or key is None:
            await next_app(scope, receive, send)
            return
        body = await read(receive)
        keys: IdempotencyKeys = scope["litestar_app"].state["idempotency"]
        found = await keys.claim(await keyed(scope, meta, key, body), meta.status)
        if isinstance(found, Refused):
            raise refused(found)
        if isinstance(found, StoredAnswer):
            await answered(found, send)
            return
        terms: Terms = scope["state"]["terms"]
        terms.claim = found
        try:
            await next_app(scope, again(body, receive), held(send, partial(kept, keys, found)))
        except Exception:
            await keys.release(found)
            raise


def refused(why: Refused) -> RefusedError:
    if why is Refused.OTHER_BODY:
        return RefusedError(KeyReused(detail="Send a new key with a new request."))
    return RefusedError(RequestRunning(detail="Wait for its answer, or ask again."), {"Retry-After": "1"})


async def read(receive: Receive) -> bytes:
    """The whole body, which the policy bounds."""
    chunks, more = [], True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunks.append(message["body"])
        more = message["more_body"]
    return b"".join(chunks)


def again(body: bytes, receive: Receive) -> Receive:
    """Receive a body that was read."""
    first: list[ReceiveMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> ReceiveMessage:
        return first.pop() if first else await receive()

    return replayed


async def keyed(scope: Scope, meta: RouteMetadata, key: bytes, body: bytes) -> KeyedRequest:
    text = key.decode("latin-1")
    if not 0 < len(text) <= KEY_LENGTH_MAX or not (text.isascii() and text.isprintable()):
        raise RefusedError(Invalid.of("Idempotency-Key", f"Send 1 to {KEY_LENGTH_MAX} printable ASCII characters."))
    actor: Actor = scope["state"]["actor"]
    return KeyedRequest(
        principal=str(actor.user_id or counted_as(actor.ip_address)),
        user_id=actor.user_id,
        operation=meta.operation_id,
        key=text,
        digest=await asyncio.to_thread(digest, dict(scope["headers"]).get(b"content-type", b""), body),
    )


def digest(content_type: bytes, body: bytes) -> bytes:
    """Of what the body says: where parts of a form begin and end is a random word, another each time."""
    _, found, boundary = content_type.partition(b"boundary=")
    if found:
        body = body.replace(boundary.partition(b";")[0].strip(b'" '), b"")
    return sha256(body).digest()


async def kept(keys: IdempotencyKeys, claim: Claim, start: HTTPResponseStartEvent, body: bytes) -> bytes:
    """Keep an answer before it is sent."""
    if start["status"] not in SUCCESSES:
        await keys.release(claim)
        return body
    headers = [(bytes(name), bytes(value)) for name, value in start["headers"]]
    try:
        await keys.keep(claim, StoredAnswer(status=start["status"], headers=headers, body=body))
    except Exception:  # the change is made, and what it answers was kept with it: this only adds headers
        log.exception("The whole answer under an idempotency key could not be kept")
    return body


async def answered(found: StoredAnswer, send: Send) -> None:
    headers = [*found.headers, (b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body, "more_body": False})
