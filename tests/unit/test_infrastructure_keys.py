import base64
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.core.ids import SessionId, UserId, uuid7
from app.domain.protocols.secrets import Key, KeyRing, Ring, SecretMissingError
from app.domain.protocols.sessions import AccessClaims
from app.infrastructure.security.secrets import EnvironmentSecrets, GeneratedSecrets, new_key, parsed, spelled
from app.infrastructure.security.tokens import Ed25519PublicKeys, EdDsaAccessTokens
from app.settings import load_settings
from app.wiring.keys import Keys
from app.wiring.servers import Servers

SERVERS = {"DATABASE_URL": "postgresql://db.invalid/d", "REDIS_URL": "redis://cache.invalid"}
ROTATIONS = 5


def ring_of(*ids: str) -> KeyRing:
    return KeyRing(tuple(Key(key_id, key_id.encode() * 32) for key_id in ids))


def tokens(ring: KeyRing) -> EdDsaAccessTokens:
    return EdDsaAccessTokens(ring, issuer="i", audience="a", seconds=900)


def claims() -> AccessClaims:
    return AccessClaims(
        user_id=UserId(uuid7()), session_id=SessionId(uuid7()), roles=("user",), expires_at=int(time.time()) + 900
    )


def keys(environ: dict[str, str], folder: Path) -> Keys:
    environ = {"DASHTAM_DATA_DIR": str(folder)} | environ
    settings = load_settings(environ=environ)
    return Keys(settings, Servers(settings, environ))


def test_a_ring_is_read_as_it_was_spelled() -> None:
    ring = ring_of("b", "a")
    assert parsed(spelled(ring), "here") == ring


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(SecretMissingError, match="same id"):
        parsed(spelled(ring_of("a", "b", "a")), "here")


def test_two_new_keys_differ_in_id_and_secret() -> None:
    one, other = new_key(), new_key()
    assert one.id != other.id
    assert one.secret != other.secret


@pytest.mark.parametrize(("keep", "kept"), [(None, "cba"), (0, ""), (1, "c"), (2, "cb"), (9, "cba")])
def test_a_rotated_ring_has_the_new_key_first_and_keeps_as_many_as_asked(keep: int | None, kept: str) -> None:
    assert ring_of(*"cba").rotated(ring_of("d").current, keep) == ring_of("d", *kept)


def test_rotation_of_generated_keys_keeps_the_previous_ones_in_the_file(tmp_path: Path) -> None:
    secrets = GeneratedSecrets(tmp_path / "keys")
    first = secrets.ring(Ring.JWT)
    second = secrets.rotate(Ring.JWT, keep=None)
    assert second.keys[1:] == first.keys
    assert GeneratedSecrets(tmp_path / "keys").ring(Ring.JWT) == second
    assert secrets.rotate(Ring.JWT, keep=1).keys[1:] == second.keys[:1]
    assert secrets.ring(Ring.JWT) == first  # a process that runs does not notice
    assert stat.S_IMODE((tmp_path / "keys" / "jwt.keys").stat().st_mode) == 0o600
    assert not [*(tmp_path / "keys").glob("*.part")]


def test_rotation_makes_a_ring_that_was_never_used(tmp_path: Path) -> None:
    assert len(GeneratedSecrets(tmp_path).rotate(Ring.MAIL, keep=None).keys) == 2


def test_what_a_crashed_rotation_left_is_in_nobodys_way(tmp_path: Path) -> None:
    secrets = GeneratedSecrets(tmp_path)
    before = secrets.ring(Ring.JWT)
    for part in ("jwt.1.part", f"jwt.{os.getpid()}.part"):
        (tmp_path / part).write_text("half a k")
    assert secrets.ring(Ring.JWT) == before
    assert secrets.rotate(Ring.JWT, keep=None).keys[1:] == before.keys


def test_no_key_is_lost_when_processes_rotate_at_once(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from app.domain.protocols.secrets import Ring
from app.infrastructure.security.secrets import GeneratedSecrets
for _ in range(int(sys.argv[2])):
    GeneratedSecrets(Path(sys.argv[1])).rotate(Ring.JWT, keep=None)
"""
    command = [sys.executable, "-c", code, str(tmp_path), str(ROTATIONS)]
    assert [process.wait() for process in [subprocess.Popen(command) for _ in range(2)]] == [0, 0]
    ring = GeneratedSecrets(tmp_path).ring(Ring.JWT)
    assert len({key.id for key in ring.keys}) == 1 + 2 * ROTATIONS


def test_a_token_outlives_the_rotation_of_its_key_but_not_its_removal() -> None:
    asked = claims()
    token = tokens(ring_of("a")).issue(asked)
    assert tokens(ring_of("b", "a")).verify(token) == asked
    assert tokens(ring_of("b")).verify(token) is None
    assert tokens(ring_of("a")).verify(tokens(ring_of("b", "a")).issue(asked)) is None


def test_another_key_under_a_known_id_verifies_nothing() -> None:
    token = tokens(KeyRing((Key("k", b"1" * 32),))).issue(claims())
    assert tokens(KeyRing((Key("k", b"2" * 32),))).verify(token) is None


def test_public_keys_verify_what_each_key_signed_and_hold_no_secret() -> None:
    ring = ring_of("b", "a")
    public = Ed25519PublicKeys(ring).raw()
    assert [*public] == ["b", "a"]
    assert not {*public.values()} & {key.secret for key in ring.keys}
    signing, _, signature = tokens(ring).issue(claims()).rpartition(".")
    signed = base64.urlsafe_b64decode(signature + "==")
    Ed25519PublicKey.from_public_bytes(public["b"]).verify(signed, signing.encode())


def test_generated_lines_are_a_whole_environment(tmp_path: Path) -> None:
    printed = keys({}, tmp_path).generate(as_json=False)
    secrets = EnvironmentSecrets(dict(line.split("=", 1) for line in printed.splitlines()))
    rings = [secrets.ring(ring) for ring in Ring]
    assert len({ring.current.secret for ring in rings}) == len(Ring)
    assert not [*tmp_path.iterdir()]


async def test_rotation_of_the_environment_prints_the_new_value_and_stores_nothing(tmp_path: Path) -> None:
    environ = SERVERS | {"DASHTAM_SECRET_JWT": spelled(ring_of("b", "a"))}
    rotated, line = await keys(environ, tmp_path).rotate(Ring.JWT, keep=1)
    assert line == f"DASHTAM_SECRET_JWT={spelled(rotated)}"
    assert rotated.keys[1:] == ring_of("b").keys
    assert not [*tmp_path.iterdir()]


async def test_with_servers_of_ones_own_there_are_no_generated_keys(tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError, match="DASHTAM_SECRET_JWT"):
        await keys(SERVERS, tmp_path).rotate(Ring.JWT, keep=None)
    assert not [*tmp_path.iterdir()]
