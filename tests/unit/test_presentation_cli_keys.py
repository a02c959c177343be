import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from litestar.cli._utils import LitestarEnv
from litestar.datastructures import State

from app.domain.protocols.secrets import Ring
from app.infrastructure.security.secrets import GeneratedSecrets
from app.presentation.cli.keys import command
from app.settings import ROOT, load_settings
from app.wiring.keys import Keys
from app.wiring.servers import Servers


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"DASHTAM_DATA_DIR": str(tmp_path)}


def keys(environ: dict[str, str], *arguments: str) -> Result:
    """Run `litestar keys`, its application reduced to what it asks for."""
    settings = load_settings(environ=environ)
    control = Keys(settings, Servers(settings, environ))
    app = Litestar(openapi_config=None, state=State({"key_control": control}))
    return CliRunner().invoke(command, arguments, obj=LitestarEnv(app_path="", app=app, cwd=ROOT))


def test_generated_keys_are_rotated_in_their_file_and_not_shown(environ: dict[str, str], tmp_path: Path) -> None:
    before = GeneratedSecrets(tmp_path / "keys").ring(Ring.JWT)
    done = keys(environ, "rotate", "jwt")
    after = GeneratedSecrets(tmp_path / "keys").ring(Ring.JWT)
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"The current key of jwt is {after.current.id}, with 1 before it." in done.stderr
    assert after.keys[1:] == before.keys


def test_keys_of_the_environment_are_printed_alone_on_standard_output(environ: dict[str, str]) -> None:
    line = keys(environ, "generate").stdout.splitlines()[0]
    used = dict([line.split("=", 1)]) | {"DATABASE_URL": "postgresql://d.invalid/d", "REDIS_URL": "redis://c.invalid"}
    done = keys(environ | used, "rotate", "jwt")
    [printed] = done.stdout.splitlines()
    assert printed.startswith("DASHTAM_SECRET_JWT=")
    assert printed.endswith(f",{used['DASHTAM_SECRET_JWT']}")


@pytest.mark.parametrize("ring", ["credentials", "fingerprint"])
def test_keys_that_stored_data_need_are_never_dropped(environ: dict[str, str], tmp_path: Path, ring: str) -> None:
    done = keys(environ, "rotate", ring, "--keep", "9")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "never dropped" in done.stderr
    assert not [*tmp_path.iterdir()]


def test_a_missing_key_is_told_in_a_line(environ: dict[str, str]) -> None:
    servers = {"DATABASE_URL": "postgresql://d.invalid/d", "REDIS_URL": "redis://c.invalid"}
    done = keys(environ | servers, "rotate", "mail")
    assert done.exit_code == 1
    assert "Set DASHTAM_SECRET_MAIL" in done.stderr


def test_generated_json_is_a_member_a_ring(environ: dict[str, str], tmp_path: Path) -> None:
    assert {*json.loads(keys(environ, "generate", "--json").stdout)} == {*Ring}
    assert not [*tmp_path.iterdir()]


def test_the_list_names_keys_and_shows_none(environ: dict[str, str], tmp_path: Path) -> None:
    keys(environ, "rotate", "jwt")
    listed = {line["ring"]: line for line in json.loads(keys(environ, "list", "--json").stdout)}
    ring = GeneratedSecrets(tmp_path / "keys").ring(Ring.JWT)
    assert listed["jwt"] == {"ring": "jwt", "current": ring.current.id, "previous": [ring.keys[1].id]}
    assert {*listed} == {*Ring}
