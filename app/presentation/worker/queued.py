"""Jobs that requests queue: each is a command, sent as the user whose thing it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.application.imports.fail_import import FailImport
from app.application.imports.run_import import RunImport
from app.application.registry import Command
from app.core.errors import DomainError
from app.core.ids import ImportId, UserId


class Task(Struct, frozen=True):
    """What a job's payload says: the thing, and whose it is."""

    id: UUID
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """`command` does it; `ended` tells that it will not be done, refused or broken too often.

    A job whose worker dies is taken over; `runs_max` bounds how often a fault is tried again. `at_once` bounds how
    many run at a time over all workers.
    """

    name: str
    command: Callable[[UUID], Command[Any]]
    ended: Callable[[UUID, DomainError], Command[Any]]
    runs_max: int = 3
    at_once: int = 4


QUEUED = (
    QueuedJob(
        name="import",
        command=lambda thing: RunImport(import_id=ImportId(thing)),
        ended=lambda thing, error: FailImport(import_id=ImportId(thing), code=error.code, detail=error.detail),
    ),
)
