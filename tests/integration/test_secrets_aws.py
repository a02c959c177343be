"""Against moto's server: AWS Secrets Manager over real HTTP."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from app.domain.protocols.secrets import Key, KeyRing, Ring, SecretMissingError
from app.infrastructure.security.aws_secrets import read
from app.infrastructure.security.secrets import spelled
from app.settings import SettingsError, load_settings
from app.wiring.keys import Keys
from app.wiring.servers import Servers

REGION = "eu-central-1"
KEYS = {ring: KeyRing((Key("b", f"{ring:.<32}".encode()), Key("a", f"{ring:_<32}".encode()))) for ring in Ring}
WHOLE = {ring: spelled(keys) for ring, keys in KEYS.items()} | {"smtp_password": "hunter2"}

type Store = Callable[..., str]


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def account(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials as a machine's environment has them, and an empty AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield
    httpx.post(f"{aws}/moto-api/reset-auth", content="inf")
    httpx.post(f"{aws}/moto-api/reset")


@pytest.fixture
def store(aws: str) -> Store:
    """Puts a secret into AWS and answers its name."""

    def stored(**value: str | bytes) -> str:
        client("secretsmanager", aws).create_secret(Name="dashtam", **value)
        return "dashtam"

    return stored


def client(service: str, aws: str) -> Any:
    return boto3.Session().client(service, region_name=REGION, endpoint_url=aws)


def refused(name: str, aws: str, *, region: str = REGION, timeout_seconds: float = 5) -> str:
    with pytest.raises(SecretMissingError) as error:
        read(name, region=region, endpoint_url=aws, timeout_seconds=timeout_seconds)
    return str(error.value)


def environ(aws: str, folder: Path, **more: str) -> dict[str, str]:
    return {
        "DASHTAM_ENVIRONMENT": "test",
        "DASHTAM_DATA_DIR": str(folder),
        "DATABASE_URL": "postgresql://db.invalid/d",
        "REDIS_URL": "redis://cache.invalid",
        "DASHTAM_SECRETS__BACKEND": "aws",
        "DASHTAM_SECRETS__AWS_SECRET_NAME": "dashtam",
        "DASHTAM_SECRETS__AWS_REGION": REGION,
        "DASHTAM_SECRETS__AWS_ENDPOINT_URL": aws,
    } | more


async def test_a_process_reads_every_ring_and_text_of_the_secret(aws: str, store: Store, tmp_path: Path) -> None:
    store(SecretString=json.dumps(WHOLE))
    told = environ(aws, tmp_path)
    secrets = await Servers(load_settings(environ=told), told).secrets()
    assert {ring: secrets.ring(ring) for ring in Ring} == KEYS
    assert secrets.text("smtp_password") == "hunter2"


def test_a_missing_secret_is_named(aws: str) -> None:
    assert refused("dashtam", aws) == (
        "The AWS secret 'dashtam' cannot be read (ResourceNotFoundException). There is no such secret."
    )


def test_a_ring_the_secret_lacks_is_named(aws: str, store: Store) -> None:
    name = store(SecretString=json.dumps(WHOLE | {"mail": ""}))
    secrets = read(name, region=REGION, endpoint_url=aws, timeout_seconds=5)
    with pytest.raises(SecretMissingError, match="'dashtam' has no member 'mail'"):
        secrets.ring(Ring.MAIL)
    with pytest.raises(SecretMissingError, match="'dashtam' has no member 'other'"):
        secrets.text("other")


def test_a_malformed_ring_is_named_without_repeating_it(aws: str, store: Store) -> None:
    name = store(SecretString=json.dumps(WHOLE | {"jwt": "a:c2VjcmV0"}))
    with pytest.raises(SecretMissingError, match="'dashtam', member 'jwt'") as error:
        read(name, region=REGION, endpoint_url=aws, timeout_seconds=5).ring(Ring.JWT)
    assert "c2VjcmV0" not in str(error.value)


@pytest.mark.parametrize(
    "value",
    [{"SecretString": text} for text in ("hunter2", '["hunter2"]', '{"jwt": {"hunter2": 1}}', '{"jwt": "hunter2"')]
    + [{"SecretBinary": b'{"jwt": "hunter2"}'}],
)
def test_a_secret_of_another_shape_is_told_without_repeating_it(aws: str, store: Store, value: dict[str, Any]) -> None:
    said = refused(store(**value), aws)
    assert said.startswith("The AWS secret 'dashtam' must be text: a JSON object like")
    assert "hunter2" not in said


def test_a_secret_marked_for_deletion_is_told(aws: str, store: Store) -> None:
    name = store(SecretString=json.dumps(WHOLE))
    client("secretsmanager", aws).delete_secret(SecretId=name)
    assert "marked for deletion" in refused(name, aws)


def test_denied_access_is_told(aws: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    name = store(SecretString=json.dumps(WHOLE))
    people = client("iam", aws)
    people.create_user(UserName="powerless")
    key = people.create_access_key(UserName="powerless")["AccessKey"]
    httpx.post(f"{aws}/moto-api/reset-auth", content="0")  # from now on moto asks who may
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    assert "These credentials may not read it" in refused(name, aws)


def test_missing_credentials_and_region_are_told(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "region" in refused("dashtam", aws, region="")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "credentials" in refused("dashtam", aws)


@pytest.mark.parametrize("listens", [True, False])
def test_an_aws_that_does_not_answer_is_told_in_bounded_time(listens: bool) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        if listens:
            mute.listen()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        assert address in refused("dashtam", address, timeout_seconds=0.2)


def test_a_malformed_endpoint_is_told() -> None:
    assert "Invalid endpoint" in refused("dashtam", "nowhere")


def test_the_backend_needs_the_name_of_its_secret(aws: str, tmp_path: Path) -> None:
    told = environ(aws, tmp_path, DASHTAM_SECRETS__AWS_SECRET_NAME="")
    with pytest.raises(SettingsError, match="aws_secret_name"):
        Servers(load_settings(environ=told), told)


async def test_rotation_prints_the_member_to_put_into_the_secret(aws: str, store: Store, tmp_path: Path) -> None:
    store(SecretString=json.dumps(WHOLE))
    told = environ(aws, tmp_path)
    settings = load_settings(environ=told)
    rotated, printed = await Keys(settings, Servers(settings, told)).rotate(Ring.JWT, keep=1)
    assert printed
    assert json.loads(printed) == {"jwt": spelled(rotated)}
    assert rotated.keys[1:] == (KEYS[Ring.JWT].current,)
    assert not [*tmp_path.iterdir()]
