"""The image and its composition, as far as they can be checked without a container engine."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.protocols.secrets import Ring
from app.infrastructure.security.secrets import spelled, variable
from app.settings import ROOT
from app.wiring.servers import Servers
from tests.running import START_SECONDS_MAX, free_port
from tests.waiting import until

TOOLS = Path(sys.executable).parent
BUILD_SECONDS_MAX = 300


@pytest.mark.parametrize(
    "command",
    [
        ["hadolint", "Dockerfile"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", ".github/workflows/ci.yml"],
    ],
    ids=lambda command: " ".join(command[:1] + command[-1:]),
)
def test_files_for_other_programs_are_what_these_expect(command: list[str]) -> None:
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def stated(before: str) -> list[str]:
    """The command that stands in the Dockerfile after this pattern."""
    (found,) = re.findall(rf"{before} (\[.*\])$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    command: list[str] = json.loads(found)
    return command


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile puts into the image: the locked packages without those for development, and its files."""
    place = tmp_path_factory.mktemp("image")
    for name in ("pyproject.toml", "uv.lock", "litestar.toml"):
        shutil.copy(ROOT / name, place)
    for name in ("app", "db"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    uv = shutil.which("uv") or pytest.fail("needs uv")
    install = [uv, "sync", "--frozen", "--no-default-groups", "--quiet", "--python", sys.executable]
    clean = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"}}
    subprocess.run(install, cwd=place, check=True, timeout=BUILD_SECONDS_MAX, env=clean)
    return place


async def test_the_image_s_own_commands_migrate_serve_and_tell_their_health(
    image: Path, servers: Servers, tmp_path: Path
) -> None:
    addresses = await servers.addresses()
    generated, port = servers.generated_secrets(), str(free_port())
    assert generated
    environ = {
        "PATH": f"{image / '.venv/bin'}:{os.environ['PATH']}",
        "DASHTAM_ENVIRONMENT": "production",
        "DASHTAM_EMAIL__SMTP_URL": "smtp://127.0.0.1:9",
        "DATABASE_URL": addresses.database_url,
        "REDIS_URL": addresses.redis_url,
        "DASHTAM_DATA_DIR": str(tmp_path),
        **{variable(ring): spelled(generated.ring(ring)) for ring in Ring},
    }
    upgrade = ["litestar", "database", "upgrade", "--no-prompt"]
    migrated = await asyncio.create_subprocess_exec(*upgrade, cwd=image, env=environ)
    assert await migrated.wait() == 0
    serve = [part.replace("8000", port) for part in stated(r"^CMD")]
    server = await asyncio.create_subprocess_exec(*serve, cwd=image, env=environ)
    healthy = [part.replace(":8000", f":{port}") for part in stated(r"^HEALTHCHECK .*\\\n +CMD")]

    async def answers() -> bool:
        assert server.returncode is None
        probe = await asyncio.create_subprocess_exec(*healthy, env=environ, stderr=asyncio.subprocess.DEVNULL)
        return await probe.wait() == 0

    try:
        await until(answers, "the image's health check", START_SECONDS_MAX)
    finally:
        server.terminate()
        await server.wait()
