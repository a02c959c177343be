"""The public keys of access tokens."""

import base64
from typing import Literal

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from msgspec import Struct

from app.domain.protocols.sessions import PublicKeys
from app.presentation.http.area import Area

CACHED = {"Cache-Control": "public, max-age=300"}  # so late a new key is seen by whoever verifies tokens


class Jwk(Struct, frozen=True, kw_only=True):
    """An Ed25519 public key (RFC 8037)."""

    kid: str
    x: str
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    use: Literal["sig"] = "sig"
    alg: Literal["EdDSA"] = "EdDSA"


class JwkSet(Struct, frozen=True):
    """A JWK set (RFC 7517), the key that signs now first."""

    keys: list[Jwk]


system = Area("System", prefix="")


class KeyController(Controller):
    @system.get("/.well-known/jwks.json")
    async def get_jwks(self, public: FromDishka[PublicKeys]) -> Response[JwkSet]:
        """Read the public keys that verify access tokens.

        Those before the current one stay as long as tokens of theirs may be about.
        """
        keys = [Jwk(kid=key_id, x=base64url(raw)) for key_id, raw in public.raw().items()]
        return Response(JwkSet(keys), headers=CACHED)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
