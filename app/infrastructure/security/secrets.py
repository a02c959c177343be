"""Key rings from the environment, or generated into the data directory for development."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from app.domain.protocols.secrets import Key, KeyRing, Ring, SecretMissingError

KEY_BYTES = 32


class EnvironmentSecrets:
    """Implements `SecretsProtocol`: `DASHTAM_SECRET_<RING>` holds `id:base64` pairs, comma separated, current first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def ring(self, ring: Ring) -> KeyRing:
        name = f"DASHTAM_SECRET_{ring.upper()}"
        value = self._environ.get(name, "")
        if not value:
            raise SecretMissingError(f"Set {name} to 'id:key', the key being 32 random bytes in base64.")
        return parsed(value, name)


class GeneratedSecrets:
    """Implements `SecretsProtocol`: one file a ring, made at its first use and readable by its owner only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def ring(self, ring: Ring) -> KeyRing:
        file = self._directory / f"{ring}.keys"
        if not file.exists():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            make(file)
        return parsed(file.read_text("ascii"), str(file))


def make(file: Path) -> None:
    """Write a new key whole or not at all; of several processes the first one wins."""
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    part = file.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(f"{datetime.now(UTC):%Y-%m-%d}:{key}", "ascii")
    try:
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def parsed(value: str, where: str) -> KeyRing:
    """A ring as text: `id:base64` pairs, the current one first."""
    keys: list[Key] = []
    for pair in value.strip().split(","):
        key_id, _, encoded = pair.strip().partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            secret = b""
        if not key_id or len(secret) != KEY_BYTES:
            raise SecretMissingError(f"{where}: each key must be 'id:base64 of {KEY_BYTES} bytes'.")
        keys.append(Key(key_id, secret))
    return KeyRing(tuple(keys))
