import httpx
import jwt

from app.presentation.http.controllers.keys import JwkSet
from tests.answers import decoded, problem
from tests.people import Person

PATH = "/.well-known/jwks.json"
MEMBERS = {"kid", "x", "kty", "crv", "use", "alg"}


async def test_anybody_may_read_the_public_keys_and_keep_them_a_while(client: httpx.AsyncClient) -> None:
    answer = await client.get(PATH)
    keys = decoded(answer, JwkSet).keys
    assert keys
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [{*key} for key in answer.json()["keys"]] == [MEMBERS] * len(keys)  # no private member `d`


async def test_the_public_keys_verify_access_tokens_and_nothing_else(client: httpx.AsyncClient, person: Person) -> None:
    keys = jwt.PyJWKSet.from_dict((await client.get(PATH)).json())
    key = keys[jwt.get_unverified_header(person.access_token)["kid"]]
    assert key.public_key_use == "sig"
    claims = jwt.decode(person.access_token, key, algorithms=["EdDSA"], audience="dashtam-api", issuer="dashtam")
    assert claims["sub"] == str(person.user_id)


async def test_public_keys_are_read_only(client: httpx.AsyncClient) -> None:
    problem(await client.post(PATH, json={"keys": []}), 405, "method_not_allowed")
