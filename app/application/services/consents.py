"""Sending a user to the institution, so that only this user's browser can bring the answer back.

The link, the state and the PKCE verifier are 256 random bits each; the link and the state are stored as hashes.
"""

import base64
import secrets
from dataclasses import dataclass
from hashlib import sha256

from app.application.connections.policy import ConnectionPolicy
from app.application.services.mail_tokens import hashed
from app.core.clock import Clock
from app.core.ids import AuthorizationId, uuid7
from app.domain.connections.authorization import LIFE, Authorization, Begun
from app.domain.connections.connection import Connection
from app.domain.connections.provider import AuthorizationRequest, Credentials
from app.domain.protocols.connections import AuthorizationRepository
from app.domain.protocols.providers import Provider

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Consents:
    authorizations: AuthorizationRepository
    policy: ConnectionPolicy
    clock: Clock

    async def begin(self, provider: Provider, connection: Connection, renews: Credentials | None = None) -> Begun:
        """Ask the institution, if need be. No transaction is open yet. Raises `ProviderError`."""
        link, state, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
        request = AuthorizationRequest(
            state=state,
            redirect_uri=self.policy.redirect_uri(connection.provider_slug),
            code_challenge=challenge(verifier),
            user_ref=hashed(str(connection.user_id)).hex()[:32],
            renews=renews,
        )
        started = await provider.start(request)
        authorization = Authorization(
            id=AuthorizationId(uuid7()),
            connection_id=connection.id,
            user_id=connection.user_id,
            provider_slug=connection.provider_slug,
            renews=renews is not None,
            expires_at=self.clock.now() + LIFE,
            url=started.url,
            code_verifier=verifier,
            kept=started.kept,
        )
        return Begun(authorization=authorization, link=link, state=state, url=self.policy.start_url(link))

    async def keep(self, begun: Begun) -> None:
        await self.authorizations.add(begun.authorization, hashed(begun.link), hashed(begun.state))


def challenge(verifier: str) -> str:
    """PKCE's S256 (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
