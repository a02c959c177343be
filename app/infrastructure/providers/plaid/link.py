"""Plaid's consent: a page of theirs (Hosted Link), then a token for good."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx

from app.domain.connections.faults import CredentialsRefusedError, UnreadableAnswerError
from app.domain.connections.provider import AuthorizationRequest, AuthorizationStart, ConsentAnswer, Credentials, Grant
from app.infrastructure.providers.kit import ProviderKit, decoded, instant
from app.infrastructure.providers.plaid.wire import Exchanged, ItemAnswer, LinkState, LinkToken

HISTORY_DAYS = 730
INVESTMENTS = "investments"

type Post = Callable[..., Awaitable[bytes]]


async def started(kit: ProviderKit, post: Post, request: AuthorizationRequest) -> AuthorizationStart:
    """A link token, and the page it opens. Renewing keeps the Item: `access_token` instead of products."""
    options = kit.settings.options
    back = httpx.URL(request.redirect_uri).copy_merge_params({"state": request.state})
    body: dict[str, Any] = {
        "client_name": options.get("client_name", "Dashtam"),
        "language": options.get("language", "en"),
        "country_codes": options.get("country_codes", "US").split(","),
        "user": {"client_user_id": request.user_ref},
        "hosted_link": {"completion_redirect_uri": str(back)},
    }
    if request.renews:
        body["access_token"] = request.renews.values["access_token"]
    else:
        body |= {
            "products": ["transactions"],
            "optional_products": [INVESTMENTS],
            "transactions": {"days_requested": HISTORY_DAYS},
        }
    token = decoded(await post("/link/token/create", body, once=True), LinkToken)
    if not token.hosted_link_url:
        raise UnreadableAnswerError("Plaid answers no page to send the user to: ask Plaid to enable Hosted Link.")
    return AuthorizationStart(url=token.hosted_link_url, kept={"link_token": token.link_token})


async def completed(post: Post, answer: ConsentAnswer) -> Grant:
    state = decoded(await post("/link/token/get", {"link_token": answer.kept.get("link_token", "")}), LinkState)
    if answer.renews is not None:
        if not any(session.finished_at for session in state.link_sessions or ()):
            raise CredentialsRefusedError("The consent was not finished. Connect again.")
        return await grant(post, answer.renews.values["access_token"])
    public_token = next(_public_tokens(state), None)
    if public_token is None:
        raise CredentialsRefusedError("The consent was not given. Connect again, and choose your accounts at Plaid.")
    exchanged = await post("/item/public_token/exchange", {"public_token": public_token}, once=True)
    return await grant(post, decoded(exchanged, Exchanged).access_token)


async def grant(post: Post, access_token: str) -> Grant:
    """What the token opens, and for how long."""
    item = decoded(await post("/item/get", {"access_token": access_token}), ItemAnswer).item
    products = {*item.products, *item.billed_products, *(item.consented_products or ())}
    return Grant(
        credentials=Credentials({"access_token": access_token, INVESTMENTS: "1" if INVESTMENTS in products else ""}),
        consent_expires_at=instant(item.consent_expiration_time) if item.consent_expiration_time else None,
        external_id=item.item_id or None,
    )


def _public_tokens(state: LinkState) -> Iterator[str]:
    for session in state.link_sessions or ():
        added = session.results.item_add_results if session.results else []
        yield from (one.public_token for one in (*added, session.on_success) if one and one.public_token)
