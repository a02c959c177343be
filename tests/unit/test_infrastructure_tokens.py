import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.ids import SessionId, TokenId, UserId
from app.domain.protocols.secrets import Key, KeyRing
from app.domain.protocols.sessions import AccessClaims
from app.infrastructure.security.tokens import EdDsaAccessTokens, HmacMailSecrets

RING = KeyRing((Key("new", b"n" * 32), Key("old", b"o" * 32)))
PRIVATE = Ed25519PrivateKey.from_private_bytes(RING.current.secret)
PUBLIC = PRIVATE.public_key()
HEADER = {"alg": "EdDSA", "typ": "at+jwt", "kid": "new"}


def tokens(ring: KeyRing = RING) -> EdDsaAccessTokens:
    return EdDsaAccessTokens(ring, issuer="us", audience="our-api", seconds=900)


def claims(**changed: Any) -> AccessClaims:
    known = AccessClaims(
        user_id=UserId(uuid4()), session_id=SessionId(uuid4()), roles=("user",), expires_at=int(time.time()) + 900
    )
    return replace(known, **changed)


def payload(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    known = {"iss": "us", "aud": "our-api", "sub": str(uuid4()), "sid": str(uuid4()), "roles": ["user"]}
    return known | {"iat": now, "exp": now + 900, "jti": uuid4().hex} | changed


def encoded(part: object) -> str:
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def forged(header: dict[str, Any], body: object, key: Ed25519PrivateKey = PRIVATE) -> str:
    """A token with any header at all, signed by Ed25519."""
    signed = f"{encoded(header)}.{encoded(body)}"
    return f"{signed}.{encoded(key.sign(signed.encode()))}"


def test_an_issued_token_says_what_was_asked() -> None:
    asked = claims(roles=("user", "admin"))
    assert tokens().verify(tokens().issue(asked)) == asked


def test_a_token_is_of_the_form_rfc_9068_wants() -> None:
    issued = tokens().issue(claims())
    assert jwt.get_unverified_header(issued) == HEADER
    said = jwt.decode(issued, PUBLIC, algorithms=["EdDSA"], audience="our-api", issuer="us")
    assert {*said} == {"iss", "aud", "sub", "sid", "roles", "iat", "exp", "jti"}
    assert said["exp"] - said["iat"] == 900


def test_a_token_built_by_hand_is_taken_so_that_the_forgeries_differ_in_one_thing_only() -> None:
    assert tokens().verify(forged(HEADER, payload()))


def test_a_token_of_an_older_key_still_counts_and_of_a_dropped_one_no_more() -> None:
    issued = tokens(KeyRing((RING.keys[1],))).issue(claims())
    assert tokens().verify(issued)
    assert tokens(KeyRing((RING.keys[0],))).verify(issued) is None


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_no_algorithm_is_no_signature(algorithm: str | None, signature: str) -> None:
    token = f"{encoded(HEADER | {'alg': algorithm})}.{encoded(payload())}.{signature}"
    assert tokens().verify(token) is None


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512", "hs256"])
@pytest.mark.parametrize(
    "secret",
    [
        PUBLIC.public_bytes_raw(),
        PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        b"",
        b"new",
    ],
)
def test_the_public_key_is_no_shared_secret(algorithm: str, secret: bytes) -> None:
    signed = f"{encoded(HEADER | {'alg': algorithm})}.{encoded(payload())}"
    digest = {"384": hashlib.sha384, "512": hashlib.sha512}.get(algorithm[-3:], hashlib.sha256)
    assert tokens().verify(f"{signed}.{encoded(hmac.digest(secret, signed.encode(), digest))}") is None


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "PS256", "Ed448", "EdDSA ", "eddsa", 1, ["EdDSA"], {}])
def test_another_algorithm_is_refused(algorithm: object) -> None:
    assert tokens().verify(forged(HEADER | {"alg": algorithm}, payload())) is None


def test_a_missing_or_changed_signature_is_refused() -> None:
    head, body, signature = forged(HEADER, payload()).split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    flipped = [encoded(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]) for at in range(64)]
    changed = [*flipped, "", encoded(bytes(64)), encoded(raw[:63]), encoded(raw + b"\0"), encoded(raw[32:] + raw[:32])]
    assert not [bad for bad in changed if tokens().verify(f"{head}.{body}.{bad}")]
    assert not [bad for bad in ("", ".", "..", f"{head}.{body}", f"{head}.{body}.") if tokens().verify(bad)]


