import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.protocols.secrets import Key, Ring, SecretMissingError
from app.infrastructure.security.secrets import EnvironmentSecrets, GeneratedSecrets, parsed

A, B = base64.b64encode(b"a" * 32).decode(), base64.b64encode(b"b" * 32).decode()


def test_a_ring_is_read_from_the_environment_current_key_first() -> None:
    ring = EnvironmentSecrets({"DASHTAM_SECRET_JWT": f" 2026:{A} , 2025:{B}\n"}).ring(Ring.JWT)
    assert ring.keys == (Key("2026", b"a" * 32), Key("2025", b"b" * 32))
    assert (ring.current.id, ring.key("2025"), ring.key("2024")) == ("2026", ring.keys[1], None)


@pytest.mark.parametrize("ring", Ring)
def test_a_missing_ring_is_named(ring: Ring) -> None:
    with pytest.raises(SecretMissingError, match=f"DASHTAM_SECRET_{ring.upper()}"):
        EnvironmentSecrets({f"DASHTAM_SECRET_{ring.upper()}": ""}).ring(ring)


@pytest.mark.parametrize(
    "value", ["x", A, f":{A}", "a:", "a:!!!!", f"a:{A[:-4]}", f"a:{A},", f"a:{A}AAAA", f"a:{A};b:{B}"]
)
def test_a_malformed_ring_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(SecretMissingError) as refused:
        parsed(value, "here")
    assert str(refused.value).startswith("here: ")
    assert A[:-4] not in str(refused.value)


def test_a_generated_ring_stays_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    rings = {ring: GeneratedSecrets(tmp_path / "keys").ring(ring) for ring in Ring}
    assert {ring: GeneratedSecrets(tmp_path / "keys").ring(ring) for ring in Ring} == rings
    assert len({ring.current.secret for ring in rings.values()}) == len(Ring)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    files = [*(tmp_path / "keys").iterdir()]
    assert {file.name for file in files} == {f"{ring}.keys" for ring in Ring}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_processes_that_make_a_key_at_once_agree(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from app.domain.protocols.secrets import Ring
from app.infrastructure.security.secrets import GeneratedSecrets
secrets = GeneratedSecrets(Path(sys.argv[1]))
sys.stdin.readline()
print([secrets.ring(ring).current.secret.hex() for ring in Ring])
"""
    command = [sys.executable, "-c", code, str(tmp_path / "keys")]
    makers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for maker in makers:
        assert maker.stdin
        maker.stdin.write("now\n")
        maker.stdin.flush()
    said = {maker.communicate()[0] for maker in makers}
    assert [maker.returncode for maker in makers] == [0, 0]
    assert len(said) == 1
    assert len([*(tmp_path / "keys").iterdir()]) == len(Ring)


def test_what_others_gave_us_comes_from_the_environment_or_a_file_that_wins(tmp_path: Path) -> None:
    secrets = GeneratedSecrets(tmp_path, {"DASHTAM_SECRET_METRICS_TOKEN": "of the environment"})
    assert secrets.text("metrics_token") == "of the environment"
    (tmp_path / "metrics_token.txt").write_text("of the file\n")
    assert secrets.text("metrics_token") == "of the file"
    with pytest.raises(SecretMissingError, match=r"Set DASHTAM_SECRET_SMTP_PASSWORD\. Or write"):
        secrets.text("smtp_password")
