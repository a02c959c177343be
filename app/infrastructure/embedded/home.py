"""Where the servers live and as whom they run.

PostgreSQL refuses to run as root. Root's servers run under a number nobody else has, which is the group of their home:
`root:<number>` 0710 lets in root and them. Anybody else's servers run as that user, and the home is 0700.
No permission is changed of any folder which was there before.
"""

import errno
import grp
import os
import pwd
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from app.infrastructure.embedded.errors import EmbeddedServersError

# Root's data stands in /var/lib rather than /var/tmp, whose old files systemd-tmpfiles deletes; macOS has no /var/lib.
ROOT_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - a random name, made exclusively, checked before use
SOCKET_PLACES = (Path("/var/tmp"),)  # noqa: S108 - as above
# The first range is free by systemd's table of numbers; the second, for its passing users, exists in containers of
# 65,536 users, where the first cannot be used.
PRIVATE_NUMBERS = (range(0x7000_0000, 0x7FFF_FFFF), range(61184, 65520))
SOCKET_DIRECTORY_BYTES_MAX = 85  # sun_path is 104 bytes on macOS, and `/.s.PGSQL.5432` follows
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)  # means the same in every driver's URL


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user and group a program runs under; None is our own."""

    uid: int | None = None
    gid: int | None = None

    def take(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


@dataclass(frozen=True, slots=True)
class Home:
    path: Path
    owner: RunAs  # of the servers, not of the folder

    def folder(self, name: str) -> Path:
        """A 0700 folder in the home that belongs to the servers."""
        path = self.path / name
        path.mkdir(mode=0o700, exist_ok=True)
        self.owner.take(path)
        path.chmod(0o700)
        return path


def find_home(data: Path) -> Home | None:
    path = (data / "servers").resolve()
    if os.geteuid() != 0:
        return Home(path, RunAs()) if _is_private(path, os.geteuid(), 0o700) else None
    if not _is_private(path, 0, 0o710):
        return None
    number = path.stat().st_gid
    return Home(path, RunAs(number, number)) if any(number in numbers for numbers in PRIVATE_NUMBERS) else None


def make_home(data: Path) -> Home:
    """The home of this data folder, made if it is missing; the caller holds the lock."""
    home = find_home(data)
    if home is not None:
        return home
    link = data / "servers"
    if link.is_symlink():  # to what is gone or not ours
        link.unlink()
    elif link.exists():
        raise EmbeddedServersError(f"{link} was made by another user; run as that user, or delete it.")
    as_root = os.geteuid() == 0
    outside = as_root and not is_open_to_all(data)
    new = _make_folder(ROOT_PLACES if outside else (data,))
    if as_root:
        _take_private_number(new)
    new.chmod(0o710 if as_root else 0o700)
    if outside:
        link.symlink_to(new)
    else:
        new.rename(link)
    made = find_home(data)
    if made is None:
        raise EmbeddedServersError(
            f"{link} could not be made private; set DASHTAM_DATA_DIR to a folder on a local disk."
        )
    return made


def socket_folder(home: Home) -> Path:
    """A folder whose path fits a socket's address and needs no quoting in a URL, outside the home if need be."""
    link = home.path / "s"
    path = os.fsencode(link)
    if len(path) <= SOCKET_DIRECTORY_BYTES_MAX and PLAIN_PATH.fullmatch(str(link)):
        if link.is_symlink():
            link.unlink()
        return home.folder("s")
    target = link.resolve()
    if link.is_symlink():
        uid = os.geteuid() if home.owner.uid is None else home.owner.uid
        if _is_private(target, uid, 0o700):
            return target
        link.unlink()
    elif link.exists():  # the home was moved here from a shorter path
        rmtree(link)
    new = _make_folder(SOCKET_PLACES)
    new.chmod(0o700)
    home.owner.take(new)
    link.symlink_to(new)
    return new


def is_open_to_all(path: Path) -> bool:
    """Whether every user can enter this folder, or read and execute this file."""
    real = path.resolve()
    needed = 0o001 if real.is_dir() else 0o005
    return real.stat().st_mode & needed == needed and all(folder.stat().st_mode & 0o001 for folder in real.parents)


def _is_private(path: Path, uid: int, mode: int) -> bool:
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == uid and stat.S_IMODE(facts.st_mode) == mode


def _make_folder(places: tuple[Path, ...]) -> Path:
    failure: OSError | None = None
    for place in places:
        new = place / f"dashtam-{secrets.token_hex(8)}"
        try:
            new.mkdir(mode=0o700)
        except OSError as error:  # absent, or read-only in a container
            failure = error
        else:
            return new
    raise EmbeddedServersError(f"No folder can be made in {' or '.join(map(str, places))}: {failure}")


def _take_private_number(folder: Path) -> None:
    for numbers in PRIVATE_NUMBERS:
        number = secrets.choice(numbers)
        while _is_known(number):
            number = secrets.choice(numbers)
        try:
            os.chown(folder, -1, number)
        except OSError as error:
            if error.errno != errno.EINVAL:  # which means: no such number in this container
                raise
        else:
            return
    raise EmbeddedServersError("Root has no other user here to run the servers as; run as an ordinary user.")


def _is_known(number: int) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwuid(number))
    with suppress(KeyError):
        return bool(grp.getgrgid(number))
    return False