def test_the_parts_of_two_tokens_do_not_mix() -> None:
    first, second = forged(HEADER, payload()).split("."), forged(HEADER, payload(roles=["admin"])).split(".")
    assert tokens().verify(".".join((first[0], second[1], first[2]))) is None


def test_a_body_changed_after_it_was_verified_is_refused() -> None:
    ours, token = tokens(), forged(HEADER, payload())
    assert ours.verify(token)
    head, _, signature = token.split(".")
    assert ours.verify(f"{head}.{encoded(payload(roles=['admin']))}.{signature}") is None


@pytest.mark.parametrize(
    "kid", ["unknown", "", "old", "../../dev/null", "' or 1=1 --", "new\0", "NEW", None, 1, ["new"], {"a": "b"}]
)
def test_a_key_is_found_by_its_exact_id_only(kid: object) -> None:
    assert tokens().verify(forged(HEADER | {"kid": kid}, payload())) is None


def test_a_token_that_names_no_key_is_refused() -> None:
    assert tokens().verify(forged({"alg": "EdDSA", "typ": "at+jwt"}, payload())) is None


def test_a_key_that_comes_with_the_token_does_not_count() -> None:
    eve = Ed25519PrivateKey.generate()
    own = {"kty": "OKP", "crv": "Ed25519", "kid": "new", "x": encoded(eve.public_key().public_bytes_raw())}
    url = "https://eve.example/keys"
    for header in ({"jwk": own}, {"jku": url}, {"x5u": url}, {"x5c": ["MIIB"]}, {"jwk": own, "kid": "eve"}):
        assert tokens().verify(forged(HEADER | header, payload(), eve)) is None


@pytest.mark.parametrize("critical", [["exp"], ["b64"], ["nonsense"], "x"])
def test_a_critical_extension_is_not_understood(critical: object) -> None:
    assert tokens().verify(forged(HEADER | {"crit": critical, "b64": True}, payload())) is None


@pytest.mark.parametrize("kind", ["JWT", "at+JWT", "", "application/at+jwt", "rt+jwt", None, 1])
def test_another_kind_of_token_is_refused(kind: object) -> None:
    assert tokens().verify(forged(HEADER | {"typ": kind}, payload())) is None


def test_a_token_of_another_key_is_refused() -> None:
    assert tokens().verify(forged(HEADER, payload(), Ed25519PrivateKey.generate())) is None


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "sid", "iat", "exp", "jti", "roles"])
def test_a_missing_claim_is_refused(claim: str) -> None:
    body = payload()
    del body[claim]
    assert tokens().verify(forged(HEADER, body)) is None


WRONG: dict[str, list[Any]] = {
    "iss": ["them", "", "US", None, ["us"], 1],
    "aud": ["their-api", "", None, ["their-api"], 1, {}],
    "sub": ["ada", "", None, 1, "../1", ["x"]],
    "sid": ["x", "", None, 1, []],
    "exp": [0, -1, 1, "tomorrow", None, [], 1e400, float("nan")],
    "iat": ["yesterday", None, 2**40],
    "nbf": [2**40],
    "roles": [None, 5],
}


@pytest.mark.parametrize(("claim", "bad"), [(claim, bad) for claim, values in WRONG.items() for bad in values])
def test_a_wrong_claim_is_refused(claim: str, bad: object) -> None:
    assert tokens().verify(forged(HEADER, payload(**{claim: bad}))) is None


def test_an_expired_token_is_refused_also_when_it_is_remembered() -> None:
    ours, now = tokens(), int(time.time())
    assert ours.verify(ours.issue(claims(expires_at=now - 1))) is None
    soon = ours.issue(claims(expires_at=now + 2))
    assert ours.verify(soon)
    while time.time() < now + 2:
        time.sleep(0.01)
    assert ours.verify(soon) is None


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"{", b"\xff", b"{}", b"1"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    assert tokens().verify(forged(HEADER, body)) is None


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.b.c", "a.b.c.d.e", "\0", "ü.ü.ü", "." * 500, "a" * 100_000])
def test_what_is_no_token_is_refused(text: str) -> None:
    assert tokens().verify(text) is None


def test_a_mail_token_is_64_digits_that_depend_on_key_and_row() -> None:
    mail, row = HmacMailSecrets(RING), TokenId(uuid4())
    assert mail.secret(row) == HmacMailSecrets(RING).secret(row)
    assert len(mail.secret(row)) == 64
    assert int(mail.secret(row), 16)
    others = {HmacMailSecrets(KeyRing((RING.keys[1],))).secret(row), mail.secret(TokenId(uuid4()))}
    assert mail.secret(row) not in others
