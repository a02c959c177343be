"""Schwab's OAuth: an access token for half an hour, a refresh token for a week that nothing but the user prolongs."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx

from app.domain.connections.faults import (
    ConsentEndedError,
    CredentialsRefusedError,
    NotConfiguredError,
    ProviderError,
    UnreadableAnswerError,
)
from app.domain.connections.provider import AuthorizationRequest, ConsentAnswer, Credentials, Grant
from app.infrastructure.providers.http import Answer, Call
from app.infrastructure.providers.kit import ProviderKit, decoded
from app.infrastructure.providers.schwab.wire import TokenAnswer, TokenRefusal

CONSENT_DAYS = 7


def authorization_url(kit: ProviderKit, request: AuthorizationRequest) -> str:
    query = httpx.QueryParams(
        response_type="code",
        client_id=kit.client_id(),
        redirect_uri=request.redirect_uri,
        state=request.state,
        code_challenge=request.code_challenge,
        code_challenge_method="S256",
    )
    return f"{kit.settings.base_url.rstrip('/')}/v1/oauth/authorize?{query}"


async def exchanged(kit: ProviderKit, answer: ConsentAnswer) -> Grant:
    """A grant for the code of a callback. The code lives some 30 seconds and is good once."""
    code = answer.fields.get("code")
    if not code:
        raise CredentialsRefusedError("The consent was not given. Connect again, and allow access at Schwab.")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": answer.redirect_uri,
        "code_verifier": answer.code_verifier,
    }
    refused = CredentialsRefusedError("Schwab did not take the consent: it may have taken too long. Connect again.")
    token = await _token(kit, form, refused)
    now = kit.clock.now()
    return _grant(token, token.refresh_token, now, now + timedelta(days=CONSENT_DAYS))


async def refreshed(kit: ProviderKit, credentials: Credentials) -> Grant:
    """Access for another half hour; the consent ends when it would have ended."""
    known = credentials.values
    form = {"grant_type": "refresh_token", "refresh_token": known["refresh_token"]}
    refused = ConsentEndedError("Schwab's consent ended, as it does after a week. Renew it.")
    token = await _token(kit, form, refused)
    ends = datetime.fromisoformat(known["consent_expires_at"])
    return _grant(token, token.refresh_token or known["refresh_token"], kit.clock.now(), ends)


async def _token(kit: ProviderKit, form: Mapping[str, str], refused: ProviderError) -> TokenAnswer:
    login = (kit.client_id(), kit.secret())
    answer = await kit.client.send(Call(method="POST", url="/v1/oauth/token", form=form, login=login, once=True))
    if answer.is_success:
        return decoded(answer.body, TokenAnswer)
    raise _reason(answer) or refused


def _reason(answer: Answer) -> ProviderError | None:
    try:
        code = decoded(answer.body, TokenRefusal).error
    except UnreadableAnswerError:
        code = ""
    if code in {"invalid_client", "unauthorized_client"}:
        return NotConfiguredError("Schwab does not know this installation: check its client id and secret.")
    return None


def _grant(token: TokenAnswer, refresh_token: str, now: datetime, consent_ends: datetime) -> Grant:
    return Grant(
        credentials=Credentials(
            {
                "access_token": token.access_token,
                "refresh_token": refresh_token,
                "consent_expires_at": consent_ends.isoformat(),
            },
        ),
        access_expires_at=now + timedelta(seconds=token.expires_in),
        consent_expires_at=consent_ends,
    )
