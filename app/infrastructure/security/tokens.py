"""Access tokens (JWT, EdDSA, RFC 9068), refresh tokens, and the secrets that are sent by mail."""

import base64
import hmac
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.ids import SessionId, TokenId, UserId
from app.domain.protocols.secrets import KeyRing
from app.domain.protocols.sessions import AccessClaims

KIND = "at+jwt"
TOKEN_LENGTH_MAX = 2_000
VERIFIED_MAX = 10_000


class EdDsaAccessTokens:
    """Implements `AccessTokens`.

    A verified token is remembered, so that its signature is checked once; whether it is still in time is checked at
    each use, and whether its session is still live is the gate's business.
    """

    def __init__(self, ring: KeyRing, *, issuer: str, audience: str, seconds: int) -> None:
        self.seconds = seconds
        self._issuer = issuer
        self._audience = audience
        self._key_id = ring.current.id
        self._private = Ed25519PrivateKey.from_private_bytes(ring.current.secret)
        self._public = {key.id: Ed25519PrivateKey.from_private_bytes(key.secret).public_key() for key in ring.keys}
        self._decode = lru_cache(maxsize=VERIFIED_MAX)(self._checked)

    def issue(self, claims: AccessClaims) -> str:
        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "roles": [*claims.roles],
            "iat": claims.expires_at - self.seconds,
            "exp": claims.expires_at,
            "jti": uuid4().hex,
        }
        return jwt.encode(payload, self._private, algorithm="EdDSA", headers={"kid": self._key_id, "typ": KIND})

    def verify(self, token: str) -> AccessClaims | None:
        if len(token) > TOKEN_LENGTH_MAX:
            return None
        try:
            claims = self._decode(token)
        except (jwt.InvalidTokenError, ValueError, TypeError, KeyError):
            return None
        return claims if claims.expires_at > time.time() else None

    def _checked(self, token: str) -> AccessClaims:
        """Verify signature and claims. Only our own keys count, looked up by `kid`; headers never name a key."""
        header = jwt.get_unverified_header(token)
        if header.get("typ") != KIND or header.get("crit"):
            raise jwt.InvalidTokenError("not an access token of ours")
        payload = jwt.decode(
            token,
            self._public[str(header.get("kid"))],
            algorithms=["EdDSA"],
            audience=self._audience,
            issuer=self._issuer,
            options={"require": ["exp", "iat", "sub", "sid", "jti", "aud", "iss"]},
        )
        return AccessClaims(
            user_id=UserId(UUID(payload["sub"])),
            session_id=SessionId(UUID(str(payload["sid"]))),
            roles=tuple(str(role) for role in payload["roles"]),
            expires_at=int(payload["exp"]),
        )


class Ed25519PublicKeys:
    """Implements `PublicKeys`."""

    def __init__(self, ring: KeyRing) -> None:
        private = {key.id: Ed25519PrivateKey.from_private_bytes(key.secret) for key in ring.keys}
        self._raw = {key_id: key.public_key().public_bytes_raw() for key_id, key in private.items()}

    def raw(self) -> Mapping[str, bytes]:
        return self._raw


class HmacRefreshSecrets:
    """Implements `RefreshSecrets`: the successor is HMAC-SHA-256 of the token that is presented."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = [key.secret for key in ring.keys]

    def first(self) -> str:
        return secrets.token_urlsafe(32)

    def successors(self, secret: str) -> list[str]:
        return [_text(hmac.digest(key, secret.encode(), "sha256")) for key in self._keys]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class HmacMailSecrets:
    """Implements `MailSecrets`: HMAC-SHA-256 of the row's id, so that neither log nor table holds the secret."""

    def __init__(self, ring: KeyRing) -> None:
        self._key = ring.current.secret

    def secret(self, token_id: TokenId) -> str:
        return hmac.digest(self._key, token_id.bytes, "sha256").hex()
