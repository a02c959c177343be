"""Key rings from the environment, or generated into the data directory for development."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from app.domain.protocols.secrets import Key, KeyRing, Ring, SecretMissingError
from app.infrastructure.embedded.locks import exclusive

KEY_BYTES = 32


class EnvironmentSecrets:
    """Implements `SecretsProtocol`: `DASHTAM_SECRET_<RING>` holds `id:base64` pairs, comma separated, current first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def ring(self, ring: Ring) -> KeyRing:
        name = variable(ring)
        value = self._environ.get(name, "")
        if not value:
            raise SecretMissingError(f"Set {name} to 'id:key', as `litestar keys generate` prints it.")
        return parsed(value, name)

    def text(self, name: str) -> str:
        value = self._environ.get(variable(name), "")
        if not value:
            raise SecretMissingError(f"Set {variable(name)}.")
        return value


class GeneratedSecrets:
    """Implements `SecretsProtocol`: one file a ring, made at its first use and readable by its owner only.

    A ring is read once, so that all parts of a process have the same keys whenever they ask.
    """

    def __init__(self, directory: Path, environ: Mapping[str, str] = MappingProxyType({})) -> None:
        self._directory = directory
        self._given = EnvironmentSecrets(environ)
        self._rings: dict[Ring, KeyRing] = {}

    def ring(self, ring: Ring) -> KeyRing:
        if ring not in self._rings:
            self._rings[ring] = self._read(ring)
        return self._rings[ring]

    def text(self, name: str) -> str:
        file = self._directory / f"{name}.txt"
        if file.exists():
            return file.read_text("utf-8").strip()
        try:
            return self._given.text(name)
        except SecretMissingError as error:
            raise SecretMissingError(f"{error} Or write it to {file}.") from error

    def rotate(self, ring: Ring, keep: int | None) -> KeyRing:
        """Put a new key first; readers see the file before or after, and of several rotations none is lost."""
        self._read(ring)  # makes the directory, where the lock is
        with exclusive(self._directory / "rotation.lock"):
            rotated = self._read(ring).rotated(new_key(), keep)
            part = written(self._file(ring), rotated)
            part.replace(self._file(ring))
        return rotated

    def _read(self, ring: Ring) -> KeyRing:
        file = self._file(ring)
        if not file.exists():
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            make(file)
        return parsed(file.read_text("ascii"), str(file))

    def _file(self, ring: Ring) -> Path:
        return self._directory / f"{ring}.keys"


def variable(name: str) -> str:
    """The environment variable of a ring or another secret."""
    return f"DASHTAM_SECRET_{name.upper()}"


def new_key() -> Key:
    """A key whose id tells its day; the random part keeps two of one day apart."""
    return Key(f"{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(4)}", secrets.token_bytes(KEY_BYTES))


def make(file: Path) -> None:
    """Write a new key whole or not at all; of several processes the first one wins."""
    part = written(file, KeyRing((new_key(),)))
    try:
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def written(file: Path, ring: KeyRing) -> Path:
    """A file beside it that holds the ring, safe on the disk."""
    part = file.with_suffix(f".{os.getpid()}.part")
    part.unlink(missing_ok=True)  # left by a crashed process of the same number
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as output:
        output.write(spelled(ring))
        output.flush()
        os.fsync(output.fileno())
    return part


def spelled(ring: KeyRing) -> str:
    """A ring as `parsed` reads it."""
    return ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in ring.keys)


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
    if len({key.id for key in keys}) < len(keys):
        raise SecretMissingError(f"{where}: two keys have the same id, so that one of them could never be found.")
    return KeyRing(tuple(keys))
