"""The statement formats that are read: every public reader class of this package."""

import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from app.domain.imports.statement import StatementFormatUnknown, StatementRefusedError
from app.domain.protocols.statements import StatementReader
from app.infrastructure import statements


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(statements.__path__, f"{statements.__name__}."):
        if module.name != __name__:
            yield import_module(module.name)


def _readers() -> Iterator[Any]:
    for module in _modules():
        for name, found in inspect.getmembers(module, inspect.isclass):
            is_own = found.__module__ == module.__name__ and not name.startswith("_")
            if is_own and all(hasattr(found, member) for member in ("about", "recognises", "read")):
                yield found()


@cache
def readers() -> tuple[StatementReader, ...]:
    """One of each, in the order of their codes."""
    return tuple(sorted(_readers(), key=lambda reader: reader.about.code))


def reader_for(head: bytes) -> StatementReader:
    """The reader that recognises a file by its first 4 KiB."""
    for reader in readers():
        if reader.recognises(head):
            return reader
    formats = ", ".join(reader.about.name for reader in readers())
    raise StatementRefusedError(
        StatementFormatUnknown(
            detail=f"The content is no statement Dashtam reads. It reads {formats}, whatever the file is called:"
            " download the statement from your bank in one of these formats and import that file.",
        ),
    )
