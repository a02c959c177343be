"""The way to the institution and back. A cookie ties both ends to one browser; pages are as strict as all of ours."""

import re
import secrets
from typing import Any

from dishka.integrations.litestar import FromDishka
from litestar import Controller, MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.params import FromPath

from app.application.connections.complete_authorization import CompleteAuthorization
from app.application.connections.errors import INSTITUTION
from app.application.connections.open_authorization import OpenAuthorization
from app.application.connections.policy import ConnectionPolicy
from app.core.errors import Invalid
from app.domain.connections.authorization import LIFE, AuthorizationInvalid
from app.presentation.http.answer import unwrapped
from app.presentation.http.area import Area
from app.presentation.http.pages import HEADERS, page
from app.presentation.http.parameters import Dispatch
from app.presentation.http.problems import RefusedError

FIELDS_MAX = 20
FIELD_LENGTH_MAX = 4_096
BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")


pages = Area("Pages", prefix="", is_page=True)


class OAuthController(Controller):
    @pages.get("/oauth/authorizations/{link:str}", status=302, errors=(AuthorizationInvalid,))
    async def start_authorization(
        self,
        link: FromPath[str],
        request: Request[Any, Any, Any],
        dispatch: Dispatch,
        policy: FromDishka[ConnectionPolicy],
    ) -> Response[str]:
        """Remember the browser, and send it on to the institution."""
        browser = browser_of(request, policy) or secrets.token_urlsafe(32)
        opened = unwrapped(await dispatch(OpenAuthorization(link=link, browser=browser)))
        headers = {**HEADERS, "Location": opened.url}
        return Response("", media_type=MediaType.TEXT, headers=headers, cookies=[cookie(policy, browser)])

    @pages.get("/oauth/{slug:str}/callback", any_query=True, errors=(AuthorizationInvalid, *INSTITUTION))
    async def finish_authorization(
        self,
        slug: FromPath[str],
        request: Request[Any, Any, Any],
        dispatch: Dispatch,
        policy: FromDishka[ConnectionPolicy],
    ) -> Response[str]:
        """Take what the institution answered, and say what came of it."""
        browser = browser_of(request, policy)
        command = CompleteAuthorization(provider_slug=slug, fields=answered(request), browser=browser)
        done = unwrapped(await dispatch(command))
        title = f"{done.provider_name} is connected"
        return page("done", title=title, text=f"To the account of {done.email} at Dashtam. You can close this page.")


def cookie_name(policy: ConnectionPolicy) -> str:
    """Browsers keep `__Host-` cookies from other sites of the domain; they take them over TLS only."""
    return "__Host-dashtam-consent" if policy.is_secure else "dashtam-consent"


def cookie(policy: ConnectionPolicy, browser: str) -> Cookie:
    # Lax: the institution sends the user back by a link, which carries it; a request from another page does not.
    return Cookie(
        key=cookie_name(policy),
        value=browser,
        path="/",
        max_age=int(LIFE.total_seconds()),
        secure=policy.is_secure,
        httponly=True,
        samesite="lax",
    )


def browser_of(request: Request[Any, Any, Any], policy: ConnectionPolicy) -> str:
    """The secret that the browser was given; nothing where it has none."""
    sent = request.cookies.get(cookie_name(policy), "")
    return sent if BROWSER.fullmatch(sent) else ""


def answered(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The query that the institution sends, each field once."""
    fields = list(request.query_params.multi_items())
    if len(fields) > FIELDS_MAX or any(len(value) > FIELD_LENGTH_MAX for _, value in fields):
        raise RefusedError(Invalid(detail="The institution's answer is too long."))
    if len({name for name, _ in fields}) < len(fields):
        raise RefusedError(Invalid(detail="The institution's answer says something twice."))
    return {name: str(value) for name, value in fields}
