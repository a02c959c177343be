"""Secrets from AWS Secrets Manager: one of its secrets, a JSON object with one text `id:base64,...` a ring.

Blocks for a few round trips, within bounded time, and so is read once, at the start and outside the event loop. The
credentials are found the way boto3 finds them: environment, shared files, or the role of the machine.
"""

from contextlib import closing

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.domain.protocols.secrets import KeyRing, Ring, SecretMissingError
from app.infrastructure.security.secrets import parsed

ATTEMPTS = 2
EXPLAINED = {
    "ResourceNotFoundException": "There is no such secret.",
    "AccessDeniedException": "These credentials may not read it; allow secretsmanager:GetSecretValue.",
    "403": "These credentials may not read it, or something between here and AWS refuses.",
    "DecryptionFailure": "These credentials may not decrypt it; allow kms:Decrypt with its key.",
    "UnrecognizedClientException": "AWS does not know these credentials.",
    "ExpiredTokenException": "These credentials have expired.",
    "InvalidRequestException": "It is marked for deletion.",
}


class AwsSecrets:
    """Implements `SecretsProtocol` with what was read; `read` makes one."""

    def __init__(self, values: dict[str, str], where: str) -> None:
        self._values = values
        self._where = where

    def ring(self, ring: Ring) -> KeyRing:
        return parsed(self.text(ring), f"{self._where}, member '{ring}'")

    def text(self, name: str) -> str:
        value = self._values.get(name, "")
        if not value:
            raise SecretMissingError(
                f"{self._where} has no member '{name}'; `litestar keys generate --json` makes keys."
            )
        return value


def read(name: str, *, region: str, endpoint_url: str, timeout_seconds: float) -> AwsSecrets:
    """Read the secret; empty strings leave region and endpoint to boto3. Raises `SecretMissingError`."""
    where = f"The AWS secret '{name}'"
    config = Config(
        connect_timeout=timeout_seconds,
        read_timeout=timeout_seconds,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    )
    try:
        client = boto3.Session().client(  # boto3's shared session is not for threads
            "secretsmanager", region_name=region or None, endpoint_url=endpoint_url or None, config=config
        )
        with closing(client):
            answer = client.get_secret_value(SecretId=name)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise SecretMissingError(f"{where} cannot be read ({code}). {EXPLAINED.get(code, '')}".rstrip()) from error
    except (BotoCoreError, ValueError) as error:  # no region, no credentials, no answer; a malformed address
        raise SecretMissingError(f"{where} cannot be read: {error}") from error
    return AwsSecrets(members(answer.get("SecretString", ""), where), where)


def members(text: str, where: str) -> dict[str, str]:
    """The rings as they are written. What is wrong is told without repeating the text."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        shape = '{"jwt": "id:base64", "credentials": "id:base64", ...}'
        raise SecretMissingError(f"{where} must be text: a JSON object like {shape}.") from None
